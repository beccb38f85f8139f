package io.heliograph.daemon.delivery;

import io.heliograph.fsm.DesiredState;
import io.heliograph.kv.Revision;
import io.heliograph.kv.StoreException;
import io.heliograph.kv.WriteSet;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiPredicate;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks from time to time whether a store still holds what was delivered to it: somebody may have changed or deleted
 * keys by hand, wiped the store, or put an old backup in its place.
 *
 * <p>Threads: {@link #lookWhenDue} and {@link #settled} belong to the worker's thread; the rest to any.
 */
final class DriftCheck {

    private static final Logger LOG = LoggerFactory.getLogger(DriftCheck.class);
    private static final int EXAMPLES = 3;
    private static final Duration AGAIN = Duration.ofSeconds(10);
    private static final Found NOTHING = new Found(List.of(), List.of());

    /**
     * What a look came to, by heads.
     *
     * @param toRepair what has to be written again
     * @param newer of what the store holds a newer revision than was delivered
     */
    record Found(Collection<String> toRepair, Collection<String> newer) {}

    private final String store;
    private final LaidOutStore laidOut;
    private final DriftSettings settings;
    private final Supplier<DesiredState> desired;
    private final DeliveryMetrics metrics;
    private final InstantSource clock;
    private final RandomGenerator random;
    /** Head to what is wrong with it. */
    private final Map<String, String> drifted = new ConcurrentHashMap<>();

    private long dueMillis;
    /** Why the last look came to nothing, empty when it did not. */
    private volatile String problem = "";
    /** When the last look was that came to something; negative for never. */
    private volatile long verifiedMillis = -1;

    DriftCheck(
            String store,
            LaidOutStore laidOut,
            DriftSettings settings,
            Supplier<DesiredState> desired,
            DeliveryMetrics metrics,
            InstantSource clock,
            RandomGenerator random) {
        this.store = store;
        this.laidOut = laidOut;
        this.settings = settings;
        this.desired = desired;
        this.metrics = metrics;
        this.clock = clock;
        this.random = random;
        this.dueMillis = clock.millis();
        settings.layouts().begin(store, laidOut.layout());
    }

    /**
     * Compares once where it is time to.
     *
     * @param idle whether there is nothing to deliver; otherwise a look waits for that, one interval at most
     * @param isHeld whether the store is known to hold a revision of a head
     */
    Found lookWhenDue(boolean idle, BiPredicate<String, Revision> isHeld) {
        long interval = settings.verifyInterval().toMillis();
        if (clock.millis() < dueMillis + (idle ? 0 : interval)) {
            return NOTHING;
        }
        Collection<WriteSet> all = desired.get().all();
        List<WriteSet> delivered = all.stream()
                .filter(set -> isHeld.test(set.head(), set.revision()))
                .toList();
        if (delivered.isEmpty()) {
            // nothing yet: look as soon as there is
            return NOTHING;
        }
        dueMillis = clock.millis() + interval - interval / 10 + random.nextLong(interval / 5 + 1);
        return look(delivered, delivered.size() == all.size());
    }

    private Found look(List<WriteSet> delivered, boolean isAll) {
        Map<String, DriftScan.Drift> seen;
        try {
            seen = find(delivered);
        } catch (StoreException | RuntimeException e) {
            if (problem.isEmpty()) {
                LOG.warn("Store {}: whether it holds what was delivered is not known: {}", store, e.getMessage());
            }
            problem = "not verified: " + e.getMessage();
            return NOTHING;
        }
        problem = "";
        verifiedMillis = clock.millis();
        List<String> newer = seen.entrySet().stream()
                .filter(each -> each.getValue().isNewer())
                .map(Map.Entry::getKey)
                .toList();
        newer.forEach(seen::remove);
        DriftSettings.Policy policy = policyFor(isAll && seen.isEmpty());
        tell(seen, delivered.size(), policy);
        return new Found(
                switch (policy) {
                    case REPAIR -> seen.keySet();
                    case ALERT -> List.of();
                    case ADOPT -> withoutAdopted(seen, delivered);
                },
                newer);
    }

    /**
     * Where the layout is not the one that the store was filled with, what it holds was changed by nobody: it is repaired,
     * whatever the policy, until a look finds all that the store should hold: what is not delivered yet may be there
     * already, in the layout of before.
     */
    private DriftSettings.Policy policyFor(boolean isAllAsDesired) {
        if (settings.layouts().isKnown(store, laidOut.layout())) {
            return settings.policy();
        }
        if (isAllAsDesired) {
            settings.layouts().learn(store, laidOut.layout());
        } else {
            LOG.info("Store {}: its layout is another one than before; what differs is written again", store);
            long soon = Math.min(settings.verifyInterval().toMillis(), AGAIN.toMillis());
            dueMillis = Math.min(dueMillis, clock.millis() + soon);
        }
        return DriftSettings.Policy.REPAIR;
    }

    private void tell(Map<String, DriftScan.Drift> now, int looked, DriftSettings.Policy policy) {
        List<String> news =
                now.keySet().stream().filter(head -> !drifted.containsKey(head)).toList();
        drifted.keySet().retainAll(now.keySet());
        now.forEach((head, drift) -> drifted.put(head, drift.why()));
        if (news.isEmpty()) {
            return;
        }
        news.forEach(head -> metrics.drifted(store));
        List<String> examples =
                now.values().stream().limit(EXAMPLES).map(DriftScan.Drift::why).toList();
        LOG.warn(
                "Store {}: {} of {} write sets are not as they were delivered ({}{}); {}",
                store,
                now.size(),
                looked,
                String.join(", ", examples),
                now.size() > EXAMPLES ? ", …" : "",
                switch (policy) {
                    case REPAIR -> "writing them again";
                    case ALERT -> "left as they are";
                    case ADOPT -> "what was changed by hand is taken over, the rest written again";
                });
    }

    /** Those that nobody takes over. What was decided while the store was read wins. */
    private Collection<String> withoutAdopted(Map<String, DriftScan.Drift> drift, List<WriteSet> looked) {
        Map<String, Revision> revisions = new HashMap<>();
        looked.forEach(set -> revisions.put(set.head(), set.revision()));
        List<String> left = new ArrayList<>();
        drift.forEach((head, each) -> {
            boolean isAdopted = laidOut.layout().isHeadTheMaster()
                    && each.edited().isPresent()
                    && desired.get()
                            .get(head)
                            .filter(was -> was.revision().equals(revisions.get(head)))
                            .filter(was -> settings.handEdits()
                                    .adopt(store, was, each.edited().get()))
                            .isPresent();
            if (!isAdopted) {
                left.add(head);
            }
        });
        return left;
    }

    /** By the heads of the desired state, which the store's layout may have given other keys. */
    private Map<String, DriftScan.Drift> find(List<WriteSet> delivered) throws StoreException {
        Map<String, WriteSet> arranged = new LinkedHashMap<>();
        Map<String, String> heads = new HashMap<>();
        for (WriteSet set : delivered) {
            laidOut.arranged(set).ifPresent(there -> {
                heads.put(there.head(), set.head());
                arranged.put(there.head(), there);
            });
        }
        Map<String, DriftScan.Drift> drift = new TreeMap<>();
        DriftScan.find(laidOut.adapter(), arranged.values())
                .forEach((head, each) -> drift.put(heads.getOrDefault(head, head), each));
        return drift;
    }

    /** A head is as it should be again, or no longer ours to repair. */
    void settled(String head) {
        drifted.remove(head);
    }

    /** How long ago the store was last compared with what was delivered to it; empty for never. */
    Optional<Duration> sinceVerified() {
        long at = verifiedMillis;
        return at < 0 ? Optional.empty() : Optional.of(Duration.ofMillis(clock.millis() - at));
    }

    /** Why the store could not be compared, empty when it could. */
    String problem() {
        return problem;
    }

    /** What is not as it was delivered, and why, by head. */
    Map<String, String> drifted() {
        return Map.copyOf(drifted);
    }
}
