package io.heliograph.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.heliograph.daemon.config.Configuration.ConsulStore;
import io.heliograph.daemon.config.Configuration.Datacenters;
import io.heliograph.daemon.config.Configuration.JdbcStore;
import io.heliograph.daemon.config.Configuration.Store;
import io.heliograph.daemon.config.Configuration.Upkeep;
import io.heliograph.daemon.delivery.Delivery;
import io.heliograph.daemon.delivery.HandEdits;
import io.heliograph.daemon.delivery.KnownLayouts;
import io.heliograph.daemon.delivery.StoreStatus;
import io.heliograph.daemon.fakes.Decisions;
import io.heliograph.daemon.metrics.Metrics;
import io.heliograph.kv.Owner;
import io.heliograph.kv.StoreAdapter;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A configuration's stores as the delivery comes to have them; nothing is delivered. */
class StoresTest {

    private static final Upkeep USUAL = Upkeep.ofTimeout(Duration.ofSeconds(1));

    private final Decisions decisions = new Decisions();
    private final Delivery delivery = new Delivery(decisions::desired, new Metrics());
    private final Stores stores = new Stores(delivery, new Owner("test"), HandEdits.NONE, KnownLayouts.ALL);

    @AfterEach
    void stop() {
        stores.close();
        delivery.close();
    }

    private static Store table(String name, Upkeep upkeep) {
        return new JdbcStore(name, "jdbc:sqlite:nowhere.db", null, null, "kv_store", upkeep);
    }

    private static Store consul(String url, String... datacenters) {
        return new ConsulStore("consul", url, null, null, new Datacenters(false, List.of(datacenters)), USUAL);
    }

    private List<String> names() {
        return delivery.status().stream().map(StoreStatus::name).toList();
    }

    @Test
    void when_one_of_several_cannot_be_opened_then_nothing_changes_and_it_can_be_tried_again() throws Exception {
        stores.apply(List.of(table("a", USUAL)));
        StoreAdapter first = delivery.adapter("a").orElseThrow();
        assertThatIOException()
                .isThrownBy(() -> stores.apply(List.of(
                        table("a", Upkeep.ofTimeout(Duration.ofSeconds(2))),
                        table("b", USUAL),
                        consul("http://127.0.0.1:1/x?y=1"))))
                .withMessageContaining("store 'consul'");
        assertThat(names()).containsExactly("a");
        assertThat(delivery.adapter("a")).containsSame(first);
        assertThat(stores.apply(List.of(table("b", USUAL), consul("http://127.0.0.1:1"))))
                .containsExactly("store b added", "store consul added", "store a removed");
        assertThat(names()).containsExactly("b", "consul");
    }

    @Test
    void when_data_centres_come_and_go_then_each_is_a_store_and_others_stay() throws Exception {
        stores.apply(List.of(consul("http://127.0.0.1:1", "east", "west"), table("a", USUAL)));
        StoreAdapter table = delivery.adapter("a").orElseThrow();
        assertThat(stores.apply(List.of(consul("http://127.0.0.1:1", "west", "north"), table("a", USUAL))))
                .containsExactly("store consul changed");
        assertThat(names()).containsExactlyInAnyOrder("consul@west", "consul@north", "a");
        assertThat(delivery.adapter("a")).containsSame(table);
        assertThat(stores.apply(List.of(table("a", USUAL)))).containsExactly("store consul removed");
        assertThat(names()).containsExactly("a");
    }

    @Test
    void when_it_is_closed_then_a_late_reload_opens_nothing() throws IOException {
        stores.close();
        assertThat(stores.apply(List.of(table("a", USUAL)))).isEmpty();
        assertThat(names()).isEmpty();
    }
}
