package io.heliograph.it.stores;

import static io.heliograph.it.stores.WriteSets.byKey;
import static io.heliograph.it.stores.WriteSets.cluster;
import static io.heliograph.it.stores.WriteSets.stored;
import static org.assertj.core.api.Assertions.assertThat;

import io.heliograph.kv.StoreAdapter;
import io.heliograph.kv.StoreException;
import io.heliograph.kv.StoreResult;
import io.heliograph.kv.StoredEntry;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;

/**
 * One writer writes revision after revision, each again and again until it has arrived, while a reader watches that what
 * had arrived before it began to read is there, whole, and that it never goes backwards.
 */
final class SteadyWrites implements AutoCloseable {

    static final Set<StoreResult.Type> ARRIVED =
            EnumSet.of(StoreResult.Type.DELIVERED, StoreResult.Type.ALREADY_CURRENT);

    static final Set<StoreResult.Type> AWAY = EnumSet.of(StoreResult.Type.UNAVAILABLE, StoreResult.Type.INDETERMINATE);

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final StoreAdapter writer;
    private final StoreAdapter reader;
    private final String head;
    private final Duration bound;
    private final ExecutorService threads = Executors.newFixedThreadPool(2);
    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicLong arrived = new AtomicLong();
    private final AtomicLong views = new AtomicLong();
    private final AtomicLong failures = new AtomicLong();
    private final Future<?> writing;
    private final Future<?> reading;

    /**
     * Begins.
     *
     * @param writer belongs to this object's thread from now on
     * @param bound longest time of one call
     */
    SteadyWrites(StoreAdapter writer, StoreAdapter reader, String head, Duration bound) {
        this.writer = writer;
        this.reader = reader;
        this.head = head;
        this.bound = bound;
        this.writing = threads.submit(this::write);
        this.reading = threads.submit(this::watch);
    }

    private void write() {
        for (long revision = 1; !over.get(); revision++) {
            while (!ARRIVED.contains(deliver(revision)) && !over.get()) {
                failures.incrementAndGet();
            }
            if (!over.get()) {
                arrived.set(revision);
            }
        }
    }

    private StoreResult.Type deliver(long revision) {
        long start = System.nanoTime();
        StoreResult result = writer.deliver(List.of(cluster(head, revision))).get(0);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(bound);
        assertThat(ARRIVED.contains(result.type()) || AWAY.contains(result.type()))
                .as("revision %d: %s", revision, result)
                .isTrue();
        return result.type();
    }

    private void watch() {
        long highest = 0;
        while (!over.get()) {
            long atLeast = Math.max(highest, arrived.get());
            try {
                Map<String, StoredEntry> seen = byKey(reader.read(head));
                StoredEntry found = seen.get(head);
                highest = found == null ? 0 : found.revision().value();
                assertThat(highest).isGreaterThanOrEqualTo(atLeast);
                assertThat(seen).isEqualTo(found == null ? Map.of() : stored(cluster(head, highest)));
                views.incrementAndGet();
            } catch (StoreException e) {
                // no answer is no wrong answer
            }
        }
    }

    /** How many writes did not arrive at once. */
    long failures() {
        return failures.get();
    }

    /** Waits until some more writes have arrived, and were seen; fails as soon as something is wrong. */
    void awaitMore() throws Exception {
        long next = arrived.get() + 5;
        long seen = views.get() + 5;
        Awaitility.await("writes to " + head + " go on")
                .atMost(PATIENCE)
                .until(() -> isOver() || (arrived.get() >= next && views.get() >= seen));
        if (isOver()) {
            finish();
        }
    }

    private boolean isOver() {
        return writing.isDone() || reading.isDone();
    }

    /** Ends it; fails when anything was wrong. */
    void finish() throws Exception {
        over.set(true);
        writing.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        reading.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        over.set(true);
        threads.shutdownNow();
    }
}
