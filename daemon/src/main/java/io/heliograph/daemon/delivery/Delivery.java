package io.heliograph.daemon.delivery;

import io.heliograph.daemon.layout.KeyLayout;
import io.heliograph.fsm.DesiredState;
import io.heliograph.fsm.ReplicatedState;
import io.heliograph.kv.Revision;
import io.heliograph.kv.StoreAdapter;
import io.heliograph.kv.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One worker, on a thread of its own, for each store of this node. No store can delay another: they share nothing.
 *
 * <p>Nothing is delivered before {@link #open}: a node that has just started knows only what it knew when it stopped,
 * and delivers once it has caught up with a leader.
 */
public final class Delivery implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Delivery.class);
    private static final long CLOSING_MILLIS = 500;

    private final Supplier<DesiredState> desired;
    private final DeliveryMetrics metrics;
    /** By name, in the order in which they came; copied when one comes or goes. */
    private volatile Map<String, DeliveryWorker> workers = Map.of();

    private final Map<String, DeliveryTimes> times = new ConcurrentHashMap<>();
    private final DeliveryWatch watch = new DeliveryWatch(this::delivered);
    /** Those that run; guarded by this. */
    private final Map<String, Thread> threads = new LinkedHashMap<>();

    private @Nullable Function<String, DeliveryTimes> timesOf;
    private boolean started;
    private final CountDownLatch opened = new CountDownLatch(1);
    private volatile boolean closed;

    public Delivery(Supplier<DesiredState> desired, DeliveryMetrics metrics) {
        this.desired = desired;
        this.metrics = metrics;
    }

    /**
     * Adds a store, or puts it in the place of the one with the same name; at any time. What the old one was about to
     * write is turned away by the fence where it comes too late. What waits for a delivery waits for the new one.
     */
    public synchronized void put(
            String name, String type, StoreAdapter adapter, KeyLayout layout, DriftSettings drift) {
        DeliveryWorker worker = new DeliveryWorker(
                name, type, adapter, layout, drift, desired, metrics, new SteadyClock(), RandomGenerator.getDefault());
        if (closed) {
            adapter.close();
            return;
        }
        if (timesOf != null) {
            times.put(name, timesOf.apply(name));
        }
        Map<String, DeliveryWorker> now = new LinkedHashMap<>(workers);
        DeliveryWorker old = now.put(name, worker);
        Thread oldThread = threads.remove(name);
        workers = Collections.unmodifiableMap(now);
        if (isOpen()) {
            worker.changedAll();
        }
        if (started) {
            run(name, worker);
        }
        if (old != null) {
            end(old, oldThread);
        }
    }

    /** Takes a store away; what it holds stays there. Does nothing where there is no such store. */
    public synchronized void remove(String name) {
        Map<String, DeliveryWorker> fewer = new LinkedHashMap<>(workers);
        DeliveryWorker worker = fewer.remove(name);
        if (worker != null) {
            workers = Collections.unmodifiableMap(fewer);
            times.remove(name);
            end(worker, threads.remove(name));
            watch.ring();
        }
    }

    private static void end(DeliveryWorker worker, @Nullable Thread thread) {
        worker.retire();
        if (thread != null) {
            thread.interrupt();
        }
        Thread closing = new Thread(() -> close(worker), "closing-" + worker.name());
        closing.setDaemon(true);
        closing.start();
        try {
            // a client library may take long over connections that hang, and the other stores do not wait for that
            closing.join(CLOSING_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void close(DeliveryWorker worker) {
        try {
            worker.adapter().close();
        } catch (RuntimeException e) {
            LOG.warn("Store {} is not used any more; closing it: {}", worker.name(), e.toString());
        }
    }

    /**
     * Has it remember when each store came to hold each failover; before {@link #start}.
     *
     * @param state holds the failovers
     * @param prefix key prefix of masters
     */
    public synchronized void keepTimes(Supplier<ReplicatedState> state, String prefix) {
        Function<String, DeliveryTimes> make = name -> new DeliveryTimes(state, prefix, InstantSource.system());
        timesOf = make;
        workers.keySet().forEach(name -> times.put(name, make.apply(name)));
    }

    /** Starts the threads; they wait for {@link #open}. */
    public synchronized void start() {
        watch.start();
        started = true;
        workers.forEach(this::run);
    }

    private void run(String name, DeliveryWorker worker) {
        // its own: those that follow under this name may be another store's
        DeliveryTimes noted = times.get(name);
        Thread thread = new Thread(() -> run(worker, noted), "delivery-" + name);
        thread.setDaemon(true);
        thread.start();
        threads.put(name, thread);
    }

    /** Lets the workers begin, with everything there is. */
    public synchronized void open() {
        workers.values().forEach(DeliveryWorker::changedAll);
        opened.countDown();
        LOG.info("Caught up with the leader; delivering to {}", workers.keySet());
    }

    public boolean isOpen() {
        return opened.getCount() == 0;
    }

    /** Says that these heads have new write sets. Returns at once. */
    public void changed(Collection<String> heads) {
        workers.values().forEach(worker -> worker.changed(heads));
    }

    /** Says that everything may have changed. Returns at once. */
    public void changedAll() {
        workers.values().forEach(DeliveryWorker::changedAll);
    }

    private void run(DeliveryWorker worker, @Nullable DeliveryTimes noted) {
        try {
            opened.await();
            while (!closed && workers.get(worker.name()) == worker) {
                worker.awaitWork();
                Duration pause = worker.step();
                watch.ring();
                if (noted != null) {
                    noted.look(worker::isHeld);
                }
                pause(pause);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void pause(Duration duration) throws InterruptedException {
        if (!duration.isZero()) {
            Thread.sleep(duration.toMillis());
        }
    }

    public List<StoreStatus> status() {
        return workers.values().stream().map(DeliveryWorker::status).toList();
    }

    /** For each store what it is not known to hold, as far as {@code limit}. */
    public Map<String, List<PendingHead>> pending(int limit) {
        Map<String, List<PendingHead>> pending = new LinkedHashMap<>();
        workers.forEach((name, worker) -> pending.put(name, worker.pending(limit)));
        return pending;
    }

    /** For each store whether it is known to hold each head at its revision, or a newer one. */
    public Map<String, Boolean> delivered(Map<String, Revision> wanted) {
        Map<String, Boolean> delivered = new LinkedHashMap<>();
        workers.forEach((name, worker) -> delivered.put(
                name, wanted.entrySet().stream().allMatch(each -> worker.isHeld(each.getKey(), each.getValue()))));
        return delivered;
    }

    /**
     * Waits until every store of this node holds all this, the limit is over, or {@link #endWaits}. No thread waits.
     *
     * @param wanted head to revision
     * @param limit zero for an answer at once
     * @return how things stand then, store by store, on a thread that must not be held up; empty when too much is waited
     *     for already
     */
    public Optional<CompletableFuture<Map<String, Boolean>>> await(Map<String, Revision> wanted, Duration limit) {
        return watch.await(wanted, limit);
    }

    /** How many wait for a delivery at the moment. */
    public int waits() {
        return watch.waiting();
    }

    /** Answers everybody who waits for a delivery, and from now on at once. */
    public void endWaits() {
        watch.end();
    }

    /** For each store when it was first known to hold each of the last failovers, by the failover's revision. */
    public Map<String, Map<Revision, Instant>> times() {
        Map<String, Map<Revision, Instant>> all = new LinkedHashMap<>();
        workers.keySet()
                .forEach(name -> all.put(
                        name,
                        Optional.ofNullable(times.get(name))
                                .map(DeliveryTimes::times)
                                .orElse(Map.of())));
        return all;
    }

    /** Every store's adapter by name, for reading. */
    public Map<String, StoreAdapter> adapters() {
        Map<String, StoreAdapter> adapters = new LinkedHashMap<>();
        workers.forEach((name, worker) -> adapters.put(name, worker.adapter()));
        return adapters;
    }

    /** The paths under which each store keeps masters, given their key prefix. */
    public Map<String, Set<String>> roots(String masterPrefix) {
        Map<String, Set<String>> roots = new LinkedHashMap<>();
        workers.forEach((name, worker) -> roots.put(name, worker.layout().roots(masterPrefix)));
        return roots;
    }

    /** The newest revision for which each store turned ours away, none where it did not. */
    public Map<String, Revision> fencedBy() {
        Map<String, Revision> fences = new LinkedHashMap<>();
        workers.forEach((name, worker) -> fences.put(name, worker.fencedBy()));
        return fences;
    }

    /**
     * Makes our cluster the owner of a store, and delivers to it.
     *
     * @return false where there is no such store
     * @throws StoreException when the store does not take it
     */
    public boolean adopt(String store) throws StoreException {
        DeliveryWorker worker = workers.get(store);
        if (worker == null) {
            return false;
        }
        worker.adapter().adopt();
        LOG.info("Store {} is taken over", store);
        worker.changedAll();
        return true;
    }

    /** The store's adapter, for reading. */
    public Optional<StoreAdapter> adapter(String store) {
        return Optional.ofNullable(workers.get(store)).map(DeliveryWorker::adapter);
    }

    @Override
    public synchronized void close() {
        closed = true;
        watch.close();
        threads.values().forEach(Thread::interrupt);
        workers.values().forEach(Delivery::close);
    }
}
