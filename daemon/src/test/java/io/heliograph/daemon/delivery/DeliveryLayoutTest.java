package io.heliograph.daemon.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.heliograph.command.Command.DeleteCluster;
import io.heliograph.command.Command.DeleteEntry;
import io.heliograph.daemon.fakes.Decisions;
import io.heliograph.daemon.fakes.FakeClock;
import io.heliograph.daemon.fakes.FakeStore;
import io.heliograph.daemon.layout.KeyLayout;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A store whose layout gives masters other keys. */
class DeliveryLayoutTest {

    private static final KeyLayout LAYOUT =
            KeyLayout.of(Optional.of(Map.of("db/{alias}/rw", "{master}")), Optional.empty(), "mysql/master");

    private final OneStore one = new OneStore(LAYOUT, DriftSettings.DEFAULT);
    private final FakeClock clock = one.clock;
    private final FakeStore store = one.store;
    private final Decisions decisions = one.decisions;
    private final DeliveryWorker worker = one.worker;

    @Test
    void when_a_master_is_set_and_deleted_then_the_keys_of_the_layout_come_and_go() throws Exception {
        decisions.master("orders", "db1:3306");
        worker.step();
        assertThat(store.read(""))
                .extracting(entry -> entry.key() + "=" + entry.value())
                .containsExactly("db/orders/rw=db1:3306");
        assertThat(worker.status().pending()).isZero();

        decisions.decide(new DeleteCluster("orders"));
        worker.step();

        assertThat(store.read("")).isEmpty();
        assertThat(store.sets().get("db/orders/rw").isDeletion()).isTrue();
        assertThat(worker.status().pending()).isZero();
    }

    @Test
    void when_a_key_of_the_layout_was_changed_by_hand_then_it_is_repaired() {
        decisions.master("orders", "db1:3306");
        worker.step();
        worker.step();
        store.editByHand("db/orders/rw", "other:1");
        clock.advance(Duration.ofMinutes(6));

        worker.step();
        worker.step();

        assertThat(store.isEdited()).isFalse();
        assertThat(worker.status().drifted()).isZero();
    }

    @Test
    void when_a_plain_entry_has_a_key_of_the_layout_then_it_is_parked_and_the_others_are_delivered() {
        decisions.put("db/users/rw", "mine");
        decisions.put("feature/x", "on");
        worker.step();

        assertThat(worker.status().state()).isEqualTo(StoreStatus.State.PARKED);
        assertThat(worker.status().lastError()).contains("'db/users/rw'").contains("layout");
        assertThat(store.sets()).containsOnlyKeys("feature/x");
    }

    @Test
    void when_a_plain_entry_with_a_key_of_the_layout_is_deleted_then_the_master_stays() {
        decisions.master("users", "db1:3306");
        worker.step();
        decisions.put("db/users/rw", "mine");
        worker.step();
        decisions.decide(new DeleteEntry("db/users/rw"));
        worker.step();
        clock.advance(Duration.ofMinutes(6));
        worker.step();

        assertThat(store.sets().get("db/users/rw").entries().get(0).value()).isEqualTo("db1:3306");
        assertThat(worker.status().state()).isEqualTo(StoreStatus.State.UP);
        assertThat(worker.status().pending()).isZero();
    }
}
