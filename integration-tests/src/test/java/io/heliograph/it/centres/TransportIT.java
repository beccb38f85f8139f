package io.heliograph.it.centres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heliograph.it.daemon.ClusterBuilder;
import io.heliograph.it.daemon.HeliographCluster;
import io.heliograph.it.daemon.HeliographNode;
import io.heliograph.it.servers.Certificates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The nodes' own traffic: with certificates, and with strangers at the port. */
@Timeout(240)
class TransportIT {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static ObjectNode configuration(HeliographNode node) throws IOException {
        JsonNode read = JSON.readTree(Files.readString(node.configFile()));
        return (ObjectNode) read;
    }

    private static void write(HeliographNode node, String alias, String master) {
        node.put("/v1/clusters/" + alias, Map.of("master", master)).orThrow();
    }

    @Test
    void when_nodes_show_each_other_certificates_then_they_write_and_survive_a_killed_leader() {
        try (Certificates certificates = new Certificates();
                HeliographCluster cluster =
                        HeliographCluster.builder().tls(certificates).start()) {
            HeliographNode leader = cluster.awaitLeader();
            write(leader, "before", "127.0.0.21:3306");

            leader.kill9();
            HeliographNode next = cluster.awaitLeaderAmong(cluster.others(leader));
            write(next, "after", "127.0.0.22:3306");

            leader.start();
            await().atMost(DataCentres.SOON)
                    .until(() -> leader.get("/v1/clusters/after").status() == 200);
            assertThat(leader.get("/v1/clusters/before")
                            .orThrow()
                            .path("master")
                            .asText())
                    .isEqualTo("127.0.0.21:3306");
            assertThat(cluster.nodes())
                    .allSatisfy(node -> assertThat(node.log()).doesNotContain("NO ENCRYPTION"));
        }
    }

    /** Starts a node that wants to speak with the members of {@code group}, and waits for what both sides say. */
    private static void isTurnedAway(
            ClusterBuilder stranger, HeliographCluster group, String strangersReason, String membersReason)
            throws IOException {
        try (HeliographCluster other = stranger.nodes("dc4").build()) {
            HeliographNode node = other.node("dc4");
            ObjectNode configuration = configuration(node);
            ObjectNode members = (ObjectNode) configuration.path("raft").path("members");
            members.setAll(
                    (ObjectNode) configuration(group.node("dc1")).path("raft").path("members"));
            Files.writeString(node.configFile(), configuration.toString());
            String before = group.node("dc1").log();

            node.start();

            await().atMost(DataCentres.SOON).untilAsserted(() -> assertThat(node.log())
                    .containsPattern("No connection to member dc1 at [^:]+:[0-9]+: .*" + strangersReason));
            await().atMost(DataCentres.SOON)
                    .untilAsserted(() -> assertThat(group.node("dc1").log().substring(before.length()))
                            .containsPattern("Turned away a connection from 127.0.0.1.*: .*" + membersReason));
            assertThat(node.status().orElseThrow().path("hasQuorum").asBoolean())
                    .isFalse();
            write(group.awaitLeader(), "unimpressed", "127.0.0.23:3306");
        }
    }

    @Test
    void when_a_node_is_of_another_authority_or_cluster_or_speaks_plainly_then_it_is_turned_away_and_both_say_why()
            throws IOException {
        try (Certificates certificates = new Certificates();
                Certificates foreign = new Certificates();
                HeliographCluster cluster =
                        HeliographCluster.builder().tls(certificates).start()) {
            isTurnedAway(
                    HeliographCluster.builder().tls(foreign),
                    cluster,
                    "its certificate is not signed by an authority in raft.tls.ca",
                    "it does not accept this node's certificate");
        }
        try (Certificates certificates = new Certificates();
                HeliographCluster cluster =
                        HeliographCluster.builder().tls(certificates).start()) {
            isTurnedAway(
                    HeliographCluster.builder().name("payments").tls(certificates),
                    cluster,
                    "it turned this node away, saying: it is of cluster 'payments', not 'orders'",
                    "it is of cluster 'payments', not 'orders'");
        }
        try (Certificates certificates = new Certificates();
                HeliographCluster cluster =
                        HeliographCluster.builder().tls(certificates).start()) {
            isTurnedAway(HeliographCluster.builder(), cluster, "it does not speak TLS", "it does not speak TLS");
        }
    }

