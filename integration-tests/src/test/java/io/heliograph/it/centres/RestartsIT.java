package io.heliograph.it.centres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.heliograph.it.daemon.HeliographNode;
import io.heliograph.it.daemon.KeyWatcher;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a reader sees while nodes are killed and started again. */
@Timeout(300)
class RestartsIT {

    private static final String OLD = "127.0.0.21:3306";
    private static final String NEW = "127.0.0.22:3306";

    private static DataCentres centres;

    @BeforeAll
    static void start() {
        centres = DataCentres.start(builder -> builder);
    }

    @AfterAll
    static void stop() {
        if (centres != null) {
            centres.close();
        }
    }

    private static long number(HeliographNode node, String field) {
        return node.status().map(status -> status.path(field).asLong()).orElse(-1L);
    }

    private static void awaitSnapshotEverywhere(long index) {
        for (HeliographNode node : centres.cluster.nodes()) {
            await(node + " has a snapshot at or past " + index)
                    .atMost(DataCentres.SOON)
                    .until(() -> number(node, "snapshotIndex") >= index);
        }
    }

    /** The index in the log of what was last written to an alias. */
    private static long indexOf(String alias) {
        JsonNode cluster =
                centres.cluster.awaitLeader().get("/v1/clusters/" + alias).orThrow();
        return cluster.path("revision").asLong() & ((1L << 40) - 1);
    }

    @Test
    void when_a_node_is_killed_after_failover_and_failback_then_its_consul_never_shows_the_older_master() {
        centres.register("back", OLD);
        centres.failover("back", NEW);
        centres.failover("back", OLD);
        centres.failover("back", NEW);
        centres.awaitMaster("back", NEW, DataCentres.IDS);
        awaitSnapshotEverywhere(indexOf("back"));

        for (String id : DataCentres.IDS) {
            KeyWatcher watcher = centres.watch(id, "back");
            HeliographNode node = centres.node(id);
            node.kill9();
            node.start();
            await().atMost(DataCentres.SOON)
                    .until(() -> node.get("/health/ready").status() == 200);
            centres.register("after-" + id, OLD);
            centres.awaitMaster("after-" + id, OLD, List.of(id));

            assertThat(watcher.views()).extracting(KeyWatcher.View::master).containsOnly(NEW);
            assertThat(watcher.reads()).isGreaterThan(10);
        }
    }

    @Test
    void when_a_node_is_killed_before_the_snapshot_then_replaying_its_log_shows_no_older_master_either() {
        centres.register("early", OLD);
        centres.failover("early", NEW);
        centres.failover("early", OLD);
        centres.failover("early", NEW);
        centres.awaitMaster("early", NEW, DataCentres.IDS);
        HeliographNode node =
                centres.cluster.others(centres.cluster.awaitLeader()).get(0);
        KeyWatcher watcher = centres.watch(node.id(), "early");

        node.kill9();
        node.start();
        await().atMost(DataCentres.SOON).until(() -> node.get("/health/ready").status() == 200);
        centres.register("early-after", OLD);
        centres.awaitMaster("early-after", OLD, List.of(node.id()));

        assertThat(watcher.views()).extracting(KeyWatcher.View::master).containsOnly(NEW);
    }

    @Test
    void when_readers_poll_through_twenty_failovers_then_they_never_see_a_mixed_write_set() {
        centres.register("mixed", "127.0.0.100:4000");
        centres.awaitMaster("mixed", "127.0.0.100:4000", DataCentres.IDS);
        List<KeyWatcher> watchers =
                DataCentres.IDS.stream().map(id -> centres.watch(id, "mixed")).toList();

        for (int i = 1; i <= 20; i++) {
            String master = "127.0.0." + (100 + i) + ":" + (4000 + i);
            centres.failover("mixed", master);
            watchers.forEach(watcher -> watcher.awaitMaster(master, DataCentres.SOON));
        }

        for (KeyWatcher watcher : watchers) {
            watcher.assertNeverHalf();
            watcher.assertNeverBackwards();
            assertThat(watcher.views()).hasSize(21);
        }
    }

    @Test
    void when_a_node_with_a_stale_consul_returns_by_snapshot_install_then_its_consul_becomes_current() {
        centres.register("stale", OLD);
        centres.awaitMaster("stale", OLD, DataCentres.IDS);
        HeliographNode away =
                centres.cluster.others(centres.cluster.awaitLeader()).get(0);
        away.kill9();
        centres.failover("stale", NEW);
        long failover = indexOf("stale");
        dropTheLogBefore(failover, centres.cluster.others(away));
        assertThat(centres.consul(away.id()).get("mysql/master/stale")).contains(OLD);
        long logBefore = away.log()
                .lines()
                .filter(line -> line.contains("Installed snapshot"))
                .count();
        KeyWatcher watcher = centres.watch(away.id(), "stale");

        away.start();
        watcher.awaitMaster(NEW, DataCentres.SOON);

        watcher.assertNeverHalf();
        assertThat(watcher.views()).extracting(KeyWatcher.View::master).containsExactly(OLD, NEW);
        await().atMost(DataCentres.SOON).until(() -> number(away, "snapshotIndex") >= failover);
        assertThat(away.log()
                        .lines()
                        .filter(line -> line.contains("Installed snapshot"))
                        .count())
                .isGreaterThan(logBefore);
        centres.cluster.awaitSameState();
    }

    /** Fills the log with large entries, and takes snapshots until the segments with the failover are gone. */
    private static void dropTheLogBefore(long index, List<HeliographNode> nodes) {
        String large = "x".repeat(400 * 1024);
        HeliographNode leader = centres.cluster.awaitLeader();
        for (int i = 0; i < 24; i++) {
            leader.put("/v1/kv/filler", Map.of("value", large + i)).orThrow();
        }
        for (HeliographNode node : nodes) {
            await().atMost(DataCentres.SOON).until(() -> number(node, "lastApplied") >= number(leader, "commitIndex"));
            assertThat(node.post("/v1/snapshots", Map.of())
                            .orThrow()
                            .path("snapshotIndex")
                            .asLong())
                    .isGreaterThan(index);
            assertThat(node.dataDir().resolve("raft/log-1.log")).doesNotExist();
        }
    }

    @Test
    void when_the_leader_is_killed_then_writes_go_on_with_another_one_and_no_committed_write_is_lost() {
        centres.register("kept", OLD);
        HeliographNode leader = centres.cluster.awaitLeader();
        leader.kill9();
        long killed = System.nanoTime();
        HeliographNode next = centres.cluster.awaitLeaderAmong(centres.cluster.others(leader));
        System.out.printf(
                "leader killed: the next one led after %d ms%n",
                Duration.ofNanos(System.nanoTime() - killed).toMillis());

        assertThat(next.get("/v1/clusters/kept").orThrow().path("master").asText())
                .isEqualTo(OLD);
        next.post("/v1/clusters/kept/failover", Map.of("master", NEW)).orThrow();
        leader.start();
        centres.awaitMaster("kept", NEW, DataCentres.IDS);
        centres.cluster.awaitSameState();
    }
}
