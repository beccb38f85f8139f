package io.heliograph.it.stores;

import static io.heliograph.it.stores.WriteSets.byKey;
import static io.heliograph.it.stores.WriteSets.cluster;
import static org.assertj.core.api.Assertions.assertThat;

import io.heliograph.kv.StoreAdapter;
import io.heliograph.kv.StoreResult;
import io.heliograph.kv.StoredEntry;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** Two writers take turns at one write set without knowing of each other, and a reader watches. */
final class Race {

    private static final Set<StoreResult.Type> DECIDED =
            EnumSet.of(StoreResult.Type.DELIVERED, StoreResult.Type.ALREADY_CURRENT, StoreResult.Type.FENCED);

    private final String head;
    private final StoreAdapter even;
    private final StoreAdapter odd;
    private final StoreAdapter reader;
    private final boolean readsAtomically;
    private final AtomicBoolean over = new AtomicBoolean();
    private long last;

    /**
     * @param readsAtomically whether the reader sees one moment, so that all five values must belong together
     */
    Race(String head, StoreAdapter even, StoreAdapter odd, StoreAdapter reader, boolean readsAtomically) {
        this.head = head;
        this.even = even;
        this.odd = odd;
        this.reader = reader;
        this.readsAtomically = readsAtomically;
    }

    /** Writes {@code count} revisions, half of them from each side; ends with the first thing that is wrong. */
    void run(int count) throws Exception {
        last = count + 1;
        ExecutorService threads = Executors.newFixedThreadPool(3);
        try {
            Future<Integer> evenOnes = threads.submit(writer(even, 2, count));
            Future<Integer> oddOnes = threads.submit(writer(odd, 3, count + 1));
            Future<Integer> views = threads.submit(this::watch);
            int delivered = evenOnes.get() + oddOnes.get();
            over.set(true);
            assertThat(delivered).isPositive();
            assertThat(views.get()).isNotNegative();
        } finally {
            over.set(true);
            threads.shutdownNow();
            assertThat(threads.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    long lastRevision() {
        return last;
    }

    private Callable<Integer> writer(StoreAdapter store, long first, long lastOne) {
        return () -> {
            int delivered = 0;
            for (long revision = first; revision <= lastOne; revision += 2) {
                StoreResult result;
                do {
                    result = store.deliver(List.of(cluster(head, revision))).get(0);
                    assertThat(result.type()).isIn(either(DECIDED, StoreResult.Type.CONFLICT));
                } while (!DECIDED.contains(result.type()));
                if (result.type() == StoreResult.Type.DELIVERED) {
                    delivered++;
                } else if (result instanceof StoreResult.Fenced fenced) {
                    assertThat(fenced.by().value()).isGreaterThan(revision);
                }
            }
            return delivered;
        };
    }

    private int watch() throws Exception {
        int views = 0;
        Map<String, Long> highest = new HashMap<>();
        while (!over.get()) {
            Map<String, StoredEntry> seen = byKey(reader.read(head));
            StoredEntry whole = seen.get(head);
            if (whole != null) {
                long revision = whole.revision().value();
                assertThat(revision).isGreaterThanOrEqualTo(rise(highest, "fence", revision));
                if (readsAtomically) {
                    assertThat(seen).isEqualTo(WriteSets.stored(cluster(head, revision)));
                } else {
                    assertRises(seen, revision, highest);
                }
                views++;
            }
        }
        return views;
    }

    /** Where values are read one after the other, each may be newer than the fence and than the one before. */
    private void assertRises(Map<String, StoredEntry> seen, long revision, Map<String, Long> highest) {
        for (String key : List.of(head + "/hostname", head + "/port")) {
            long value =
                    Long.parseLong(Objects.requireNonNull(seen.get(key)).value().replace("db", ""));
            assertThat(value).isGreaterThanOrEqualTo(revision);
            assertThat(value).isGreaterThanOrEqualTo(rise(highest, key, value));
        }
    }

    /** The highest seen so far. */
    private static long rise(Map<String, Long> highest, String what, long seen) {
        return highest.merge(what, seen, Math::max);
    }

    private static Set<StoreResult.Type> either(Set<StoreResult.Type> types, StoreResult.Type more) {
        Set<StoreResult.Type> all = EnumSet.copyOf(types);
        all.add(more);
        return all;
    }
}
