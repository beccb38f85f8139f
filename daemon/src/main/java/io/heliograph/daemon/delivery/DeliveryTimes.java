package io.heliograph.daemon.delivery;

import io.heliograph.fsm.Failover;
import io.heliograph.fsm.FailoverHistory;
import io.heliograph.fsm.RegisteredCluster;
import io.heliograph.fsm.ReplicatedState;
import io.heliograph.kv.Revision;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import java.util.function.Supplier;

/**
 * When one store was first known to hold each of the last {@value FailoverHistory#CAPACITY} failovers, or something newer
 * of the same cluster.
 *
 * <p>In memory only: after a restart these are the times at which the store was found to hold them.
 *
 * <p>Threads: any.
 */
final class DeliveryTimes {

    private final Supplier<ReplicatedState> state;
    private final String prefix;
    private final InstantSource clock;
    /** Revision to time. */
    private final NavigableMap<Revision, Instant> times = new TreeMap<>();
    /** Revision to head, of those that the store is not known to hold. */
    private final Map<Revision, String> missing = new HashMap<>();

    private List<Failover> seen = List.of();

    /**
     * @param prefix key prefix of masters; for clusters that have been forgotten since
     */
    DeliveryTimes(Supplier<ReplicatedState> state, String prefix, InstantSource clock) {
        this.state = state;
        this.prefix = prefix;
        this.clock = clock;
    }

    /**
     * Takes note of what the store has come to hold since the last time.
     *
     * @param isHeld whether it is known to hold this revision of a head, or a newer one
     */
    synchronized void look(BiPredicate<String, Revision> isHeld) {
        learn();
        if (missing.isEmpty()) {
            return;
        }
        Instant now = clock.instant();
        for (Iterator<Map.Entry<Revision, String>> each = missing.entrySet().iterator(); each.hasNext(); ) {
            Map.Entry<Revision, String> failover = each.next();
            if (isHeld.test(failover.getValue(), failover.getKey())) {
                times.put(failover.getKey(), now);
                each.remove();
            }
        }
    }

    /** Newer failovers come in, and those that the history has dropped go. */
    private void learn() {
        ReplicatedState now = state.get();
        List<Failover> all = now.failovers().all();
        if (all == seen) {
            return;
        }
        Revision newest =
                seen.isEmpty() ? Revision.NONE : seen.get(seen.size() - 1).revision();
        for (int i = all.size() - 1; i >= 0 && all.get(i).revision().isNewerThan(newest); i--) {
            Failover failover = all.get(i);
            missing.put(
                    failover.revision(),
                    now.clusters()
                            .get(failover.alias())
                            .map(RegisteredCluster::head)
                            .orElse(prefix + "/" + failover.alias()));
        }
        if (!all.isEmpty()) {
            Revision oldest = all.get(0).revision();
            times.headMap(oldest).clear();
            missing.keySet().removeIf(oldest::isNewerThan);
        }
        seen = all;
    }

    /** The time of each failover that the store is known to hold, by revision. */
    synchronized Map<Revision, Instant> times() {
        return new TreeMap<>(times);
    }
}
