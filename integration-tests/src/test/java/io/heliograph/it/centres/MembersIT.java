package io.heliograph.it.centres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heliograph.it.daemon.CliResult;
import io.heliograph.it.daemon.HeliographCluster;
import io.heliograph.it.daemon.HeliographNode;
import io.heliograph.it.daemon.HttpAnswer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Members come and go while clients write; and a group is begun anew when its majority is gone for good. */
class MembersIT {

    /** Writes to a node without pause, until it is closed. */
    private static final class Writer implements AutoCloseable {
        final AtomicInteger acknowledged = new AtomicInteger();
        final List<String> failures = new java.util.concurrent.CopyOnWriteArrayList<>();
        private final Thread thread;
        private volatile boolean stopped;

        Writer(HeliographNode node) {
            thread = new Thread(() -> {
                for (int i = 0; !stopped; i++) {
                    HttpAnswer answer = node.put("/v1/kv/load", Map.of("value", "v" + i));
                    if (answer.status() == 200) {
                        acknowledged.incrementAndGet();
                    } else {
                        failures.add(answer.status() + " " + answer.body());
                    }
                }
            });
            thread.start();
        }

        @Override
        public void close() {
            stopped = true;
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @TempDir
    Path files;

    @Test
    void when_a_node_is_added_and_a_dead_one_removed_under_load_then_no_write_fails_and_the_new_one_counts()
            throws IOException {
        try (HeliographCluster cluster =
                HeliographCluster.builder().nodes("dc1", "dc2", "dc3", "dc4").build()) {
            List<HeliographNode> three = start(cluster, "dc1", "dc2", "dc3");
            HeliographNode leader = cluster.awaitLeaderAmong(three);
            HeliographNode dead = three.stream()
                    .filter(node -> !node.equals(leader))
                    .findFirst()
                    .orElseThrow();
            HeliographNode fourth = cluster.node("dc4");
            JsonNode address =
                    configuration(fourth).path("raft").path("members").path("dc4");
            try (Writer writer = new Writer(leader)) {
                run(
                        leader,
                        "member",
                        "add",
                        "dc4",
                        "--raft",
                        address.path("raft").asText(),
                        "--http",
                        address.path("http").asText());
                fourth.start();
                await().atMost(DataCentres.SOON).until(() -> voters(leader).contains("dc4"));
                dead.kill9();
                run(leader, "member", "remove", dead.id());
                await().atMost(DataCentres.SOON).untilAsserted(() -> assertThat(voters(fourth))
                        .doesNotContain(dead.id())
                        .hasSize(3));
                int before = writer.acknowledged.get();
                await().atMost(DataCentres.SOON).until(() -> writer.acknowledged.get() > before + 20);

                assertThat(writer.failures).isEmpty();
            }
            dead.start();
            await().atMost(DataCentres.SOON).until(() -> dead.get("/v1/node")
                    .body()
                    .path("standing")
                    .asText()
                    .equals("removed"));
            assertThat(dead.put("/v1/kv/x", Map.of("value", "y"))
                            .body()
                            .path("detail")
                            .asText())
                    .contains("this node was removed from its group");
        }
    }

    @Test
    void when_a_node_is_wiped_twice_then_the_same_leader_takes_it_in_again_twice() {
        try (HeliographCluster cluster = HeliographCluster.builder().start()) {
            HeliographNode leader = cluster.awaitLeader();
            HeliographNode wiped = cluster.others(leader).get(0);
            for (int round = 1; round <= 2; round++) {
                for (int i = 0; i < 10; i++) {
                    leader.put("/v1/clusters/c" + round + i, Map.of("master", "127.0.0.21:3306"))
                            .orThrow();
                }
                leader.post("/v1/snapshots", Map.of()).orThrow();
                wiped.kill9();
                wiped.wipeData();
                wiped.start();
                String last = "/v1/clusters/c" + round + 9;
                await().atMost(DataCentres.SOON).until(() -> wiped.get(last).status() == 200);
                await().atMost(DataCentres.SOON).until(() -> voters(leader).size() == 3);
            }
            assertThat(cluster.awaitLeader()).isEqualTo(leader);
            cluster.awaitSameState();
        }
    }

    @Test
    void when_a_majority_is_gone_for_good_then_a_survivor_begins_a_new_group_and_the_old_one_is_given_up()
            throws IOException {
        try (HeliographCluster cluster = HeliographCluster.builder().start()) {
            HeliographNode survivor = cluster.awaitLeader();
            List<HeliographNode> lost = cluster.others(survivor);
            long before = survivor.put("/v1/clusters/kept", Map.of("master", "127.0.0.21:3306"))
                    .orThrow()
                    .path("revision")
                    .asLong();
            Path saved = files.resolve("saved");
            run(survivor, "snapshot", "save", saved.toString());
            cluster.nodes().forEach(HeliographNode::kill9);
            lost.get(0).wipeData();

            String config = survivor.configFile().toString();
            CliResult wrong = cluster.cli(
                    "snapshot", "restore", "-f", config, "--survivor", "--give-up-the-old-group-of", "other");
            assertThat(wrong.exitCode()).isEqualTo(2);
            assertThat(cluster.cli("snapshot", "restore", "-f", config, "--survivor")
                            .exitCode())
                    .isEqualTo(2);
            CliResult restored = cluster.cli(
                    "snapshot", "restore", "-f", config, "--survivor", "--give-up-the-old-group-of", "orders");
            assertThat(restored.exitCode()).as(restored.stderr()).isZero();
            assertThat(restored.stdout()).contains(", epoch 2").contains("raft.before-1");

            survivor.start();
            await().atMost(DataCentres.SOON)
                    .until(() -> survivor.get("/v1/clusters/kept").status() == 200);
            long after = survivor.put("/v1/clusters/fresh", Map.of("master", "127.0.0.22:3306"))
                    .orThrow()
                    .path("revision")
                    .asLong();
            assertThat(after >> 40)
                    .as("one epoch for the restored state, and one for what the group decides itself")
                    .isEqualTo((before >> 40) + 2);

            for (HeliographNode node : lost) {
                JsonNode address =
                        configuration(survivor).path("raft").path("members").path(node.id());
                run(
                        survivor,
                        "member",
                        "add",
                        node.id(),
                        "--raft",
                        address.path("raft").asText(),
                        "--http",
                        address.path("http").asText());
            }
            lost.get(0).start();
            await().atMost(DataCentres.SOON)
                    .until(() -> lost.get(0).get("/v1/clusters/fresh").status() == 200);
            // the other comes back with all it had: it must find that its group was given up
            lost.get(1).start();
            await().atMost(DataCentres.SOON).until(() -> lost.get(1)
                    .get("/v1/node")
                    .body()
                    .path("standing")
                    .asText()
                    .equals("superseded"));
            lost.get(1).terminate();
            lost.get(1).wipeData();
            lost.get(1).start();
            await().atMost(DataCentres.SOON).until(() -> voters(survivor).size() == 3);
            cluster.awaitSameState();

            inspectAndRestore(cluster, saved);
        }
    }

    /** The saved file is good for an empty node too, and only for one. */
    private static void inspectAndRestore(HeliographCluster cluster, Path saved) throws IOException {
        CliResult inspected = cluster.cli("snapshot", "inspect", saved.toString(), "--cluster", "orders");
        assertThat(inspected.stdout()).contains("epoch      1").contains("clusters   1");
        HeliographNode node = cluster.nodes().iterator().next();
        cluster.nodes().forEach(HeliographNode::kill9);
        String[] restore = {
            "snapshot",
            "restore",
            "-f",
            node.configFile().toString(),
            "--file",
            saved.toString(),
            "--give-up-the-old-group-of",
            "orders"
        };
        assertThat(cluster.cli(restore).stderr()).contains("holds a log of its own");
        node.wipeData();
        assertThat(cluster.cli(restore).exitCode()).isZero();
        node.start();
        await().atMost(DataCentres.SOON)
                .until(() -> node.get("/v1/clusters/kept").status() == 200);
        assertThat(node.get("/v1/clusters/fresh").status()).isEqualTo(404);

        byte[] bytes = Files.readAllBytes(saved);
        bytes[bytes.length / 2] ^= 1;
        Files.write(saved, bytes);
        CliResult damaged = cluster.cli("snapshot", "inspect", saved.toString(), "--cluster", "orders");
        assertThat(damaged.exitCode()).isEqualTo(1);
        assertThat(damaged.stderr()).contains(saved + ": the snapshot's checksum does not match");
    }

    /** Starts some nodes as a group of their own. */
    private static List<HeliographNode> start(HeliographCluster cluster, String... ids) throws IOException {
        List<HeliographNode> nodes =
                java.util.Arrays.stream(ids).map(cluster::node).toList();
        for (HeliographNode node : nodes) {
            ObjectNode configuration = configuration(node);
            ((ObjectNode) configuration.path("raft").path("members")).retain(ids);
            Files.writeString(node.configFile(), configuration.toString());
            node.launch();
        }
        nodes.forEach(HeliographNode::awaitLive);
        return nodes;
    }

    private static ObjectNode configuration(HeliographNode node) throws IOException {
        return (ObjectNode) new ObjectMapper().readTree(Files.readString(node.configFile()));
    }

    private static List<String> voters(HeliographNode node) {
        return StreamSupport.stream(node.get("/v1/members").body().spliterator(), false)
                .filter(member -> member.path("voting").asBoolean())
                .map(member -> member.path("id").asText())
                .toList();
    }

    private static void run(HeliographNode node, String... arguments) {
        List<String> all = new java.util.ArrayList<>(List.of(arguments));
        all.add("--endpoint");
        all.add(node.httpUri().toString());
        CliResult result = io.heliograph.it.daemon.Distribution.cli(all);
        assertThat(result.exitCode()).as(result.stderr()).isZero();
    }
}
