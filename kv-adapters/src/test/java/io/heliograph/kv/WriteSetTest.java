package io.heliograph.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class WriteSetTest {

    private static final Revision ONE = new Revision(1);

    @Property
    void when_keys_are_distinct_then_the_first_is_the_head(@ForAll @IntRange(min = 1, max = 62) int size) {
        List<Entry> entries = entries(size);

        assertThat(new WriteSet(ONE, entries).head()).isEqualTo("k0");
    }

    @Test
    void when_the_list_changes_later_then_the_write_set_does_not() {
        List<Entry> entries = entries(2);
        WriteSet set = new WriteSet(ONE, entries);
        entries.clear();

        assertThat(set.entries()).hasSize(2);
    }

    @Test
    void when_it_breaks_a_rule_then_it_is_refused() {
        assertThatThrownBy(() -> new WriteSet(Revision.NONE, entries(1))).hasMessageContaining("revision");
        assertThatThrownBy(() -> new WriteSet(ONE, List.of())).hasMessageContaining("entries");
        assertThatThrownBy(() -> new WriteSet(ONE, entries(63))).hasMessageContaining("not 63");
        assertThatThrownBy(() -> new WriteSet(ONE, List.of(new Entry("a", "1"), new Entry("a", "2"))))
                .hasMessageContaining("key twice");
    }

    private static List<Entry> entries(int size) {
        return new ArrayList<>(
                IntStream.range(0, size).mapToObj(i -> new Entry("k" + i, "v")).toList());
    }
}
