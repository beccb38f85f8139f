package io.heliograph.daemon.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.heliograph.daemon.fakes.Decisions;
import io.heliograph.daemon.fakes.FakeClock;
import io.heliograph.daemon.fakes.FakeStore;
import io.heliograph.daemon.layout.KeyLayout;
import io.heliograph.kv.Entry;
import io.heliograph.kv.Revision;
import io.heliograph.kv.StoreResult.Unavailable;
import io.heliograph.kv.WriteSet;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a worker does about a store that is not as it left it. */
class DeliveryDriftTest {

    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration MORE_THAN_AN_INTERVAL =
            DriftSettings.DEFAULT.verifyInterval().multipliedBy(2);

    private final OneStore one = new OneStore();
    private final FakeClock clock = one.clock;
    private final FakeStore store = one.store;
    private final Decisions decisions = one.decisions;
    private final Attempts metrics = one.metrics;
    private final DeliveryWorker worker = one.worker;

    @Test
    void when_keys_are_changed_or_deleted_by_hand_then_they_come_back_and_are_counted() {
        decisions.put("t/a", "1");
        decisions.put("t/b", "1");
        decisions.put("t/c", "1");
        worker.step();
        worker.step();
        store.editByHand("t/a", "other");
        store.editByHand("t/b", null);
        assertThat(worker.step()).isZero();
        assertThat(store.isEdited()).as("not looked at yet").isTrue();

        clock.advance(MORE_THAN_AN_INTERVAL);
        worker.step();

        assertThat(store.isEdited()).isFalse();
        assertThat(metrics.results)
                .containsExactly(
                        "consul DELIVERED",
                        "consul DELIVERED",
                        "consul DELIVERED",
                        "consul drifted",
                        "consul drifted",
                        "consul DELIVERED",
                        "consul repaired",
                        "consul DELIVERED",
                        "consul repaired");
        assertThat(worker.status().drifted()).isZero();
    }

    @Test
    void when_a_drifted_store_refuses_the_repair_then_status_shows_it_until_it_is_repaired() {
        decisions.put("t/a", "1");
        worker.step();
        worker.step();
        store.editByHand("t/a", "other");
        store.answer((s, set) -> new Unavailable("away"));
        clock.advance(MORE_THAN_AN_INTERVAL);

        worker.step();

        assertThat(worker.status().drifted()).isEqualTo(1);
        assertThat(worker.status().pending()).isEqualTo(1);
        store.heal();
        worker.step();
        assertThat(worker.status().drifted()).isZero();
        assertThat(store.isEdited()).isFalse();
    }

    @Test
    void when_the_policy_is_to_alert_then_a_hand_edit_stays_and_is_shown_until_the_next_revision() {
        OneStore watched = new OneStore(KeyLayout.CLASSIC, new DriftSettings(DriftSettings.Policy.ALERT, MINUTE));
        DeliveryWorker alerting = watched.worker;
        watched.decisions.put("t/a", "1");
        alerting.step();
        alerting.step();
        watched.store.editByHand("t/a", "other");
        watched.clock.advance(MORE_THAN_AN_INTERVAL);

        alerting.step();
        alerting.step();

        assertThat(watched.store.isEdited()).isTrue();
        assertThat(alerting.status().drifted()).isEqualTo(1);
        assertThat(watched.metrics.results).containsExactly("consul DELIVERED", "consul drifted");
        watched.decisions.put("t/a", "2");
        alerting.step();
        assertThat(watched.store.isEdited()).isFalse();
        assertThat(alerting.status().drifted()).isZero();
    }

    @Test
    void when_others_filled_the_store_then_our_own_keys_are_read_one_by_one() {
        decisions.put("t/a", "1");
        decisions.put("t/b", "1");
        worker.step();
        worker.step();
        store.fill(true);
        store.editByHand("t/a", "other");
        clock.advance(MORE_THAN_AN_INTERVAL);

        worker.step();
        worker.step();

        assertThat(store.isEdited()).isFalse();
        assertThat(worker.status().lastError()).isEmpty();
    }

    @Test
    void when_a_store_was_looked_at_then_status_shows_how_long_ago() {
        assertThat(worker.status().sinceVerified()).isEmpty();
        decisions.put("t/a", "1");
        worker.step();
        worker.step();
        clock.advance(MINUTE);
        assertThat(worker.status().sinceVerified()).contains(MINUTE);
    }

    @Test
    void when_nothing_happens_then_the_store_is_read_once_an_interval() {
        decisions.put("t/a", "1");
        worker.step();
        for (int i = 0; i < 100; i++) {
            worker.step();
            clock.advance(MINUTE);
        }
        assertThat(store.reads()).isBetween(15, 25);
    }

    @Test
    void when_somebody_wrote_something_newer_then_that_is_no_drift_but_it_is_noticed() {
        decisions.put("t/a", "1");
        worker.step();
        store.take(new WriteSet(Revision.of(1, 50), List.of(new Entry("t/a", "newer"))));
        clock.advance(MORE_THAN_AN_INTERVAL);

        worker.step();

        assertThat(worker.status().drifted()).isZero();
        assertThat(store.sets().get("t/a").entries()).containsExactly(new Entry("t/a", "newer"));
        assertThat(worker.status().state()).isEqualTo(StoreStatus.State.FENCED);
        assertThat(worker.isHeld("t/a", decisions.set("t/a").revision())).isFalse();
    }

    @Test
    void when_the_store_cannot_be_read_then_delivery_goes_on() {
        decisions.put("t/a", "1");
        worker.step();
        store.close();
        clock.advance(MORE_THAN_AN_INTERVAL);
        worker.step();
        assertThat(worker.status().lastError()).isEqualTo("not verified: store is away");
        assertThat(worker.status().sinceVerified()).isEmpty();
        decisions.put("t/a", "2");

        worker.step();

        assertThat(store.sets().get("t/a").entries()).containsExactly(new Entry("t/a", "2"));
    }
}
