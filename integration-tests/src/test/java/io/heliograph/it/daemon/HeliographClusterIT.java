package io.heliograph.it.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.heliograph.it.servers.ConsulServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The harness itself, with the product in it: what tests of faults build on. */
@Timeout(240)
class HeliographClusterIT {
    private static final Duration SOON = Duration.ofSeconds(30);

    @Test
    void when_the_leader_is_killed_then_a_failover_still_reaches_every_consul() {
        List<ConsulServer> consuls = new ArrayList<>();
        List<KeyWatcher> watchers = new ArrayList<>();
        try {
            ClusterBuilder builder = HeliographCluster.builder();
            for (String dc : List.of("dc1", "dc2", "dc3")) {
                ConsulServer consul = ConsulServer.start(dc);
                consuls.add(consul);
                watchers.add(KeyWatcher.watch(consul, "main"));
                builder.storeFor(dc, Stores.consul("consul", consul));
            }
            try (HeliographCluster cluster = builder.start()) {
                HeliographNode leader = cluster.leader().orElseThrow();
                cluster.others(leader)
                        .get(0)
                        .put("/v1/clusters/main", master("db1:3306"))
                        .orThrow();
                watchers.forEach(watcher -> watcher.awaitMaster("db1:3306", SOON));

                leader.kill9();
                HeliographNode next = cluster.awaitLeaderAmong(cluster.others(leader));
                next.post("/v1/clusters/main/failover", master("db2:3306")).orThrow();
                cluster.others(leader)
                        .forEach(node -> watchers.get(indexOf(cluster, node)).awaitMaster("db2:3306", SOON));

                leader.start();
                watchers.forEach(watcher -> watcher.awaitMaster("db2:3306", SOON));
                cluster.awaitSameState();
            }
            watchers.forEach(KeyWatcher::assertNeverHalf);
            watchers.forEach(KeyWatcher::assertNeverBackwards);
        } finally {
            watchers.forEach(KeyWatcher::close);
            consuls.forEach(ConsulServer::close);
        }
    }

    enum Fault {
        CUT,
        FREEZE,
        HANG
    }

    @ParameterizedTest
    @EnumSource
    void when_the_leader_is_cut_off_then_the_others_elect_one_and_it_comes_back(Fault fault) {
        try (HeliographCluster cluster =
                HeliographCluster.builder().withRaftRelays().start()) {
            HeliographNode old = cluster.leader().orElseThrow();
            switch (fault) {
                case CUT -> cluster.cut(old.id());
                case FREEZE -> cluster.freeze(old.id());
                case HANG -> cluster.hang(old.id());
            }
            HeliographNode next = cluster.awaitLeaderAmong(cluster.others(old));
            next.put("/v1/clusters/main", master("db1:3306")).orThrow();
            Awaitility.await("the old leader to notice").atMost(SOON).until(() -> old.status()
                    .map(status -> !status.path("hasQuorum").asBoolean())
                    .orElse(false));

            cluster.heal(old.id());
            cluster.awaitSameState();
            assertThat(old.get("/v1/clusters/main").orThrow().path("master").asText())
                    .isEqualTo("db1:3306");
        }
    }

    @Test
    void when_a_node_is_paused_wiped_or_ended_then_the_controls_do_what_they_say() {
        try (HeliographCluster cluster = HeliographCluster.builder().start()) {
            HeliographNode follower = cluster.others(cluster.awaitLeader()).get(0);
            follower.pause();
            assertThat(follower.status()).isEmpty();
            follower.resume();
            Awaitility.await().atMost(SOON).until(() -> follower.status().isPresent());

            assertThat(follower.terminate()).as(follower.log()).isIn(0, 143);
            follower.wipeData();
            assertThat(follower.dataDir()).doesNotExist();
            follower.start();
            cluster.awaitSameState();
            assertThat(cluster.cli("--version").exitCode()).isZero();
        }
    }

    private static int indexOf(HeliographCluster cluster, HeliographNode node) {
        return List.copyOf(cluster.nodes()).indexOf(node);
    }

    private static Map<String, String> master(String hostPort) {
        return Map.of("master", hostPort);
    }
}
