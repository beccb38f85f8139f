package io.heliograph.daemon.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.heliograph.daemon.delivery.StoreStatus.State;
import io.heliograph.daemon.fakes.Decisions;
import io.heliograph.daemon.fakes.FakeStore;
import io.heliograph.kv.StoreResult;
import io.heliograph.kv.StoreResult.Unavailable;
import io.heliograph.kv.WriteSet;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A store that gives no answer to any batch that holds one certain write set: a locked row, a packet that is too large. */
class ChokingStoreTest {

    private static final String BAD = "k100";

    private final OneStore one = new OneStore();
    private final FakeStore store = one.store;
    private final Decisions decisions = one.decisions;
    private final DeliveryWorker worker = one.worker;

    private void choke() {
        store.answer((s, set) -> lastBatch().contains(BAD) ? new Unavailable("timed out") : s.take(set));
    }

    private List<String> lastBatch() {
        List<List<WriteSet>> batches = store.batches();
        return batches.get(batches.size() - 1).stream().map(WriteSet::head).toList();
    }

    private void steps(int many) {
        for (int i = 0; i < many; i++) {
            worker.step();
        }
    }

    private void failsAlone() {
        choke();
        decisions.put(BAD, "1");
        steps(3);
        assertThat(worker.status().state()).isEqualTo(State.DOWN);
    }

    @Test
    void when_one_of_many_gets_no_answer_then_the_others_are_delivered_and_it_is_shown_as_refused() {
        for (int i = 0; i < 300; i++) {
            decisions.put("k" + i, "1");
        }
        choke();
        steps(40);
        assertThat(store.sets()).hasSize(299).doesNotContainKey(BAD);
        assertThat(worker.status().pending()).isEqualTo(1);
        assertThat(worker.status().state()).isEqualTo(State.PARKED);
        assertThat(worker.status().lastError())
                .isEqualTo(BAD + ": no answer for this one, while there is for others: timed out");
    }

    @Test
    void when_one_fails_alone_and_another_comes_then_that_one_goes_first_and_alone() {
        failsAlone();
        decisions.put("new", "1");
        worker.step();
        assertThat(lastBatch()).containsExactly("new");
        assertThat(store.sets()).containsOnlyKeys("new");
        worker.step();
        assertThat(worker.status().state()).isEqualTo(State.PARKED);
    }

    @Test
    void when_it_is_known_to_choke_then_it_is_never_tried_with_others_and_more_and_more_seldom() {
        failsAlone();
        decisions.put("new", "1");
        steps(2);
        int tried = 0;
        for (int second = 0; second < 600; second++) {
            decisions.put("x" + second % 7, "" + second);
            worker.step();
            assertThat(lastBatch()).doesNotContain(BAD);
            assertThat(worker.status().pending()).isEqualTo(1);
            int before = store.attempts();
            worker.step();
            tried += store.attempts() - before;
            one.clock.advance(Duration.ofSeconds(1));
        }
        assertThat(tried).isBetween(8, 14);
    }

    @Test
    void when_it_chokes_no_more_then_it_is_delivered_after_its_pause() {
        failsAlone();
        decisions.put("new", "1");
        steps(2);
        store.heal();
        one.clock.advance(DeliveryWorker.PARKED_PAUSE);
        worker.step();
        assertThat(store.sets()).isEqualTo(decisions.wanted());
        assertThat(worker.status().state()).isEqualTo(State.UP);
        assertThat(worker.status().lastError()).isEmpty();
    }

    @Test
    void when_the_store_was_away_then_nothing_is_suspected_and_all_is_delivered_within_a_few_steps() {
        store.answer((s, set) -> new Unavailable("away"));
        for (int i = 0; i < 300; i++) {
            decisions.put("k" + i, "1");
        }
        steps(400);
        assertThat(worker.status().state()).isEqualTo(State.DOWN);
        store.heal();
        steps(12);
        assertThat(store.sets()).isEqualTo(decisions.wanted());
        assertThat(worker.status().state()).isEqualTo(State.UP);
    }

    @Test
    void when_the_store_comes_back_then_what_it_choked_on_before_is_tried_at_once() {
        failsAlone();
        decisions.put("new", "1");
        steps(2);
        store.answer((s, set) -> new Unavailable("away"));
        decisions.put("new", "2");
        worker.step();
        assertThat(worker.status().state()).isEqualTo(State.DOWN);
        store.heal();
        steps(3);
        assertThat(store.sets()).isEqualTo(decisions.wanted());
    }

    @Test
    void when_some_of_a_batch_got_an_answer_then_the_pause_is_short() {
        store.answer((s, set) -> set.head().endsWith("7") ? busy() : s.take(set));
        for (int i = 0; i < 100; i++) {
            decisions.put("k" + i, "1");
        }
        assertThat(worker.step()).isLessThanOrEqualTo(Backoff.FIRST);
        decisions.put("k1", "2");
        assertThat(worker.step()).isLessThanOrEqualTo(Backoff.FIRST);
        assertThat(worker.status().pending()).isEqualTo(10);
    }

    private static StoreResult busy() {
        return new Unavailable("timed out");
    }
}
