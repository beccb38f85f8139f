package io.heliograph.fsm;

import java.util.ArrayList;
import java.util.List;

/**
 * The last {@value #CAPACITY} changes of a master, oldest first.
 *
 * <p>Threads: written by the state machine's thread only; read by any thread at any time.
 */
public final class FailoverHistory {

    /** How many are kept. */
    public static final int CAPACITY = 1000;

    private volatile List<Failover> failovers = List.of();

    /** Oldest first, unmodifiable. */
    public List<Failover> all() {
        return failovers;
    }

    void add(Failover failover) {
        List<Failover> next = new ArrayList<>(failovers);
        next.add(failover);
        failovers = List.copyOf(next.subList(Math.max(0, next.size() - CAPACITY), next.size()));
    }
}
