package io.heliograph.kv.consul;

import static org.assertj.core.api.Assertions.assertThat;

import io.heliograph.kv.Entry;
import io.heliograph.kv.Revision;
import io.heliograph.kv.WriteSet;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class TransactionTest {

    private static final String GUARD = Operations.checkIndex("heliograph/owner", Long.MAX_VALUE);

    @Property(tries = 200)
    void when_packed_then_limits_hold_and_nothing_is_lost_or_moved(
            @ForAll @Size(max = 40) List<@IntRange(min = 1, max = 62) Integer> sizes,
            @ForAll @IntRange(max = 30_000) int valueLength) {
        List<Pending> pending = new ArrayList<>();
        for (int i = 0; i < sizes.size(); i++) {
            pending.add(Pending.of(set("h" + i, sizes.get(i), valueLength / sizes.get(i)), i, 0));
        }

        List<Transaction> packed = Transaction.pack(pending);

        assertThat(packed.stream().flatMap(t -> t.members().stream())).isEqualTo(pending);
        for (int i = 0; i < packed.size(); i++) {
            Transaction transaction = packed.get(i);
            int operations =
                    transaction.members().stream().mapToInt(Pending::size).sum();
            assertThat(transaction.members()).isNotEmpty();
            assertThat(operations).isLessThanOrEqualTo(Transaction.MAX_OPERATIONS);
            assertThat(transaction.json(GUARD).length()).isLessThanOrEqualTo(Transaction.MAX_BYTES);
            if (i > 0) {
                Transaction before = packed.get(i - 1);
                Pending first = transaction.members().get(0);
                int withFirst =
                        before.members().stream().mapToInt(Pending::size).sum() + first.size();
                int bytes = before.json("").length()
                        + Transaction.OVERHEAD_BYTES
                        + first.operations().length()
                        + 1;
                assertThat(withFirst > Transaction.MAX_OPERATIONS || bytes > Transaction.MAX_BYTES)
                        .isTrue();
            }
        }
    }

    private static WriteSet set(String head, int size, int valueLength) {
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            entries.add(new Entry(i == 0 ? head : head + "/" + i, "x".repeat(valueLength)));
        }
        return new WriteSet(new Revision(1), entries);
    }
}
