package io.heliograph.it.centres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.heliograph.it.daemon.HeliographCluster;
import io.heliograph.it.daemon.HeliographNode;
import io.heliograph.it.daemon.Stores;
import io.heliograph.it.hands.AllStores;
import io.heliograph.it.hands.StoreHand;
import io.heliograph.it.hands.StoreHand.Copy;
import io.heliograph.it.servers.ConsulServer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Stores that others have filled with much more than our process has memory for. */
@Timeout(180)
class FloodIT {

    private static final int FOREIGN = 100_000;
    private static final int TOGETHER = 64;
    private static final String VALUE =
            Base64.getEncoder().encodeToString("x".repeat(1000).getBytes(StandardCharsets.UTF_8));

    @Test
    void when_others_fill_the_path_that_our_keys_share_then_they_are_still_looked_after() throws Exception {
        try (ConsulServer consul = ConsulServer.start("dc1");
                HeliographCluster cluster = HeliographCluster.builder()
                        .nodes("dc1")
                        .storeFor("dc1", often(Stores.consul("consul", consul)))
                        .start()) {
            HeliographNode node = cluster.awaitLeader();
            fill(consul);
            node.put("/v1/kv/shared/a?wait=all&timeout=5s", Map.of("value", "1"))
                    .orThrow();
            node.put("/v1/kv/shared/z?wait=all&timeout=5s", Map.of("value", "1"))
                    .orThrow();

            for (int round = 0; round < 3; round++) {
                consul.put("shared/a", "by hand");
                await().atMost(Duration.ofSeconds(30))
                        .until(() -> consul.get("shared/a").orElse(""), "1"::equals);
            }
            node.put("/v1/clusters/orders?wait=all&timeout=5s", Map.of("master", "127.0.0.21:3306"))
                    .orThrow();

            assertThat(consul.get("mysql/master/orders")).contains("127.0.0.21:3306");
            assertThat(node.isRunning()).isTrue();
            assertThat(node.status().orElseThrow().path("stores").findValuesAsText("lastError"))
                    .containsOnly("");
        }
    }

    @Test
    void when_others_keep_long_values_beside_our_masters_then_those_are_still_looked_after() throws Exception {
        try (AllStores stores = AllStores.start((name, config) -> often(config), cluster -> cluster)) {
            stores.set("a", "127.0.0.21:3306");
            stores.set("z?wait=all&timeout=10s", "127.0.0.22:3306");
            for (String store : List.of("zk", "maria", "pg")) {
                fill(Objects.requireNonNull(stores.hands().get(store)));
            }

            for (int round = 0; round < 3; round++) {
                for (StoreHand hand : stores.hands().values()) {
                    hand.putBack(List.of(new Copy(place(hand, "mysql/master/a"), "by hand", 0)));
                    await(hand.name())
                            .atMost(Duration.ofSeconds(30))
                            .until(
                                    () -> hand.entries("mysql/master/a")
                                            .get("mysql/master/a")
                                            .value(),
                                    "127.0.0.21:3306"::equals);
                }
            }
            stores.set("z?wait=all&timeout=10s", "127.0.0.23:3306");

            for (StoreHand hand : stores.hands().values()) {
                assertThat(hand.entries("mysql/master/z").get("mysql/master/z").value())
                        .as(hand.name())
                        .isEqualTo("127.0.0.23:3306");
                assertThat(stores.status(hand.name(), "lastError"))
                        .as(hand.name())
                        .isEmpty();
            }
            assertThat(stores.node().isRunning()).isTrue();
        }
    }

    private static void fill(StoreHand hand) throws Exception {
        boolean isZooKeeper = hand.name().equals("zk");
        String value = "x".repeat(isZooKeeper ? 1_000_000 : 4_000_000);
        for (int i = 0; i < (isZooKeeper ? 200 : 60); i++) {
            hand.putBack(List.of(new Copy(place(hand, "mysql/master/m/" + i), value, 0)));
        }
    }

    private static String place(StoreHand hand, String key) {
        return hand.name().equals("zk") ? "/" + key : key;
    }

    private static Map<String, Object> often(Map<String, Object> store) {
        store.put("verify-interval", "1s");
        return store;
    }

    private static void fill(ConsulServer consul) {
        for (int from = 0; from < FOREIGN; from += TOGETHER) {
            String operations = IntStream.range(from, from + TOGETHER)
                    .mapToObj(number -> "{\"KV\":{\"Verb\":\"set\",\"Key\":\"shared/m/" + number + "\",\"Value\":\""
                            + VALUE + "\"}}")
                    .collect(Collectors.joining(",", "[", "]"));
            consul.call("PUT", "/v1/txn", operations);
        }
    }
}
