/**
 * Messages between the members of a group, over TCP: one connection to each member, requests and replies with a time
 * limit each. Knows nothing of what it carries.
 */
@NullMarked
package io.heliograph.raft.net;

import org.jspecify.annotations.NullMarked;
