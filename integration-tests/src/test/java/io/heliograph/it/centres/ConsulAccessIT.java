package io.heliograph.it.centres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.heliograph.it.daemon.HeliographCluster;
import io.heliograph.it.daemon.HeliographNode;
import io.heliograph.it.daemon.Stores;
import io.heliograph.it.servers.Certificates;
import io.heliograph.it.servers.ConsulServer;
import io.heliograph.it.servers.FreePorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Consul with access control, with TLS, and with several data centres. */
@Timeout(180)
class ConsulAccessIT {

    private static final String MASTER = "127.0.0.21:3306";
    private static final String MANAGEMENT = "8f2b1c60-4d2f-4f0e-9a55-0d6c7f1b3a01";
    private static final String NOBODY = "8f2b1c60-4d2f-4f0e-9a55-0d6c7f1b3a02";

    /** All that the daemon needs. */
    private static final String RULES =
            "key_prefix \"mysql/master\" { policy = \"write\" } key_prefix \"heliograph/\" { policy = \"write\" }";

    @TempDir
    private Path directory;

    private static HeliographCluster alone(List<Map<String, Object>> stores) {
        var builder = HeliographCluster.builder().nodes("dc1");
        stores.forEach(store -> builder.storeFor("dc1", store));
        return builder.start();
    }

    private static JsonNode store(HeliographNode node, String name) {
        for (JsonNode store : node.status().orElseThrow().path("stores")) {
            if (store.path("name").asText().equals(name)) {
                return store;
            }
        }
        return new ObjectMapper().createObjectNode();
    }

    private static void awaitState(HeliographNode node, String store, String state) {
        await(store + " " + state)
                .atMost(DataCentres.SOON)
                .until(() -> store(node, store).path("state").asText(), state::equals);
    }

    private static void awaitMaster(ConsulServer consul, String alias, String master) {
        String head = "mysql/master/" + alias;
        await(head).atMost(DataCentres.SOON).until(() -> consul.get(head).orElse(""), master::equals);
    }

    @Test
    void when_the_token_is_denied_then_the_store_is_parked_until_the_file_holds_another_one() throws IOException {
        String acl = "acl { enabled = true default_policy = \"deny\" tokens { master = \"" + MANAGEMENT + "\" } }";
        Path file = Files.writeString(directory.resolve("consul.token"), NOBODY);
        try (ConsulServer consul = ConsulServer.start("acl", FreePorts.next(), MANAGEMENT, List.of(acl))) {
            Map<String, Object> store = Stores.consul("consul", consul);
            store.put("token-file", file.toString());
            store.put("verify-interval", "1s");
            try (HeliographCluster cluster = alone(List.of(store))) {
                HeliographNode node = cluster.awaitLeader();
                node.put("/v1/clusters/denied", Map.of("master", MASTER)).orThrow();
                awaitState(node, "consul", "parked");
                assertThat(store(node, "consul").path("lastError").asText())
                        .contains("403")
                        .doesNotContain(NOBODY);
                assertThat(store(node, "internal").path("pending").asInt()).isZero();

                Files.writeString(file, token(consul));
                await().atMost(DataCentres.SOON)
                        .pollInterval(Duration.ofSeconds(1))
                        .until(() -> {
                            node.post("/v1/submit", Map.of()).orThrow();
                            return consul.get("mysql/master/denied").orElse("").equals(MASTER);
                        });
                awaitState(node, "consul", "up");

                consul.put("mysql/master/denied/port", "1");
                await("repair with these rights")
                        .atMost(DataCentres.SOON)
                        .until(() -> consul.get("mysql/master/denied/port").orElse(""), "3306"::equals);
                node.delete("/v1/clusters/denied?deleteKeys=true").orThrow();
                await().atMost(DataCentres.SOON)
                        .until(() -> consul.list("mysql/master/denied").isEmpty());
            }
        }
    }

    /** Of a policy that allows what is needed and no more. */
    private static String token(ConsulServer consul) throws IOException {
        ObjectMapper json = new ObjectMapper();
        consul.call("PUT", "/v1/acl/policy", json.writeValueAsString(Map.of("Name", "heliograph", "Rules", RULES)));
        String made = consul.call(
                "PUT",
                "/v1/acl/token",
                json.writeValueAsString(Map.of("Policies", List.of(Map.of("Name", "heliograph")))));
        return json.readTree(made).path("SecretID").asText();
    }