    @Test
    void when_a_certificate_file_is_missing_then_server_and_check_name_file_and_key() throws IOException {
        try (HeliographCluster cluster =
                HeliographCluster.builder().nodes("dc1").build()) {
            HeliographNode node = cluster.node("dc1");
            ObjectNode configuration = configuration(node);
            ((ObjectNode) configuration.path("raft"))
                    .putObject("tls")
                    .put("certificate", "nosuch.pem")
                    .put("key", "nosuch.key")
                    .put("ca", "nosuch-ca.pem");
            Files.writeString(node.configFile(), configuration.toString());
            Path missing = node.configFile().resolveSibling("nosuch.key");

            node.launch();

            assertThat(node.awaitExit()).isEqualTo(2);
            assertThat(node.log()).contains("raft.tls.key: there is no file " + missing);
            assertThat(node.log().lines().filter(line -> line.startsWith("heliograph: ")))
                    .hasSize(3);
            assertThat(cluster.cli("check-config", "--config", node.configFile().toString())
                            .stderr())
                    .contains("raft.tls.key: there is no file " + missing);
        }
    }

    @Test
    void when_a_node_listens_for_others_without_certificates_then_it_says_so_loudly() throws IOException {
        try (HeliographCluster cluster =
                HeliographCluster.builder().nodes("dc1").build()) {
            HeliographNode node = cluster.node("dc1");
            ObjectNode configuration = configuration(node);
            ObjectNode raft = (ObjectNode) configuration.path("raft");
            raft.put("listen", raft.path("listen").asText().replace("127.0.0.1", "0.0.0.0"));
            Files.writeString(node.configFile(), configuration.toString());

            node.start();

            assertThat(node.log()).containsPattern("WARN .*NO ENCRYPTION BETWEEN NODES: raft.listen 0.0.0.0");
        }
    }

    @Test
    void when_strangers_besiege_every_port_then_writes_go_on_under_the_same_leader_and_nothing_grows()
            throws Exception {
        try (Certificates certificates = new Certificates();
                HeliographCluster cluster = HeliographCluster.builder()
                        .tls(certificates)
                        .electionTimeout(Duration.ofSeconds(2))
                        .start()) {
            HeliographNode leader = cluster.awaitLeader();
            write(leader, "siege", "127.0.0.20:3306");
            long term = term(leader);
            long descriptors = descriptors(leader);

            try (Siege siege = new Siege()) {
                for (HeliographNode node : cluster.nodes()) {
                    siege.of(configuration(node).path("raft").path("listen").asText());
                }
                int written = 0;
                while (siege.connections() < 3_000 || written < 100) {
                    write(leader, "siege", "127.0.0.21:" + (3000 + written % 2));
                    written++;
                }
                assertThat(descriptors(leader)).isLessThan(descriptors + 400);
            }

            assertThat(cluster.awaitLeader()).isEqualTo(leader);
            assertThat(term(leader)).isEqualTo(term);
            await().atMost(DataCentres.SOON).until(() -> descriptors(leader) < descriptors + 20);
        }
    }

    private static long term(HeliographNode node) {
        return node.status().orElseThrow().path("term").asLong();
    }

    private static long descriptors(HeliographNode node) throws IOException {
        ProcessHandle process = ProcessHandle.current()
                .descendants()
                .filter(child -> child.info()
                        .commandLine()
                        .orElse("")
                        .contains(node.configFile().toString()))
                .findFirst()
                .orElseThrow();
        try (Stream<Path> open = Files.list(Path.of("/proc", Long.toString(process.pid()), "fd"))) {
            return open.count();
        }
    }
}
