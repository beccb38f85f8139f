package io.heliograph.daemon.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.heliograph.daemon.delivery.StoreStatus.State;
import io.heliograph.daemon.fakes.Decisions;
import io.heliograph.daemon.fakes.FakeClock;
import io.heliograph.daemon.fakes.FakeStore;
import io.heliograph.kv.Entry;
import io.heliograph.kv.Revision;
import io.heliograph.kv.StoreResult.Conflict;
import io.heliograph.kv.StoreResult.Fenced;
import io.heliograph.kv.StoreResult.Indeterminate;
import io.heliograph.kv.StoreResult.Rejected;
import io.heliograph.kv.StoreResult.Unavailable;
import io.heliograph.kv.WriteSet;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class DeliveryWorkerTest {

    private static final Duration MINUTE = Duration.ofSeconds(60);

    private final OneStore one = new OneStore();
    private final FakeClock clock = one.clock;
    private final FakeStore store = one.store;
    private final Decisions decisions = one.decisions;
    private final Attempts metrics = one.metrics;
    private final DeliveryWorker worker = one.worker;

    @Test
    void when_there_is_nothing_to_do_then_the_store_is_left_alone() {
        assertThat(worker.step()).isZero();
        assertThat(store.attempts()).isZero();
    }

    @Test
    void when_a_head_changed_several_times_then_only_the_newest_is_written() {
        decisions.put("k", "1");
        decisions.put("k", "2");
        decisions.put("k", "3");
        assertThat(worker.step()).isZero();
        assertThat(store.taken()).containsExactly(decisions.set("k"));
        assertThat(store.sets().get("k").entries()).containsExactly(new Entry("k", "3"));
        assertThat(metrics.results).containsExactly("consul DELIVERED");
        assertThat(metrics.timed).isEqualTo(1);
    }

    @Test
    void when_it_is_delivered_then_nothing_is_tried_again() {
        decisions.put("k", "1");
        worker.step();
        worker.changed(List.of("k", "nosuch"));
        worker.changedAll();
        assertThat(worker.step()).isZero();
        assertThat(worker.step()).isZero();
        assertThat(store.attempts()).isEqualTo(1);
    }

    @Test
    void when_very_many_heads_changed_then_batches_are_bounded_and_oldest_first() {
        for (int i = 0; i < 300; i++) {
            decisions.put("k" + i, "1");
        }
        worker.step();
        worker.step();
        worker.step();
        assertThat(store.batches()).extracting(List::size).containsExactly(128, 128, 44);
        assertThat(store.taken().get(0).head()).isEqualTo("k0");
        assertThat(store.sets()).isEqualTo(decisions.wanted());
    }

    @Test
    void when_a_store_is_away_during_very_many_changes_then_work_is_bounded_by_heads() {
        store.answer((s, set) -> new Unavailable("away"));
        for (int i = 0; i < 3000; i++) {
            decisions.put("k" + i % 3, "v" + i);
            if (i % 100 == 0) {
                worker.step();
            }
        }
        assertThat(worker.status().pending()).isEqualTo(3);
        int before = store.attempts();
        store.heal();
        worker.step();
        worker.step();
        assertThat(store.attempts()).isEqualTo(before + 2);
        assertThat(store.taken()).hasSize(3);
        assertThat(store.sets()).isEqualTo(decisions.wanted());
    }

    @Test
    void when_a_store_is_unavailable_then_everything_stays_due_and_pauses_grow_to_a_cap() {
        decisions.put("a", "1");
        decisions.put("b", "1");
        store.answer((s, set) -> new Unavailable("connection refused"));
        long full = 100;
        for (int i = 0; i < 12; i++) {
            assertThat(worker.step().toMillis()).isBetween(full / 2, full);
            full = Math.min(5000, full * 2);
        }
        assertThat(store.batches().get(0)).hasSize(2);
        assertThat(store.batches().stream().skip(1).flatMap(List::stream).map(WriteSet::head))
                .as("then one at a time, in turn")
                .containsExactly("a", "b", "a", "b", "a", "b", "a", "b", "a", "b", "a");
        assertThat(worker.status().state()).isEqualTo(State.DOWN);
        assertThat(worker.status().lastError()).isEqualTo("connection refused");
    }

    @Test
    void when_a_store_comes_back_then_it_gets_all_and_the_next_outage_begins_with_short_pauses() {
        decisions.put("a", "1");
        store.answer((s, set) -> new Unavailable("away"));
        for (int i = 0; i < 12; i++) {
            worker.step();
        }
        store.heal();
        assertThat(worker.step()).isZero();
        assertThat(store.sets()).isEqualTo(decisions.wanted());
        assertThat(worker.status().state()).isEqualTo(State.UP);
        assertThat(worker.status().lastError()).isEmpty();
        decisions.put("a", "2");
        store.answer((s, set) -> new Unavailable("away"));
        assertThat(worker.step()).isLessThanOrEqualTo(Duration.ofMillis(100));
    }

    @Test
    void when_a_store_asks_for_a_pause_then_it_gets_it_but_not_more_than_a_minute() {
        decisions.put("a", "1");
        store.answer((s, set) -> new Unavailable("busy", Duration.ofSeconds(30)));
        assertThat(worker.step()).isEqualTo(Duration.ofSeconds(30));
        store.answer((s, set) -> new Unavailable("busy", Duration.ofDays(1)));
        assertThat(worker.step()).isEqualTo(MINUTE);
    }

    @Test
    void when_one_is_rejected_then_it_is_parked_and_the_others_go_on() {
        decisions.put("good1", "1");
        decisions.put("bad", "1");
        decisions.put("good2", "1");
        reject("bad");
        assertThat(worker.step()).isZero();
        assertThat(store.sets()).containsOnlyKeys("good1", "good2");
        assertThat(worker.status().state()).isEqualTo(State.PARKED);
        assertThat(worker.status().pending()).isEqualTo(1);
        decisions.put("good1", "2");
        worker.step();
        assertThat(store.batches().get(1)).containsExactly(decisions.set("good1"));
    }

    private void reject(String head) {
        store.answer((s, set) -> set.head().equals(head) ? new Rejected("too large") : s.take(set));
    }

    @Test
    void when_a_rejected_head_is_alone_then_status_says_why() {
        decisions.put("bad", "1");
        reject("bad");
        worker.step();
        assertThat(worker.status().lastError()).isEqualTo("bad: too large");
    }

    @Test
    void when_a_head_is_parked_then_it_comes_back_after_a_minute_and_not_before() {
        decisions.put("bad", "1");
        reject("bad");
        worker.step();
        clock.advance(MINUTE.minusMillis(1));
        worker.step();
        assertThat(store.attempts()).isEqualTo(1);
        clock.advance(Duration.ofMillis(1));
        worker.step();
        assertThat(store.attempts()).isEqualTo(2);
        store.heal();
        clock.advance(MINUTE);
        worker.step();
        assertThat(store.sets()).isEqualTo(decisions.wanted());
        assertThat(worker.status().state()).isEqualTo(State.UP);
    }

    @Test
    void when_a_parked_head_changes_then_it_is_tried_at_once() {
        decisions.put("bad", "1");
        reject("bad");
        worker.step();
        store.heal();
        decisions.put("bad", "2");
        worker.step();
        assertThat(store.sets()).isEqualTo(decisions.wanted());
    }

    @Test
    void when_the_store_holds_a_newer_revision_then_it_stays_and_is_shown_and_ours_counts_as_not_delivered() {
        WriteSet newer = new WriteSet(Revision.of(2, 1), List.of(new Entry("k", "theirs")));
        store.take(newer);
        decisions.put("k", "ours");
        assertThat(worker.step()).isZero();
        worker.step();
        assertThat(store.attempts()).isEqualTo(1);
        assertThat(store.sets().get("k")).isEqualTo(newer);
        assertThat(worker.status().state()).isEqualTo(State.FENCED);
        assertThat(worker.status().lastError()).isEqualTo("it holds revision 2199023255553 of k, newer than ours");
        assertThat(worker.status().pending()).isEqualTo(1);
        assertThat(worker.isHeld("k", decisions.set("k").revision())).isFalse();
    }

    @Test
    void when_the_newer_revision_is_gone_then_ours_is_delivered_before_long() {
        store.answer((s, set) -> new Fenced(Revision.of(2, 1)));
        decisions.put("k", "ours");
        worker.step();
        store.heal();
        clock.advance(DeliveryWorker.PARKED_PAUSE);
        worker.step();
        assertThat(store.sets()).isEqualTo(decisions.wanted());
        assertThat(worker.status().state()).isEqualTo(State.UP);
        assertThat(worker.status().pending()).isZero();
        assertThat(worker.status().lastError()).isEmpty();
    }

    @Test
    void when_a_fenced_head_gets_through_again_then_nothing_is_fenced_any_more() {
        store.take(new WriteSet(Revision.of(1, 2), List.of(new Entry("k", "theirs"))));
        decisions.put("k", "1");
        worker.step();
        decisions.put("x", "1");
        decisions.put("k", "2");
        worker.step();
        assertThat(worker.status().state()).isEqualTo(State.UP);
        assertThat(store.sets()).isEqualTo(decisions.wanted());
    }

    @Test
    void when_somebody_else_wrote_meanwhile_then_it_is_tried_again_and_the_store_is_not_down() {
        decisions.put("k", "1");
        store.answer((s, set) -> new Conflict("changed by another"));
        assertThat(worker.step()).isPositive();
        assertThat(worker.status().state()).isEqualTo(State.UP);
        assertThat(worker.status().lastError()).isEqualTo("k: changed by another");
        store.heal();
        assertThat(worker.step()).isZero();
        assertThat(store.sets()).isEqualTo(decisions.wanted());
    }

    @Test
    void when_an_answer_was_lost_then_it_is_tried_again_until_it_is_certain() {
        decisions.put("k", "1");
        store.answer((s, set) -> {
            s.take(set);
            return new Indeterminate("connection reset");
        });
        assertThat(worker.step()).isPositive();
        assertThat(worker.isHeld("k", decisions.set("k").revision())).isFalse();
        assertThat(worker.status().state()).isEqualTo(State.DOWN);
        store.heal();
        assertThat(worker.step()).isZero();
        assertThat(metrics.results).containsExactly("consul INDETERMINATE", "consul ALREADY_CURRENT");
        assertThat(store.taken()).hasSize(1);
        assertThat(worker.isHeld("k", decisions.set("k").revision())).isTrue();
    }

    @Test
    void when_an_adapter_throws_then_it_is_tried_again() {
        decisions.put("k", "1");
        store.answer((s, set) -> {
            throw new IllegalStateException("a bug");
        });
        assertThat(worker.step()).isPositive();
        assertThat(worker.status().lastError()).contains("a bug");
        store.heal();
        worker.step();
        assertThat(store.sets()).isEqualTo(decisions.wanted());
    }

    @Test
    void when_a_head_changes_while_it_is_delivered_then_it_is_delivered_again() {
        decisions.put("k", "1");
        AtomicBoolean once = new AtomicBoolean();
        store.answer((s, set) -> {
            if (once.compareAndSet(false, true)) {
                decisions.put("k", "2");
            }
            return s.take(set);
        });
        worker.step();
        assertThat(worker.status().pending()).isEqualTo(1);
        worker.step();
        assertThat(store.taken())
                .extracting(set -> set.entries().get(0).value())
                .containsExactly("1", "2");
        assertThat(worker.status().pending()).isZero();
    }

    @Test
    void when_write_sets_wait_then_status_counts_them_and_their_age() {
        decisions.put("a", "1");
        clock.advance(Duration.ofSeconds(5));
        decisions.put("b", "1");
        clock.advance(Duration.ofSeconds(2));
        StoreStatus waiting = worker.status();
        assertThat(waiting.pending()).isEqualTo(2);
        assertThat(waiting.lagMillis()).isEqualTo(7000);
        assertThat(waiting.headRevision()).isEqualTo(Revision.of(1, 2));
        assertThat(waiting.deliveredRevision()).isEqualTo(Revision.NONE);
        worker.step();
        assertThat(worker.status())
                .isEqualTo(new StoreStatus(
                        "consul",
                        "fake",
                        State.UP,
                        Revision.of(1, 2),
                        Revision.of(1, 2),
                        0,
                        0,
                        0,
                        Optional.empty(),
                        ""));
    }

    @Test
    void when_a_snapshot_takes_the_place_of_the_state_then_the_difference_is_delivered_and_nothing_else() {
        decisions.put("same", "1");
        decisions.put("k", "1");
        worker.step();
        Decisions ahead = new Decisions();
        ahead.put("same", "1");
        ahead.put("k", "1");
        ahead.put("k", "2");
        ahead.put("new", "1");
        decisions.machine().restore(ahead.machine().snapshot());
        worker.step();
        assertThat(store.batches().get(1)).extracting(WriteSet::head).containsExactly("k", "new");
        assertThat(store.sets()).isEqualTo(ahead.wanted());
    }

    @Test
    void when_a_cluster_takes_a_plain_key_then_the_head_that_is_gone_is_not_waited_for() {
        decisions.put("mysql/master/a/port", "x");
        decisions.master("a", "db1:3306");
        assertThat(worker.step()).isZero();
        assertThat(store.taken()).extracting(WriteSet::head).containsExactly("mysql/master/a");
        assertThat(worker.status().pending()).isZero();
        assertThat(worker.status().lagMillis()).isZero();
    }
}
