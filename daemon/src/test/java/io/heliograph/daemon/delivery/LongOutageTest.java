package io.heliograph.daemon.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.heliograph.daemon.fakes.Decisions;
import io.heliograph.daemon.fakes.FakeStore;
import io.heliograph.kv.StoreResult;
import org.junit.jupiter.api.Test;

/** A store that is away for a million writes. */
class LongOutageTest {

    private static final int WRITES = 1_000_000;
    private static final int KEYS = 50;
    private static final int STEP_EVERY = 1_000;

    private final OneStore one = new OneStore();
    private final FakeStore store = one.store;
    private final Decisions decisions = one.decisions;
    private final DeliveryWorker worker = one.worker;

    @Test
    void when_a_store_is_away_for_a_million_writes_then_only_the_newest_of_each_key_is_kept_and_written() {
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
        for (int doubled = 1; doubled <= KEYS; doubled *= 2) {
            worker.step();
        }

        assertThat(store.taken()).hasSize(KEYS);
        assertThat(store.sets()).isEqualTo(decisions.wanted());
        assertThat(worker.status().pending()).isZero();
    }
}
