package io.heliograph.daemon.delivery;

import io.heliograph.daemon.layout.KeyLayout;
import io.heliograph.fsm.DesiredState;
import io.heliograph.kv.Revision;
import io.heliograph.kv.StoreAdapter;
import io.heliograph.kv.StoreResult;
import io.heliograph.kv.StoreResult.Fenced;
import io.heliograph.kv.StoreResult.Rejected;
import io.heliograph.kv.StoreResult.Unavailable;
import io.heliograph.kv.WriteSet;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings one store to the desired state, at its own pace.
 *
 * <p>Level-triggered: it is told that a head changed, not what to write. What it writes is the newest write set at the
 * moment of writing, so a store that was away gets each head once, whatever happened meanwhile.
 *
 * <p>Threads: {@link #step} belongs to the worker's own thread; everything else may be called by any thread.
 */
final class DeliveryWorker {

    static final int BATCH = 128;
    static final Duration PARKED_PAUSE = Duration.ofSeconds(60);

    private static final Logger LOG = LoggerFactory.getLogger(DeliveryWorker.class);
    private static final int MAX_REFUSALS = 100;
    private static final Duration IDLE = Duration.ofSeconds(1);

    private final String name;
    private final String type;
    private final LaidOutStore store;
    private final Supplier<DesiredState> desired;
    private final DeliveryMetrics metrics;
    private final Backlog backlog;
    private final Backoff backoff;
    /** Head to the newest revision the store is known to hold; absent while unknown. */
    private final Map<String, Revision> held = new ConcurrentHashMap<>();

    private final Map<String, Revision> fencedBy = new ConcurrentHashMap<>();

    /** Heads that are to be written again though the store shows their revision. The worker's thread only. */
    private final Set<String> toRepair = new HashSet<>();

    /** Why it refused something, of what has been logged. The worker's thread only. */
    private final Set<String> refusals = new HashSet<>();

    private final DriftCheck drift;
    private volatile boolean down;
    private volatile boolean retired;
    private volatile String lastError = "";

    DeliveryWorker(
            String name,
            String type,
            StoreAdapter adapter,
            KeyLayout layout,
            DriftSettings drift,
            Supplier<DesiredState> desired,
            DeliveryMetrics metrics,
            InstantSource clock,
            RandomGenerator random) {
        this.name = name;
        this.type = type;
        this.store = new LaidOutStore(adapter, layout);
        this.desired = desired;
        this.metrics = metrics;
        this.backlog = new Backlog(clock);
        this.backoff = new Backoff(random);
        this.drift = new DriftCheck(name, store, drift, desired, metrics, clock, random);
    }

    String name() {
        return name;
    }

    StoreAdapter adapter() {
        return store.adapter();
    }

    KeyLayout layout() {
        return store.layout();
    }

    void changed(Collection<String> heads) {
        backlog.add(heads);
    }

    /** Compares everything again: after a start, and after a snapshot took the place of the state. */
    void changedAll() {
        backlog.add(desired.get().all().stream().map(WriteSet::head).toList());
    }

    /** Its store is taken away: what still comes of its calls is nobody's concern. */
    void retire() {
        retired = true;
    }

    /** Ends a wait of {@link #step}'s caller. */
    void wake() {
        backlog.wake();
    }

    void awaitWork() throws InterruptedException {
        backlog.await(IDLE);
    }

    /**
     * Tries the next heads once.
     *
     * @return how long to wait before the next step, zero for not at all
     */
    Duration step() {
        if (!down) {
            repair(drift.lookWhenDue(backlog.isIdle(), this::isHeld));
        }
        List<WriteSet> batch = nextBatch();
        if (batch.isEmpty()) {
            return Duration.ZERO;
        }
        long started = System.nanoTime();
        List<StoreResult> results = attempt(batch);
        metrics.took(name, Duration.ofNanos(System.nanoTime() - started));
        boolean again = false;
        Duration asked = Duration.ZERO;
        for (int i = 0; i < batch.size(); i++) {
            StoreResult result = results.get(i);
            metrics.attempted(name, result.type());
            if (!settle(batch.get(i), result)) {
                again = true;
                backlog.postpone(batch.get(i).head());
            }
            if (result instanceof Unavailable unavailable
                    && unavailable.retryAfter().compareTo(asked) > 0) {
                asked = unavailable.retryAfter();
            }
        }
        if (!again) {
            backoff.reset();
            return Duration.ZERO;
        }
        Duration pause = backoff.next();
        return asked.compareTo(pause) > 0 ? min(asked, PARKED_PAUSE) : pause;
    }

    private void repair(Collection<String> heads) {
        toRepair.addAll(heads);
        heads.forEach(held::remove);
        backlog.add(heads);
    }

    private static Duration min(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    private List<WriteSet> nextBatch() {
        List<WriteSet> batch = new ArrayList<>();
        DesiredState now = desired.get();
        for (String head : backlog.next(BATCH)) {
            Optional<WriteSet> set = now.get(head);
            if (set.isEmpty() || isHeld(head, set.get().revision())) {
                backlog.remove(head);
                if (set.isEmpty()) {
                    held.remove(head);
                }
                // it may have changed since it was looked up: then adding it did nothing, for it was still due
                addUnlessHeld(head);
            } else {
                batch.add(set.get());
            }
        }
        return batch;
    }

    private void addUnlessHeld(String head) {
        Optional<WriteSet> now = desired.get().get(head);
        if (now.isPresent() && !isHeld(head, now.get().revision())) {
            backlog.add(List.of(head));
        }
    }

    /** Whatever an adapter does, there is a result for each write set. */
    private List<StoreResult> attempt(List<WriteSet> batch) {
        try {
            boolean repairs = batch.stream().anyMatch(set -> toRepair.contains(set.head()));
            return repairs ? store.repair(batch) : store.deliver(batch);
        } catch (RuntimeException | LinkageError | StackOverflowError e) {
            if (!retired) {
                LOG.error("Store {}: the adapter failed unexpectedly; it is tried again", name, e);
            }
            StoreResult result = new StoreResult.Indeterminate("unexpected: " + e);
            return batch.stream().map(set -> result).toList();
        }
    }

    /**
     * Takes note of a result.
     *
     * @return false when the write set has to be tried again soon
     */
    private boolean settle(WriteSet set, StoreResult result) {
        return switch (result.type()) {
            case DELIVERED, ALREADY_CURRENT -> {
                fencedBy.remove(set.head());
                if (result.type() == StoreResult.Type.DELIVERED && toRepair.contains(set.head())) {
                    metrics.repaired(name);
                }
                settled(set.head(), set.revision());
                answered();
                yield true;
            }
            case FENCED -> {
                Revision by = ((Fenced) result).by();
                if (fencedBy.put(set.head(), by) == null) {
                    LOG.warn(
                            "Store {} holds revision {} of {}, newer than ours, {}; it stays",
                            name,
                            by,
                            set.head(),
                            set.revision());
                }
                settled(set.head(), set.revision());
                answered();
                yield true;
            }
            case REJECTED -> {
                String reason = ((Rejected) result).reason();
                logRefusal(set, reason);
                backlog.park(set.head(), PARKED_PAUSE);
                if (desired.get()
                        .get(set.head())
                        .filter(now -> now.revision().isNewerThan(set.revision()))
                        .isPresent()) {
                    backlog.add(List.of(set.head()));
                }
                answered();
                lastError = set.head() + ": " + reason;
                yield true;
            }
            case CONFLICT -> {
                answered();
                lastError = set.head() + ": " + ((StoreResult.Conflict) result).detail();
                yield false;
            }
            case UNAVAILABLE -> {
                failed(((Unavailable) result).cause());
                yield false;
            }
            case INDETERMINATE -> {
                failed(((StoreResult.Indeterminate) result).cause());
                yield false;
            }
        };
    }

    /** Removes the head unless it changed again meanwhile: then the next step finds a newer revision. */
    private void settled(String head, Revision revision) {
        held.merge(head, revision, (a, b) -> a.isNewerThan(b) ? a : b);
        toRepair.remove(head);
        drift.settled(head);
        backlog.remove(head);
        addUnlessHeld(head);
    }

    private void answered() {
        if (down) {
            down = false;
            LOG.info("Store {} is back; {} write sets to compare", name, backlog.size());
        }
        if (backlog.parkedSize() == 0) {
            lastError = "";
            refusals.clear();
        }
    }

    /** Once for each reason, as long as anything is refused. */
    private void logRefusal(WriteSet set, String reason) {
        if (refusals.size() < MAX_REFUSALS && refusals.add(reason)) {
            LOG.warn(
                    "Store {} refuses {} at revision {}: {}; next try in {} s, and others that it refuses for this reason",
                    name,
                    set.head(),
                    set.revision(),
                    reason,
                    PARKED_PAUSE.toSeconds());
        }
    }

    private void failed(String cause) {
        if (!down && !retired) {
            down = true;
            LOG.warn("Store {} is down: {}; it is tried again until it is back", name, cause);
        }
        lastError = cause;
    }

    /** Whether the store is known to hold this revision of the head, or a newer one. */
    boolean isHeld(String head, Revision revision) {
        Revision known = held.get(head);
        return known != null && !revision.isNewerThan(known);
    }

    /** The newest revision for which the store turned ours away, none where it did not. */
    Revision fencedBy() {
        Revision highest = Revision.NONE;
        for (Revision by : fencedBy.values()) {
            highest = by.isNewerThan(highest) ? by : highest;
        }
        return highest;
    }

    /**
     * What it is not known to hold, as far as {@code limit}.
     */
    List<PendingHead> pending(int limit) {
        List<PendingHead> pending = new ArrayList<>();
        for (WriteSet set : desired.get().all()) {
            if (pending.size() >= limit) {
                break;
            }
            if (!isHeld(set.head(), set.revision())) {
                pending.add(new PendingHead(set.head(), set.revision(), held.getOrDefault(set.head(), Revision.NONE)));
            }
        }
        return pending;
    }

    StoreStatus status() {
        Revision head = Revision.NONE;
        int pending = 0;
        for (WriteSet set : desired.get().all()) {
            head = set.revision().isNewerThan(head) ? set.revision() : head;
            pending += isHeld(set.head(), set.revision()) ? 0 : 1;
        }
        Revision delivered = Revision.NONE;
        for (Revision revision : held.values()) {
            delivered = revision.isNewerThan(delivered) ? revision : delivered;
        }
        return new StoreStatus(
                name,
                type,
                state(),
                head,
                delivered,
                pending,
                pending == 0 ? 0 : backlog.lagMillis(),
                drift.drifted().size(),
                lastError);
    }

    private StoreStatus.State state() {
        if (down) {
            return StoreStatus.State.DOWN;
        }
        if (backlog.parkedSize() > 0) {
            return StoreStatus.State.PARKED;
        }
        return fencedBy.isEmpty() ? StoreStatus.State.UP : StoreStatus.State.FENCED;
    }
}
