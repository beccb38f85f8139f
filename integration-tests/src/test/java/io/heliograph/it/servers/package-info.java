/**
 * Real servers for tests: started as processes of this machine on free loopback ports, or in containers where there is
 * no local binary. Each can be killed, restarted and paused, so that a test can break it in the ways machines break.
 *
 * <p>A server that cannot be had skips the test ("skipped: needs consul"), or fails it where {@code CI=true}.
 */
@NullMarked
package io.heliograph.it.servers;

import org.jspecify.annotations.NullMarked;
