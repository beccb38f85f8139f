package io.heliograph.daemon.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.heliograph.daemon.fakes.FakeStore;
import io.heliograph.kv.Entry;
import io.heliograph.kv.Revision;
import io.heliograph.kv.StoreException;
import io.heliograph.kv.WriteSet;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DriftScanTest {

    private static final Revision REVISION = Revision.of(1, 7);

    private final FakeStore store = new FakeStore();

    private static WriteSet set(String... keys) {
        List<Entry> entries = new ArrayList<>();
        for (String key : keys) {
            entries.add(new Entry(key, "value"));
        }
        return new WriteSet(REVISION, entries);
    }

    @Test
    void when_keys_share_a_path_then_it_is_read_and_nothing_above_it() {
        assertThat(DriftScan.prefixes(List.of(set("m/a/x", "m/a/x/port"), set("m/a/y"))))
                .containsExactly("m/a");
        assertThat(DriftScan.prefixes(List.of(set("m/ab"), set("m/ac")))).containsExactly("m");
        assertThat(DriftScan.prefixes(List.of(set("m"), set("m/a")))).containsExactly("m");
        assertThat(DriftScan.prefixes(List.of(set("m/a"), set("m/a/b")))).containsExactly("m/a");
        assertThat(DriftScan.prefixes(List.of(set("k"), set("kk"), set("t/a")))).containsExactly("k", "kk", "t/a");
    }

    @Test
    void when_keys_are_in_very_many_trees_then_everything_is_read_at_once() {
        List<WriteSet> many = new ArrayList<>();
        for (int i = 0; i < 65; i++) {
            many.add(set("k" + i));
        }
        assertThat(DriftScan.prefixes(many)).containsExactly("");
        assertThat(DriftScan.prefixes(many.subList(0, 64))).hasSize(64);
    }

    @Test
    void when_all_is_as_it_was_delivered_then_nothing_is_found() throws StoreException {
        WriteSet set = set("m/a", "m/a/port");
        store.take(set);

        assertThat(DriftScan.find(store, List.of(set))).isEmpty();
    }

    @Test
    void when_something_differs_then_it_is_named_and_values_are_not_told() throws StoreException {
        WriteSet changed = set("m/a", "m/a/port");
        WriteSet deleted = set("m/b");
        WriteSet gone = set("x");
        WriteSet older = new WriteSet(Revision.of(1, 9), List.of(new Entry("m/c", "value")));
        store.take(changed);
        store.take(deleted);
        store.take(set("m/c"));
        store.editByHand("m/a/port", "hunter2");
        store.editByHand("m/b", null);

        Map<String, String> found = new HashMap<>();
        DriftScan.find(store, List.of(changed, deleted, gone, older))
                .forEach((head, drift) -> found.put(head, drift.why()));
        assertThat(found)
                .containsEntry("m/a", "m/a/port has another value")
                .containsEntry("m/b", "m/b is missing")
                .containsEntry("x", "x is missing")
                .containsEntry("m/c", "m/c has the revision " + REVISION)
                .hasSize(4);
    }
}
