/**
 * The fault runner: real daemons, writers that record every answer, faults drawn from a seed, and a checker that says
 * whether anything was lost. {@code integration-tests/faults.sh} starts {@link io.heliograph.it.faults.FaultRun}.
 */
@NullMarked
package io.heliograph.it.faults;

import org.jspecify.annotations.NullMarked;
