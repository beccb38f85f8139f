package io.heliograph.it.centres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.heliograph.it.daemon.CliResult;
import io.heliograph.it.daemon.HeliographCluster;
import io.heliograph.it.daemon.HeliographNode;
import io.heliograph.it.hands.AllStores;
import io.heliograph.it.hands.StoreHand;
import io.heliograph.it.hands.StoreHand.Copy;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Stores that are wiped, restored from an old backup, or written by another group. */
@Timeout(180)
class StoreHistoryIT {

    private static final String OLD = "127.0.0.21:3306";
    private static final String NEW = "127.0.0.22:3306";

    private static AllStores stores;

    @BeforeAll
    static void start() {
        stores = AllStores.start((name, config) -> config.put("verify-interval", "1s"), cluster -> cluster);
    }

    @AfterAll
    static void stop() {
        if (stores != null) {
            stores.close();
        }
    }

    private static String stored(StoreHand hand, String alias) throws Exception {
        String head = "mysql/master/" + alias;
        var entry = hand.entries(head).get(head);
        return entry == null ? "" : entry.value();
    }

    private static void awaitEverywhere(String alias, String master) {
        for (StoreHand hand : stores.hands().values()) {
            await(hand.name() + " " + alias)
                    .atMost(DataCentres.SOON)
                    .ignoreExceptions()
                    .until(() -> stored(hand, alias), master::equals);
        }
    }

    @Test
    void when_a_store_is_restored_from_an_old_backup_then_it_becomes_current_again() throws Exception {
        stores.set("restored", OLD);
        stores.set("gone", OLD);
        stores.node().put("/v1/kv/gone/flag", Map.of("value", "on")).orThrow();
        awaitEverywhere("restored", OLD);
        awaitEverywhere("gone", OLD);
        Map<StoreHand, List<Copy>> backups = new HashMap<>();
        for (StoreHand hand : stores.hands().values()) {
            backups.put(hand, hand.backUp());
        }
        stores.set("restored", NEW);
        stores.set("newer", NEW);
        stores.node().delete("/v1/clusters/gone?deleteKeys=true").orThrow();
        awaitEverywhere("restored", NEW);
        awaitEverywhere("newer", NEW);
        awaitEverywhere("gone", "");

        for (StoreHand hand : stores.hands().values()) {
            hand.restore(backups.get(hand));
        }

        awaitEverywhere("restored", NEW);
        awaitEverywhere("newer", NEW);
        awaitEverywhere("gone", "");
    }

    @Test
    void when_a_store_is_wiped_then_everything_comes_back() throws Exception {
        stores.set("wiped", OLD);
        awaitEverywhere("wiped", OLD);

        for (StoreHand hand : stores.hands().values()) {
            hand.wipe();
        }

        awaitEverywhere("wiped", OLD);
        stores.set("wiped", NEW);
        awaitEverywhere("wiped", NEW);
    }

    @Test
    void when_a_store_was_away_during_a_deletion_then_the_keys_go_when_it_is_back() throws Exception {
        stores.set("absent", OLD);
        awaitEverywhere("absent", OLD);
        stores.hands().keySet().forEach(store -> stores.relay(store).cut());

        stores.node().delete("/v1/clusters/absent?deleteKeys=true").orThrow();
        for (StoreHand hand : stores.hands().values()) {
            assertThat(stored(hand, "absent")).isEqualTo(OLD);
        }

        stores.hands().keySet().forEach(store -> stores.relay(store).heal());
        awaitEverywhere("absent", "");
        for (StoreHand hand : stores.hands().values()) {
            assertThat(hand.entries("mysql/master/absent")).isEmpty();
        }
    }

    @Test
    void when_stores_belong_to_another_cluster_then_nothing_is_written_until_they_are_adopted() throws Exception {
        stores.set("owned", OLD);
        awaitEverywhere("owned", OLD);
        try (HeliographCluster others = rival()) {
            HeliographNode node = others.awaitLeader();
            node.put("/v1/clusters/owned", Map.of("master", NEW)).orThrow();
            await().atMost(DataCentres.SOON)
                    .until(() -> node.status().orElseThrow().path("stores").findValuesAsText("state").stream()
                                    .filter("parked"::equals)
                                    .count()
                            == stores.hands().size());
            assertThat(node.status().orElseThrow().path("stores").findValuesAsText("lastError"))
                    .anyMatch(line -> line.contains("'orders'") && line.contains("heliograph adopt"));
            awaitEverywhere("owned", OLD);
            String endpoint = node.httpUri().toString();

            CliResult dry = others.cli("adopt", "--dry-run", "-e", endpoint);
            assertThat(dry.stdout())
                    .contains("store consul would be taken over")
                    .contains("'orders'");
            assertThat(stored(stores.hands().get("consul"), "owned")).isEqualTo(OLD);

            CliResult done = others.cli("adopt", "-e", endpoint);
            assertThat(done.exitCode()).as(done.toString()).isZero();
            awaitEverywhere("owned", NEW);
        }
        await().atMost(DataCentres.SOON).until(() -> stores.cluster()
                .cli("adopt", "-e", stores.node().httpUri().toString())
                .stdout()
                .contains("store pg is taken over"));
        stores.node().post("/v1/submit", Map.of()).orThrow();
        awaitEverywhere("owned", OLD);
    }

    private static HeliographCluster rival() {
        var builder = HeliographCluster.builder().name("rivals").nodes("dc1");
        stores.hands().values().forEach(hand -> builder.storeFor("dc1", hand.config(hand.port())));
        return builder.start();
    }
}
