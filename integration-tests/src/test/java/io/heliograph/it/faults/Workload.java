package io.heliograph.it.faults;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Writers and readers that go on whatever happens.
 *
 * <p>Writers share a few keys and clusters, and each waits for its answer before it goes on. Beside them a write to a key
 * of its own is sent every tenth of a second without waiting for the ones before, so that there is always somebody who
 * tries, and every such key must be there at the end.
 */
final class Workload {
    static final List<String> ALIASES = List.of("faults1", "faults2", "faults3");
    private static final List<String> KEYS =
            List.of("faults/shared/a", "faults/shared/b", "faults/shared/c", "faults/shared/d");
    private static final int WRITERS = 6;
    private static final int READERS = 2;
    private static final int MOST_PAUSE_MILLIS = 200;
    private static final long PROBE_MILLIS = 100;
    private static final int MOST_PROBES_OPEN = 200;
    private static final long AVOID_NANOS = Duration.ofSeconds(3).toNanos();

    private final Requests requests;
    private final Supplier<List<FaultNode>> members;
    private final long seed;
    private final LongSupplier clock;
    private final Map<String, Long> avoidUntil = new ConcurrentHashMap<>();
    private final Map<String, String> masters = new ConcurrentHashMap<>();
    private final AtomicLong onceKeys = new AtomicLong();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean stopped;

    Workload(Requests requests, Supplier<List<FaultNode>> members, long seed, LongSupplier clock) {
        this.requests = requests;
        this.members = members;
        this.seed = seed;
        this.clock = clock;
    }

    void start() {
        for (int i = 0; i < WRITERS; i++) {
            Random random = new Random(seed + 1 + i);
            thread("writer-" + i, () -> write(random));
        }
        for (int i = 0; i < READERS; i++) {
            Random random = new Random(seed + 1_000 + i);
            thread("reader-" + i, () -> read(random));
        }
        thread("probe", () -> probe(new Random(seed + 2_000)));
    }

    private void thread(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        threads.add(thread);
        thread.start();
    }

    /** Lets every request end, and returns then. */
    void stop() throws InterruptedException {
        stopped = true;
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private void write(Random random) {
        while (!stopped) {
            boolean isPut = random.nextInt(100) < 60;
            FaultNode node = choose(random);
            if (isPut) {
                learn(
                        node,
                        requests.put(node, KEYS.get(random.nextInt(KEYS.size())))
                                .join());
            } else {
                String alias = ALIASES.get(random.nextInt(ALIASES.size()));
                String expected = random.nextBoolean() ? masters.get(alias) : null;
                Operation done = requests.failover(node, alias, expected).join();
                learn(node, done);
                learnMaster(alias, done);
            }
            sleep(random.nextInt(MOST_PAUSE_MILLIS));
        }
    }

    private void learnMaster(String alias, Operation done) {
        if (done.isCommitted() && done.value() != null) {
            masters.put(alias, done.value());
        } else if (done.seen() != null) {
            masters.put(alias, done.seen());
        }
    }

    private void read(Random random) {
        List<String> keys = new ArrayList<>(KEYS);
        ALIASES.forEach(alias -> keys.add(Requests.MASTERS + alias));
        while (!stopped) {
            FaultNode node = choose(random);
            String key = keys.get(random.nextInt(keys.size()));
            Operation done = requests.read(node, key).join();
            learn(node, done);
            sleep(random.nextInt(MOST_PAUSE_MILLIS) / 2);
        }
    }

    private void probe(Random random) {
        List<CompletableFuture<Operation>> open = new ArrayList<>();
        while (!stopped) {
            open.removeIf(CompletableFuture::isDone);
            if (open.size() < MOST_PROBES_OPEN) {
                FaultNode node = choose(random);
                CompletableFuture<Operation> sent = requests.put(node, "faults/once/" + onceKeys.incrementAndGet());
                sent.thenAccept(done -> learn(node, done));
                open.add(sent);
            }
            sleep(PROBE_MILLIS);
        }
        open.forEach(CompletableFuture::join);
    }

    /** Any node, but seldom one that has just not answered: a paused node would hold up all writers. */
    private FaultNode choose(Random random) {
        List<FaultNode> nodes = members.get();
        FaultNode first = nodes.get(random.nextInt(nodes.size()));
        boolean insist = random.nextInt(10) == 0;
        if (insist || clock.getAsLong() >= avoidUntil.getOrDefault(first.id(), 0L)) {
            return first;
        }
        return nodes.get(random.nextInt(nodes.size()));
    }

    private void learn(FaultNode node, Operation done) {
        if (done.detail().startsWith(Client.End.NEVER_SENT.name())
                || done.detail().startsWith(Client.End.TIMED_OUT.name())) {
            avoidUntil.put(node.id(), clock.getAsLong() + AVOID_NANOS);
        }
    }

    private void sleep(long millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException e) {
            stopped = true;
            Thread.currentThread().interrupt();
        }
    }
}
