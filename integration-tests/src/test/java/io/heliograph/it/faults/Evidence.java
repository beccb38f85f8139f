package io.heliograph.it.faults;

import java.util.List;

/**
 * Everything the checker looks at.
 *
 * @param failovers the failover history of the whole run, oldest first
 * @param failoversCompleteFrom every failover of this revision or a later one is among them
 */
record Evidence(
        List<Operation> operations, List<FinalState> states, List<Failover> failovers, long failoversCompleteFrom) {}
