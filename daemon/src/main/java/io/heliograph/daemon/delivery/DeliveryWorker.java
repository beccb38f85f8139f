package io.heliograph.daemon.delivery;

import io.heliograph.daemon.layout.KeyLayout;
import io.heliograph.fsm.DesiredState;
import io.heliograph.kv.Revision;
import io.heliograph.kv.StoreAdapter;
import io.heliograph.kv.StoreResult;
import io.heliograph.kv.StoreResult.Conflict;
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

    /** Heads that are to be written again though the store shows their revision. The worker's thread only. */
    private final Set<String> toRepair = new HashSet<>();

    private final Suspects suspects = new Suspects(BATCH);
    private final Condition condition;
    private final DriftCheck drift;
    private volatile boolean retired;

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
        this.condition = new Condition(name);
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
        condition.silence();
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
        if (!condition.isDown()) {
            DriftCheck.Found found = drift.lookWhenDue(backlog.isIdle(), this::isHeld);
            toRepair.addAll(found.toRepair());
            compareAgain(found.toRepair());
            compareAgain(found.newer());
        }
        List<WriteSet> batch = nextBatch();
        if (batch.isEmpty()) {
            return Duration.ZERO;
        }
        long started = System.nanoTime();
        List<StoreResult> results = attempt(batch);
        metrics.took(name, Duration.ofNanos(System.nanoTime() - started));
        return settle(batch, results);
    }

    private void compareAgain(Collection<String> heads) {
        heads.forEach(held::remove);
        backlog.add(heads);
    }

    /** Takes note of the results; how long to wait before the next step. */
    private Duration settle(List<WriteSet> batch, List<StoreResult> results) {
        boolean again = false;
        int answers = 0;
        Duration asked = Duration.ZERO;
        for (int i = 0; i < batch.size(); i++) {
            StoreResult result = results.get(i);
            metrics.attempted(name, result.type());
            boolean isAnswer = isAnswer(result);
            answers += isAnswer ? 1 : 0;
            boolean done = isAnswer
                    ? settleAnswer(batch.get(i), result)
                    : settleSilence(batch.get(i), result, batch.size() == 1);
            if (!done) {
                again = true;
                backlog.postpone(batch.get(i).head());
            }
            if (result instanceof Unavailable unavailable
                    && unavailable.retryAfter().compareTo(asked) > 0) {
                asked = unavailable.retryAfter();
            }
        }
        if (answers > 0 || !again) {
            backoff.reset();
        }
        if (answers == batch.size()) {
            suspects.allAnswered();
        } else {
            suspects.someFailed(batch.size());
        }
        if (!again) {
            return Duration.ZERO;
        }
        Duration pause = backoff.next();
        return asked.compareTo(pause) > 0 ? min(asked, PARKED_PAUSE) : pause;
    }

    private static boolean isAnswer(StoreResult result) {
        return result.type() != StoreResult.Type.UNAVAILABLE && result.type() != StoreResult.Type.INDETERMINATE;
    }

    private static Duration min(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    private List<WriteSet> nextBatch() {
        List<WriteSet> batch = new ArrayList<>();
        DesiredState now = desired.get();
        for (String head : suspects.choose(backlog.next(BATCH))) {
            Optional<WriteSet> set = now.get(head);
            if (set.isEmpty() || isHeld(head, set.get().revision())) {
                backlog.remove(head);
                if (set.isEmpty()) {
                    held.remove(head);
                    condition.settled(head);
                    suspects.forget(head);
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
     * Takes note of what the store said.
     *
     * @return false when the write set has to be tried again soon
     */
    private boolean settleAnswer(WriteSet set, StoreResult result) {
        suspects.answered(set.head());
        boolean isHeldNow =
                result.type() == StoreResult.Type.DELIVERED || result.type() == StoreResult.Type.ALREADY_CURRENT;
        if (isHeldNow) {
            if (result.type() == StoreResult.Type.DELIVERED && toRepair.contains(set.head())) {
                metrics.repaired(name);
            }
            condition.settled(set.head());
            settled(set.head(), set.revision());
        }
        if (condition.answered(backlog.size())) {
            backlog.add(suspects.acquit());
        }
        if (result instanceof Fenced fenced) {
            condition.fenced(set, fenced.by());
            toRepair.remove(set.head());
            drift.settled(set.head());
            park(set, PARKED_PAUSE);
        } else if (result instanceof Rejected rejected) {
            condition.refused(set, rejected.reason(), PARKED_PAUSE.toSeconds());
            park(set, PARKED_PAUSE);
        } else if (result instanceof Conflict conflict) {
            condition.stumbled(set.head(), conflict.detail());
            return false;
        }
        return true;
    }

    /**
     * Takes note of a write set for which there was no answer.
     *
     * @return false when it has to be tried again soon, because the store is away as far as one can know
     */
    private boolean settleSilence(WriteSet set, StoreResult result, boolean wasAlone) {
        String cause = result instanceof Unavailable unavailable
                ? unavailable.cause()
                : ((StoreResult.Indeterminate) result).cause();
        if (!wasAlone) {
            suspects.failedTogether(set.head());
        }
        if (!wasAlone || !suspects.failedAlone(set.head())) {
            condition.failed(cause);
            return false;
        }
        Duration pause = suspects.pause(set.head(), PARKED_PAUSE);
        condition.refused(set, "no answer for this one, while there is for others: " + cause, pause.toSeconds());
        park(set, pause);
        return true;
    }

    /** It is tried again after the pause, or as soon as there is something newer. */
    private void park(WriteSet set, Duration pause) {
        backlog.park(set.head(), pause);
        if (desired.get()
                .get(set.head())
                .filter(now -> now.revision().isNewerThan(set.revision()))
                .isPresent()) {
            backlog.add(List.of(set.head()));
        }
    }

    /** Removes the head unless it changed again meanwhile: then the next step finds a newer revision. */
    private void settled(String head, Revision revision) {
        held.merge(head, revision, (a, b) -> a.isNewerThan(b) ? a : b);
        toRepair.remove(head);
        drift.settled(head);
        backlog.remove(head);
        addUnlessHeld(head);
    }

    /** Whether the store is known to hold this revision of the head, or a newer one. */
    boolean isHeld(String head, Revision revision) {
        Revision known = held.get(head);
        return known != null && !revision.isNewerThan(known);
    }

    /** The newest revision for which the store turned ours away, none where it did not. */
    Revision fencedBy() {
        return condition.fencedBy();
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
                condition.state(),
                head,
                delivered,
                pending,
                pending == 0 ? 0 : backlog.lagMillis(),
                drift.drifted().size(),
                drift.sinceVerified(),
                condition.lastError().isEmpty() ? drift.problem() : condition.lastError());
    }
}
