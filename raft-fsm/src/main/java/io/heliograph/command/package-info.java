/** What can be written to the log, and its bytes. Knows no store, no clock, no randomness and no I/O. */
@NullMarked
package io.heliograph.command;

import org.jspecify.annotations.NullMarked;
