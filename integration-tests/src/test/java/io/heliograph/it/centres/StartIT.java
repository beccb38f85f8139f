package io.heliograph.it.centres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heliograph.it.daemon.HeliographCluster;
import io.heliograph.it.daemon.HeliographNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Groups of other sizes than three, and starts that must end with one line and an exit code of their own. */
@Timeout(240)
class StartIT {

    /** The configuration files that the harness writes are JSON, which is YAML too. */
    private static ObjectNode configuration(HeliographNode node) throws IOException {
        JsonNode read = new ObjectMapper().readTree(Files.readString(node.configFile()));
        return (ObjectNode) read;
    }

    private static void change(HeliographNode node, ObjectNode configuration) throws IOException {
        Files.writeString(node.configFile(), configuration.toString());
    }

    /** Starts a node that must not come up; the one line it ends with. */
    private static String refusal(HeliographNode node, int exitCode) {
        node.launch();
        assertThat(node.awaitExit()).as(node.log()).isEqualTo(exitCode);
        List<String> ours = node.log()
                .lines()
                .filter(line -> line.startsWith("heliograph: "))
                .toList();
        assertThat(ours).as(node.log()).hasSize(1);
        assertThat(node.log()).doesNotContain("\tat ");
        return ours.get(0);
    }

    @Test
    void when_one_node_is_the_group_then_it_serves_alone_and_keeps_what_it_acknowledged_over_kill() {
        try (HeliographCluster cluster =
                HeliographCluster.builder().nodes("dc1").start()) {
            HeliographNode node = cluster.awaitLeader();
            node.put("/v1/clusters/alone", Map.of("master", "127.0.0.21:3306")).orThrow();

            node.kill9();
            node.start();
            await().atMost(DataCentres.SOON)
                    .until(() -> node.get("/health/ready").status() == 200);

            assertThat(node.get("/v1/clusters/alone").orThrow().path("master").asText())
                    .isEqualTo("127.0.0.21:3306");
        }
    }

    @Test
    void when_two_of_five_are_dead_then_the_others_serve() {
        try (HeliographCluster cluster = HeliographCluster.builder()
                .nodes("dc1", "dc2", "dc3", "dc4", "dc5")
                .electionTimeout(Duration.ofMillis(1500))
                .start()) {
            List<HeliographNode> nodes = List.copyOf(cluster.nodes());
            nodes.get(0).kill9();
            nodes.get(1).kill9();
            List<HeliographNode> alive = nodes.subList(2, 5);
            HeliographNode leader = cluster.awaitLeaderAmong(alive);

            leader.put("/v1/clusters/five", Map.of("master", "127.0.0.21:3306")).orThrow();

            for (HeliographNode node : alive) {
                await().atMost(DataCentres.SOON)
                        .until(() -> node.get("/v1/clusters/five").status() == 200);
            }
        }
    }

    @Test
    void when_the_configuration_is_wrong_then_every_line_names_file_line_and_key() throws IOException {
        try (HeliographCluster cluster =
                HeliographCluster.builder().nodes("dc1").build()) {
            HeliographNode node = cluster.node("dc1");
            ObjectNode configuration = configuration(node);
            configuration.put("clutser", "orders").remove("cluster");
            change(node, configuration);

            node.launch();

            assertThat(node.awaitExit()).isEqualTo(2);
            assertThat(node.log())
                    .contains("heliograph: " + node.configFile() + ":1: cluster: is missing")
                    .contains("clutser: is not a known key; did you mean 'cluster'?");
            assertThat(node.dataDir()).doesNotExist();
        }
    }

    @Test
    void when_a_port_is_in_use_then_the_line_names_the_key_and_nothing_is_written() throws IOException {
        for (String section : List.of("http", "raft")) {
            try (HeliographCluster cluster =
                            HeliographCluster.builder().nodes("dc1").build();
                    ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
                HeliographNode node = cluster.node("dc1");
                ObjectNode configuration = configuration(node);
                String address = "127.0.0.1:" + taken.getLocalPort();
                ((ObjectNode) configuration.path(section)).put("listen", address);
                change(node, configuration);

                assertThat(refusal(node, 1)).contains("cannot listen on " + section + ".listen " + address);
                assertThat(node.dataDir()).doesNotExist();
            }
        }
    }

    @Test
    void when_the_data_directory_is_in_use_or_another_nodes_then_the_line_says_whose_it_is() throws IOException {
        try (HeliographCluster cluster =
                        HeliographCluster.builder().nodes("dc1").start();
                HeliographCluster other = HeliographCluster.builder()
                        .name("payments")
                        .nodes("dc9")
                        .build()) {
            HeliographNode owner = cluster.awaitLeader();
            HeliographNode intruder = other.node("dc9");
            ObjectNode configuration = configuration(intruder);
            ((ObjectNode) configuration.path("node"))
                    .put("data-dir", owner.dataDir().toString());
            change(intruder, configuration);

            assertThat(refusal(intruder, 1)).contains(owner.dataDir() + " is in use by another process");
            owner.terminate();
            assertThat(intruderAgain(intruder))
                    .contains("belongs to node 'dc1' of cluster 'orders', not to node 'dc9' of cluster 'payments'");
        }
    }

    private static String intruderAgain(HeliographNode node) {
        node.launch();
        assertThat(node.awaitExit()).isEqualTo(1);
        return node.log().lines().reduce((first, last) -> last).orElse("");
    }

    @Test
    void when_the_snapshot_is_damaged_then_the_server_ends_with_10_and_names_the_file() throws IOException {
        try (HeliographCluster cluster =
                HeliographCluster.builder().nodes("dc1").start()) {
            HeliographNode node = cluster.awaitLeader();
            node.put("/v1/clusters/damaged", Map.of("master", "127.0.0.21:3306"))
                    .orThrow();
            node.post("/v1/snapshots", Map.of()).orThrow();
            node.kill9();
            Path snapshot;
            try (Stream<Path> files = Files.list(node.dataDir().resolve("raft"))) {
                snapshot = files.filter(file -> file.toString().endsWith(".snapshot"))
                        .findFirst()
                        .orElseThrow();
            }
            byte[] bytes = Files.readAllBytes(snapshot);
            bytes[100] ^= 1;
            Files.write(snapshot, bytes);

            assertThat(refusal(node, 10)).contains(snapshot.toString()).contains("checksum does not match");
            assertThat(Files.readAllBytes(snapshot)).isEqualTo(bytes);
        }
    }

    @Test
    void when_the_leader_is_told_to_stop_then_it_hands_over_first() {
        try (HeliographCluster cluster = HeliographCluster.builder().start()) {
            HeliographNode leader = cluster.awaitLeader();

            assertThat(leader.terminate()).isIn(0, 143);

            assertThat(leader.log()).contains("Handed leadership to");
            HeliographNode next = cluster.awaitLeaderAmong(cluster.others(leader));
            next.put("/v1/clusters/handed", Map.of("master", "127.0.0.21:3306")).orThrow();
        }
    }
}
