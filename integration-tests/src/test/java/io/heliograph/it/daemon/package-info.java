/**
 * Real daemons for tests: a cluster of processes started from the distribution, with controls to kill, pause, wipe and
 * cut off a node, and watchers that hold what the stores showed against what is promised.
 */
@NullMarked
package io.heliograph.it.daemon;

import org.jspecify.annotations.NullMarked;
