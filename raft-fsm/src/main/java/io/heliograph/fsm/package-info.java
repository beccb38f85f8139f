/** The replicated state: what every store should hold. Knows no store, no clock, no randomness and no I/O. */
@NullMarked
package io.heliograph.fsm;

import org.jspecify.annotations.NullMarked;
