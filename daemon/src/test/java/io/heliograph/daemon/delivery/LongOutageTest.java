package io.heliograph.daemon.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.heliograph.daemon.fakes.Decisions;
import io.heliograph.daemon.fakes.FakeClock;
import io.heliograph.daemon.fakes.FakeStore;
import io.heliograph.daemon.layout.KeyLayout;
import io.heliograph.kv.StoreResult;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A store that is away for a million writes. */
class LongOutageTest {

    private static final int WRITES = 1_000_000;
    private static final int KEYS = 50;
    private static final int STEP_EVERY = 1_000;

    private final FakeStore store = new FakeStore();
    private final Decisions decisions = new Decisions();
    private final DeliveryWorker worker = new DeliveryWorker(
            "consul",
            "fake",
            store,
            KeyLayout.CLASSIC,
            DriftSettings.DEFAULT,
            decisions::desired,
            new Attempts(),
            new FakeClock(),
            new Random(7));

    @Test
    void when_a_store_is_away_for_a_million_writes_then_only_the_newest_of_each_key_is_kept_and_written() {
        decisions.listen(worker::changed, worker::changedAll);
        store.answer((s, set) -> new StoreResult.Unavailable("away"));
        for (int i = 0; i < WRITES; i++) {
            decisions.put("k" + i % KEYS, Integer.toString(i));
            if (i % STEP_EVERY == 0) {
                worker.step();
                assertThat(worker.status().pending()).isLessThanOrEqualTo(KEYS);
            }
        }
        assertThat(store.batches()).allMatch(batch -> batch.size() <= KEYS);

        store.heal();
        worker.step();

        assertThat(store.taken()).hasSize(KEYS);
        assertThat(store.sets()).isEqualTo(decisions.wanted());
        assertThat(worker.status().pending()).isZero();
    }
}
