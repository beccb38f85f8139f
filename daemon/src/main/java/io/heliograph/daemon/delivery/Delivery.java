package io.heliograph.daemon.delivery;

import io.heliograph.fsm.DesiredState;
import io.heliograph.kv.Revision;
import io.heliograph.kv.StoreAdapter;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
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

    private final Supplier<DesiredState> desired;
    private final DeliveryMetrics metrics;
    private final Map<String, DeliveryWorker> workers = new LinkedHashMap<>();
    private final List<Thread> threads = new ArrayList<>();
    private final CountDownLatch opened = new CountDownLatch(1);
    private volatile boolean closed;

    public Delivery(Supplier<DesiredState> desired, DeliveryMetrics metrics) {
        this.desired = desired;
        this.metrics = metrics;
    }

    /** Adds a store; before {@link #start} only. */
    public void add(String name, String type, StoreAdapter adapter, DriftSettings drift) {
        workers.put(
                name,
                new DeliveryWorker(
                        name,
                        type,
                        adapter,
                        drift,
                        desired,
                        metrics,
                        InstantSource.system(),
                        RandomGenerator.getDefault()));
    }

    /** Starts the threads; they wait for {@link #open}. */
    public void start() {
        for (DeliveryWorker worker : workers.values()) {
            Thread thread = new Thread(() -> run(worker), "delivery-" + worker.name());
            thread.setDaemon(true);
            thread.start();
            threads.add(thread);
        }
    }

    /** Lets the workers begin, with everything there is. */
    public void open() {
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

    private void run(DeliveryWorker worker) {
        try {
            opened.await();
            while (!closed) {
                worker.awaitWork();
                pause(worker.step());
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

    /** For each store whether it is known to hold this revision of each head, or a newer one. */
    public Map<String, Boolean> delivered(Collection<String> heads, Revision revision) {
        Map<String, Boolean> delivered = new LinkedHashMap<>();
        workers.forEach(
                (name, worker) -> delivered.put(name, heads.stream().allMatch(head -> worker.isHeld(head, revision))));
        return delivered;
    }

    /** Whether this key names a write set. */
    public boolean isHead(String key) {
        return desired.get().get(key).isPresent();
    }

    /** Every store's adapter by name, for reading. */
    public Map<String, StoreAdapter> adapters() {
        Map<String, StoreAdapter> adapters = new LinkedHashMap<>();
        workers.forEach((name, worker) -> adapters.put(name, worker.adapter()));
        return adapters;
    }

    /** The store's adapter, for reading. */
    public Optional<StoreAdapter> adapter(String store) {
        return Optional.ofNullable(workers.get(store)).map(DeliveryWorker::adapter);
    }

    @Override
    public void close() {
        closed = true;
        threads.forEach(Thread::interrupt);
        workers.values().forEach(worker -> worker.adapter().close());
    }
}
