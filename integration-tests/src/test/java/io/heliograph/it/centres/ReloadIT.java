package io.heliograph.it.centres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heliograph.it.daemon.HeliographCluster;
import io.heliograph.it.daemon.HeliographNode;
import io.heliograph.it.daemon.HttpAnswer;
import io.heliograph.it.daemon.KeyWatcher;
import io.heliograph.it.daemon.Stores;
import io.heliograph.it.servers.ConsulServer;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A configuration file that changes while the node runs and masters change, too. */
@Timeout(180)
class ReloadIT {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static ObjectNode file(HeliographNode node) throws IOException {
        return (ObjectNode) JSON.readTree(Files.readString(node.configFile()));
    }

    private static void write(HeliographNode node, ObjectNode file) throws IOException {
        Files.writeString(node.configFile(), file.toString());
    }

    private static ArrayNode stores(ObjectNode file) {
        return file.withArray("/stores");
    }

    private static void failover(HeliographNode node, int number) {
        node.put("/v1/clusters/reloaded", Map.of("master", master(number))).orThrow();
    }

    private static String master(int number) {
        return "127.0.2." + number % 250 + ":" + (10_000 + number);
    }

    private static List<String> texts(JsonNode list) {
        return JSON.convertValue(list, JSON.getTypeFactory().constructCollectionType(List.class, String.class));
    }

    private static void hangUp(HeliographNode node) {
        assertThat(node.log()).as("these tests cannot run under nohup").doesNotContain("SIGHUP is ignored");
        node.hangUp();
    }

    @Test
    void when_stores_come_change_and_go_while_masters_change_then_none_goes_back_and_the_others_do_not_notice()
            throws Exception {
        try (ConsulServer stays = ConsulServer.start("stays");
                ConsulServer comes = ConsulServer.start("comes");
                HeliographCluster cluster = HeliographCluster.builder()
                        .nodes("dc1")
                        .storeFor("dc1", Stores.consul("stays", stays))
                        .start();
                KeyWatcher first = KeyWatcher.watch(stays, "reloaded");
                KeyWatcher second = KeyWatcher.watch(comes, "reloaded")) {
            HeliographNode node = cluster.awaitLeader();
            failover(node, 1);
            ObjectNode file = file(node);

            stores(file).add(JSON.valueToTree(Stores.consul("comes", comes)));
            write(node, file);
            assertThat(texts(node.post("/v1/reload", Map.of()).orThrow().path("applied")))
                    .containsExactly("store comes added");
            second.awaitMaster(master(1), DataCentres.SOON);

            for (int round = 1; round <= 20; round++) {
                ((ObjectNode) stores(file).get(1)).put("timeout", 1_000 + round + "ms");
                write(node, file);
                failover(node, 2 * round);
                assertThat(texts(node.post("/v1/reload", Map.of()).orThrow().path("applied")))
                        .containsExactly("store comes changed");
                failover(node, 2 * round + 1);
            }
            first.awaitMaster(master(41), DataCentres.SOON);
            second.awaitMaster(master(41), DataCentres.SOON);

            stores(file).remove(1);
            write(node, file);
            hangUp(node);
            await().atMost(DataCentres.SOON).until(() -> node.log().contains("store comes removed"));
            failover(node, 42);
            first.awaitMaster(master(42), DataCentres.SOON);
            assertThat(comes.entries("mysql/master/reloaded")
                            .get("mysql/master/reloaded")
                            .value())
                    .isEqualTo(master(41));
            for (KeyWatcher watcher : List.of(first, second)) {
                watcher.assertNeverBackwards();
                watcher.assertNeverHalf();
            }
            assertThat(node.log()).doesNotContain("failed unexpectedly");
        }
    }

    @Test
    void when_the_file_is_bad_or_needs_a_restart_then_it_says_so_and_goes_on_as_it_was() throws Exception {
        try (HeliographCluster cluster =
                HeliographCluster.builder().nodes("dc1").start()) {
            HeliographNode node = cluster.awaitLeader();
            ObjectNode good = file(node);
            ObjectNode bad = good.deepCopy();
            bad.put("clustr", "x").remove("cluster");
            write(node, bad);
            HttpAnswer refused = node.post("/v1/reload", Map.of());
            assertThat(refused.status()).isEqualTo(400);
            assertThat(refused.body().path("problems")).hasSize(2);
            hangUp(node);
            await().atMost(DataCentres.SOON).until(() -> node.log().contains("SIGHUP changed nothing"));
            assertThat(node.isRunning()).isTrue();

            ObjectNode other = good.deepCopy();
            other.put("cluster", "others").withObject("/snapshot").put("after-failover", "3s");
            write(node, other);
            JsonNode done = node.post("/v1/reload", Map.of()).orThrow();
            assertThat(texts(done.path("applied"))).containsExactly("snapshot.after-failover is 3000 ms");
            assertThat(texts(done.path("needsRestart"))).containsExactly("cluster");
            assertThat(node.status().orElseThrow().path("cluster").asText()).isEqualTo("orders");
        }
    }

    @Test
    void when_the_log_is_configured_anew_then_the_next_line_is_so() throws Exception {
        try (HeliographCluster cluster =
                HeliographCluster.builder().nodes("dc1").start()) {
            HeliographNode node = cluster.awaitLeader();
            ObjectNode file = file(node);
            file.withObject("/log").put("level", "error").put("format", "json");
            file.withObject("/log/levels").put("io.heliograph.audit", "info");
            write(node, file);
            assertThat(texts(node.post("/v1/reload", Map.of()).orThrow().path("applied")))
                    .containsExactly("log.level is error", "log.levels changed", "log.format is json");
            failover(node, 1);
            await().atMost(DataCentres.SOON).until(() -> node.log().contains("\"outcome\":\"committed\""));
            String line = node.log()
                    .lines()
                    .filter(each -> each.contains("\"outcome\":\"committed\""))
                    .findFirst()
                    .orElseThrow();
            JsonNode event = JSON.readTree(line);
            assertThat(event.path("logger").asText()).isEqualTo("io.heliograph.audit");
            assertThat(event.path("level").asText()).isEqualTo("INFO");
            assertThat(event.path("fields").path("path").asText()).isEqualTo("/v1/clusters/reloaded");
            assertThat(event.path("fields").path("status").asInt()).isEqualTo(200);

            write(node, file.without("log"));
            assertThat(texts(node.post("/v1/reload", Map.of()).orThrow().path("applied")))
                    .containsExactly("log.level is info", "log.levels changed", "log.format is text");
            failover(node, 2);
            await().atMost(DataCentres.SOON).until(() -> node.log()
                    .lines()
                    .anyMatch(each -> each.matches("20.* INFO +audit PUT /v1/clusters/reloaded .*")));
        }
    }
}
