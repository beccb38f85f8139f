/** Wires the rooms together into one process. */
@NullMarked
package io.heliograph.daemon;

import org.jspecify.annotations.NullMarked;
