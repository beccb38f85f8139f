package io.heliograph.kv.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.heliograph.kv.Entry;
import io.heliograph.kv.Owner;
import io.heliograph.kv.Revision;
import io.heliograph.kv.StoreResult;
import io.heliograph.kv.StoredEntry;
import io.heliograph.kv.WriteSet;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Whatever comes in whatever order, the store does what a map with a comparison would do. */
class SqliteFencePropertiesTest {

    private static final String[] SUFFIXES = {"", "/hostname", "/port"};

    private static Path directory = Path.of("");
    private static int tries;

    @BeforeContainer
    static void makeDirectory() throws Exception {
        directory = Files.createTempDirectory("fence");
    }

    @AfterContainer
    static void removeDirectory() throws Exception {
        try (var files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(directory);
    }

    @Property(tries = 40)
    void when_batches_come_in_any_order_then_each_write_set_stays_at_its_highest_revision(
            @ForAll("batches") List<Map<String, Long>> batches) throws Exception {
        Map<String, Long> model = new TreeMap<>();
        JdbcSettings settings = new JdbcSettings(
                "test",
                new Owner("orders"),
                "jdbc:sqlite:" + directory.resolve("try" + tries++ + ".db"),
                null,
                null,
                Duration.ofSeconds(5),
                JdbcSettings.DEFAULT_TABLE);
        try (JdbcStoreAdapter store = JdbcStoreAdapter.open(settings)) {
            for (Map<String, Long> batch : batches) {
                List<WriteSet> sets = new ArrayList<>();
                List<StoreResult> expected = new ArrayList<>();
                batch.forEach((head, revision) -> {
                    sets.add(set(head, revision));
                    expected.add(apply(model, head, revision));
                });
                assertThat(store.deliver(sets)).isEqualTo(expected);
            }
            assertThat(store.read("")).isEqualTo(stored(model));
        }
    }

    @Provide
    Arbitrary<List<Map<String, Long>>> batches() {
        Arbitrary<Map<String, Long>> batch = Combinators.combine(
                        Arbitraries.of("a", "b", "c", "d")
                                .list()
                                .uniqueElements()
                                .ofMinSize(1),
                        Arbitraries.longs().between(1, 9).list().ofSize(4))
                .as((heads, revisions) -> {
                    Map<String, Long> made = new LinkedHashMap<>();
                    for (int i = 0; i < heads.size(); i++) {
                        made.put(heads.get(i), revisions.get(i));
                    }
                    return made;
                });
        return batch.list().ofMaxSize(8);
    }

    private static StoreResult apply(Map<String, Long> model, String head, long revision) {
        long held = model.getOrDefault(head, 0L);
        if (held == revision) {
            return new StoreResult.AlreadyCurrent();
        }
        if (held > revision) {
            return new StoreResult.Fenced(new Revision(held));
        }
        model.put(head, revision);
        return new StoreResult.Delivered();
    }

    private static WriteSet set(String head, long revision) {
        List<Entry> entries = new ArrayList<>();
        for (String suffix : SUFFIXES) {
            entries.add(new Entry(head + suffix, suffix + revision));
        }
        return new WriteSet(new Revision(revision), entries);
    }

    private static List<StoredEntry> stored(Map<String, Long> model) {
        List<StoredEntry> stored = new ArrayList<>();
        model.forEach((head, revision) -> set(head, revision)
                .entries()
                .forEach(entry -> stored.add(new StoredEntry(entry.key(), entry.value(), new Revision(revision)))));
        return stored;
    }
}
