package io.heliograph.daemon.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.heliograph.daemon.fakes.FakeClock;
import io.heliograph.daemon.fakes.FakeStore;
import io.heliograph.daemon.layout.KeyLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the policy to adopt offers to take over, and what it repairs. */
class HandEditsTest {

    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final List<String> offered = new ArrayList<>();
    private boolean takes = true;

    private final OneStore one = new OneStore(
            KeyLayout.CLASSIC, new DriftSettings(DriftSettings.Policy.ADOPT, MINUTE, (name, was, value) -> {
                offered.add(was.head() + "=" + value);
                return takes;
            }));
    private final FakeClock clock = one.clock;
    private final FakeStore store = one.store;
    private final DeliveryWorker worker = one.worker;

    @BeforeEach
    void deliver() {
        one.decisions.master("orders", "db1:3306");
        one.decisions.put("feature/x", "off");
        worker.step();
        worker.step();
    }

    private void look() {
        clock.advance(MINUTE.multipliedBy(2));
        worker.step();
        worker.step();
    }

    @Test
    void when_the_value_of_a_head_was_changed_then_it_is_offered_and_stays() {
        store.editByHand("mysql/master/orders", "db2:3306");
        store.editByHand("feature/x", "on");

        look();

        assertThat(offered).containsExactlyInAnyOrder("mysql/master/orders=db2:3306", "feature/x=on");
        assertThat(store.isEdited()).isTrue();
        assertThat(worker.status().drifted()).isEqualTo(2);
    }

    @Test
    void when_nobody_takes_it_over_then_it_is_repaired() {
        takes = false;
        store.editByHand("mysql/master/orders", "db2:3306");

        look();

        assertThat(offered).hasSize(1);
        assertThat(store.isEdited()).isFalse();
    }

    @Test
    void when_something_is_gone_or_only_a_lower_key_was_changed_then_it_is_repaired_without_asking() {
        store.editByHand("mysql/master/orders/port", "1");
        store.editByHand("feature/x", null);

        look();

        assertThat(offered).isEmpty();
        assertThat(store.isEdited()).isFalse();
    }

    @Test
    void when_a_failover_is_decided_while_the_store_is_read_then_it_wins() {
        store.editByHand("mysql/master/orders", "db9:3306");
        store.whileReading(() -> one.decisions.master("orders", "db2:3306"));

        look();

        assertThat(offered).isEmpty();
        assertThat(store.isEdited()).isFalse();
        assertThat(store.sets().get("mysql/master/orders").entries().get(0).value())
                .isEqualTo("db2:3306");
    }
}
