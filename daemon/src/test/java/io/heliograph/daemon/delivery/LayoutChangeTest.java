package io.heliograph.daemon.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.heliograph.daemon.delivery.DriftSettings.Policy;
import io.heliograph.daemon.fakes.Decisions;
import io.heliograph.daemon.fakes.FakeClock;
import io.heliograph.daemon.fakes.FakeStore;
import io.heliograph.daemon.layout.KeyLayout;
import io.heliograph.kv.StoreResult.Unavailable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A store that was filled with another layout than the one it has now. */
class LayoutChangeTest {

    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final KeyLayout BEFORE = layout("{ipv4}:3306");
    private static final KeyLayout NOW = layout("{master}");

    private final FakeClock clock = new FakeClock();
    private final FakeStore store = new FakeStore();
    private final Decisions decisions = new Decisions();
    private final List<String> adopted = new ArrayList<>();
    private final Map<String, KeyLayout> known = new HashMap<>();

    private static KeyLayout layout(String value) {
        return KeyLayout.of(Optional.of(Map.of("db/{alias}", value)), Optional.empty(), "mysql/master");
    }

    private DeliveryWorker start(KeyLayout layout, Policy policy) {
        KnownLayouts layouts = new KnownLayouts() {
            @Override
            public boolean isKnown(String name, KeyLayout each) {
                return each.equals(known.get(name));
            }

            @Override
            public void begin(String name, KeyLayout each) {
                if (!isKnown(name, each)) {
                    known.remove(name);
                }
            }

            @Override
            public void learn(String name, KeyLayout each) {
                known.put(name, each);
            }
        };
        DriftSettings drift =
                new DriftSettings(policy, MINUTE, (name, was, value) -> adopted.add(was.head() + "=" + value), layouts);
        DeliveryWorker worker = new DeliveryWorker(
                "consul", "fake", store, layout, drift, decisions::desired, new Attempts(), clock, new Random(1));
        worker.changedAll();
        return worker;
    }

    private void lookTwice(DeliveryWorker worker) {
        for (int i = 0; i < 4; i++) {
            worker.step();
            clock.advance(MINUTE);
        }
    }

    private String head() throws Exception {
        return store.read("db/orders").get(0).value();
    }

    @Test
    void when_values_are_made_otherwise_now_then_they_are_written_anew_and_not_taken_for_hand_edits() throws Exception {
        decisions.master("orders", "db1:3306");
        lookTwice(start(BEFORE, Policy.ADOPT));
        assertThat(head()).isEqualTo("10.0.0.1:3306");

        DeliveryWorker worker = start(NOW, Policy.ADOPT);
        lookTwice(worker);

        assertThat(adopted).isEmpty();
        assertThat(head()).isEqualTo("db1:3306");
        store.editByHand("db/orders", "db2:3306");
        lookTwice(worker);
        assertThat(adopted).containsOnly("mysql/master/orders=db2:3306");
    }

    @Test
    void when_drift_is_only_told_then_what_another_layout_left_is_written_anew_all_the_same() throws Exception {
        decisions.master("orders", "db1:3306");
        lookTwice(start(BEFORE, Policy.ALERT));

        DeliveryWorker worker = start(NOW, Policy.ALERT);
        lookTwice(worker);

        assertThat(head()).isEqualTo("db1:3306");
        store.editByHand("db/orders", "db2:3306");
        lookTwice(worker);
        assertThat(head()).isEqualTo("db2:3306");
    }

    @Test
    void when_the_node_ends_before_all_is_written_anew_then_the_next_start_goes_on() throws Exception {
        decisions.master("orders", "db1:3306");
        lookTwice(start(BEFORE, Policy.ADOPT));
        store.answer((s, set) -> new Unavailable("away"));
        lookTwice(start(NOW, Policy.ADOPT));
        assertThat(head()).isEqualTo("10.0.0.1:3306");
        store.heal();

        lookTwice(start(NOW, Policy.ADOPT));

        assertThat(adopted).isEmpty();
        assertThat(head()).isEqualTo("db1:3306");
    }

    @Test
    void when_the_layout_is_changed_back_before_all_is_written_then_what_was_is_written_anew() throws Exception {
        decisions.master("orders", "db1:3306");
        lookTwice(start(BEFORE, Policy.ALERT));
        DeliveryWorker interim = start(NOW, Policy.ALERT);
        interim.step();
        interim.step();
        assertThat(head()).isEqualTo("db1:3306");

        lookTwice(start(BEFORE, Policy.ALERT));

        assertThat(head()).isEqualTo("10.0.0.1:3306");
    }

    @Test
    void when_something_was_not_delivered_yet_then_the_layout_is_not_learnt() throws Exception {
        decisions.master("orders", "db1:3306");
        decisions.put("refused", "1");
        lookTwice(start(BEFORE, Policy.ADOPT));
        store.answer((s, set) ->
                set.head().equals("mysql/master/orders") || set.head().equals("db/orders")
                        ? new Unavailable("away")
                        : s.take(set));
        DeliveryWorker worker = start(NOW, Policy.ADOPT);
        lookTwice(worker);
        store.heal();
        lookTwice(worker);

        assertThat(adopted).isEmpty();
        assertThat(head()).isEqualTo("db1:3306");
    }
}
