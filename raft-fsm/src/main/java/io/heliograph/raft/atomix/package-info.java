/**
 * The replicated log on {@code io.atomix:atomix-raft}, and what keeps it safe. Nothing else imports {@code io.atomix};
 * nothing here knows what a command means. See docs/adr/0001 for what the library does and does not do by itself.
 */
@NullMarked
package io.heliograph.raft.atomix;

import org.jspecify.annotations.NullMarked;
