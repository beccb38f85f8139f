package io.heliograph.it.faults;

import java.util.List;
import java.util.Map;

/**
 * What one node says after everything was healed.
 *
 * @param digest {@code index:hash}
 * @param entries every key of the replicated state
 * @param stored every key of the node's own store
 * @param failovers as the node lists them, newest first
 */
record FinalState(
        String node,
        long lastApplied,
        String digest,
        Map<String, Versioned> entries,
        Map<String, Versioned> stored,
        List<Failover> failovers) {}
