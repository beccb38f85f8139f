package io.heliograph.it.faults;

import java.util.List;

/**
 * Everything the checker looks at.
 *
 * @param failovers the failover history of the whole run, oldest first
 * @param failoversCompleteFrom every failover of this revision or a later one is among them
 */
record Evidence(
        List<Operation> operations, List<FinalState> states, List<Failover> failovers, long failoversCompleteFrom) {

    /** The states of the nodes that have applied the most; the others are behind, which is another matter. */
    List<FinalState> newestStates() {
        long newest = states.stream().mapToLong(FinalState::lastApplied).max().orElse(0);
        return states.stream().filter(state -> state.lastApplied() == newest).toList();
    }
}