    @Test
    void when_consul_speaks_tls_then_both_sides_prove_who_they_are() {
        int https = FreePorts.next();
        try (Certificates authority = new Certificates();
                Certificates stranger = new Certificates()) {
            Path server = authority.issue("consul", "127.0.0.1");
            Path client = authority.issue("dc1", "127.0.0.1");
            Path foreign = stranger.issue("dc1", "127.0.0.1");
            List<String> settings = List.of(
                    "ports { https = " + https + " }",
                    "ca_file = \"" + server.resolve("ca.pem") + "\"",
                    "cert_file = \"" + server.resolve("node.pem") + "\"",
                    "key_file = \"" + server.resolve("node.key") + "\"",
                    "verify_incoming_https = true");
            try (ConsulServer consul = ConsulServer.start("tls", FreePorts.next(), "", settings);
                    HeliographCluster cluster = alone(List.of(
                            tls("right", consul, "127.0.0.1", https, client, client),
                            tls("unknown-authority", consul, "127.0.0.1", https, foreign, client),
                            tls("unknown-client", consul, "127.0.0.1", https, client, foreign),
                            tls("other-name", consul, "localhost", https, client, client)))) {
                HeliographNode node = cluster.awaitLeader();
                node.put("/v1/clusters/tls", Map.of("master", MASTER)).orThrow();

                awaitMaster(consul, "tls", MASTER);
                awaitState(node, "right", "up");
                for (String wrong : List.of("unknown-authority", "unknown-client", "other-name")) {
                    awaitState(node, wrong, "down");
                }
                assertThat(store(node, "other-name").path("lastError").asText()).contains("localhost");
                assertThat(store(node, "unknown-authority").path("lastError").asText())
                        .contains("trust anchors");
                assertThat(store(node, "right").path("pending").asInt()).isZero();
            }
        }
    }

    private static Map<String, Object> tls(
            String name, ConsulServer consul, String host, int port, Path trusted, Path own) {
        Map<String, Object> store = Stores.consul(name, consul);
        store.put("url", "https://" + host + ":" + port);
        Map<String, Object> tls = new HashMap<>();
        tls.put("ca", trusted.resolve("ca.pem").toString());
        tls.put("certificate", own.resolve("node.pem").toString());
        tls.put("key", own.resolve("node.key").toString());
        store.put("tls", tls);
        return store;
    }

    @Test
    void when_consul_has_several_data_centres_then_each_has_a_result_of_its_own() {
        int wan = FreePorts.next();
        try (ConsulServer here = ConsulServer.start("here", wan, "", List.of());
                ConsulServer there = ConsulServer.start(
                        "there", FreePorts.next(), "", List.of("retry_join_wan = [\"127.0.0.1:" + wan + "\"]"))) {
            Map<String, Object> all = Stores.consul("all", here);
            all.put("datacenters", "all");
            all.put("timeout", "2s");
            Map<String, Object> listed = Stores.consul("listed", here);
            listed.put("datacenters", List.of("there"));
            listed.put("timeout", "2s");
            await("the data centres know each other")
                    .atMost(DataCentres.SOON)
                    .until(() -> here.call("GET", "/v1/catalog/datacenters", "").contains("there"));
            try (HeliographCluster cluster = alone(List.of(all, listed))) {
                HeliographNode node = cluster.awaitLeader();
                node.put("/v1/clusters/spread", Map.of("master", MASTER)).orThrow();
                awaitMaster(here, "spread", MASTER);
                awaitMaster(there, "spread", MASTER);
                for (String store : List.of("all@here", "all@there", "listed@there")) {
                    awaitState(node, store, "up");
                }
                assertThat(store(node, "all").isEmpty()).isTrue();

                there.pause();
                try {
                    for (int port = 4001; port < 4004; port++) {
                        long started = System.nanoTime();
                        node.put("/v1/clusters/spread", Map.of("master", "127.0.0.22:" + port))
                                .orThrow();
                        awaitMaster(here, "spread", "127.0.0.22:" + port);
                        assertThat(Duration.ofNanos(System.nanoTime() - started))
                                .isLessThan(Duration.ofSeconds(2));
                    }
                    awaitState(node, "all@there", "down");
                } finally {
                    there.resume();
                }
                awaitMaster(there, "spread", "127.0.0.22:4003");
            }
        }
    }

    @Test
    void when_the_agent_is_away_at_the_start_then_its_data_centres_are_found_when_it_is_there() {
        try (ConsulServer consul = ConsulServer.start("late")) {
            Map<String, Object> all = Stores.consul("all", consul);
            all.put("datacenters", "all");
            consul.stop();
            try (HeliographCluster cluster = alone(List.of(all))) {
                HeliographNode node = cluster.awaitLeader();
                node.put("/v1/clusters/late", Map.of("master", MASTER)).orThrow();
                awaitState(node, "all", "down");
                consul.restart();

                awaitMaster(consul, "late", MASTER);
                awaitState(node, "all@late", "up");
                await().atMost(DataCentres.SOON).until(() -> store(node, "all").isEmpty());
            }
        }
    }
}
