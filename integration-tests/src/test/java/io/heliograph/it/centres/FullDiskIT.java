package io.heliograph.it.centres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.heliograph.it.daemon.HeliographCluster;
import io.heliograph.it.daemon.HeliographNode;
import io.heliograph.it.servers.SmallDisk;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A node whose disk is full says so, ends, and loses nothing. */
class FullDiskIT {

    private static final int DISK_MEGABYTES = 64;

    private static void submit(HeliographCluster cluster, HeliographNode but, String alias) {
        cluster.awaitLeaderAmong(cluster.others(but))
                .put("/v1/clusters/" + alias, Map.of("master", "127.0.0.21:3306"))
                .orThrow();
    }

    private static void awaitCluster(HeliographNode node, String alias) {
        await().atMost(DataCentres.SOON)
                .until(() -> node.get("/v1/clusters/" + alias).status() == 200);
    }

    private static void endsWith10(HeliographNode node, String saying) {
        assertThat(node.awaitExit()).as(node.log()).isEqualTo(10);
        assertThat(node.log()).contains("heliograph: " + saying).doesNotContain("\tat ");
    }

    @Test
    void when_a_disk_is_full_then_that_node_ends_with_10_and_loses_nothing_and_the_others_go_on() throws IOException {
        try (HeliographCluster cluster = HeliographCluster.builder().start()) {
            HeliographNode node = cluster.others(cluster.awaitLeader()).get(0);
            node.kill9();
            // an empty disk in the place of the old one: the group takes the node in again
            try (SmallDisk disk = SmallDisk.mount(node.dataDir(), DISK_MEGABYTES)) {
                node.start();
                submit(cluster, node, "before");
                awaitCluster(node, "before");

                disk.fill(16);
                submit(cluster, node, "meanwhile");
                endsWith10(node, "the disk of " + node.dataDir().resolve("raft") + " is full");

                disk.fill(0);
                node.launch();
                endsWith10(node, "");

                disk.free();
                node.start();
                awaitCluster(node, "meanwhile");
                cluster.awaitSameState();
                node.kill9();
            }
        }
    }
}
