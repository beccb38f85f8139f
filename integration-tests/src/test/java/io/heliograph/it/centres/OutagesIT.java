package io.heliograph.it.centres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.heliograph.it.daemon.HeliographNode;
import io.heliograph.it.daemon.HttpAnswer;
import io.heliograph.it.daemon.KeyWatcher;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Stores and nodes go away and come back; nobody lends a hand. */
@Timeout(240)
class OutagesIT {

    private static DataCentres centres;

    @BeforeAll
    static void start() {
        centres = DataCentres.start(builder -> builder.withRaftRelays());
    }

    @AfterAll
    static void stop() {
        if (centres != null) {
            centres.close();
        }
    }

    private static JsonNode store(HeliographNode node, String name) {
        return StreamSupport.stream(node.status().orElseThrow().path("stores").spliterator(), false)
                .filter(store -> store.path("name").asText().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void when_a_consul_is_down_during_a_failover_then_it_is_brought_up_to_date_when_it_is_back() {
        centres.register("down", "127.0.0.21:3306");
        centres.awaitMaster("down", "127.0.0.21:3306", DataCentres.IDS);

        centres.consul("dc2").stop();
        centres.failover("down", "127.0.0.22:3306");
        centres.awaitMaster("down", "127.0.0.22:3306", List.of("dc1", "dc3"));
        await().atMost(DataCentres.SOON).until(() -> store(centres.node("dc2"), "consul")
                .path("state")
                .asText()
                .equals("down"));
        assertThat(store(centres.node("dc2"), "internal").path("pending").asInt())
                .isZero();

        centres.consul("dc2").restart();
        centres.awaitMaster("down", "127.0.0.22:3306", List.of("dc2"));
        await().atMost(DataCentres.SOON).until(() -> store(centres.node("dc2"), "consul")
                .path("state")
                .asText()
                .equals("up"));
    }

    @Test
    void when_the_leaders_consul_hangs_then_the_others_and_the_api_go_on_and_it_catches_up_later() {
        centres.register("hung", "127.0.0.21:3306");
        centres.awaitMaster("hung", "127.0.0.21:3306", DataCentres.IDS);
        HeliographNode leader = centres.cluster.awaitLeader();
        List<String> others =
                centres.cluster.others(leader).stream().map(HeliographNode::id).toList();

        centres.consul(leader.id()).pause();
        try {
            for (int i = 22; i < 27; i++) {
                long started = System.nanoTime();
                centres.failover("hung", "127.0.0." + i + ":3306");
                assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(2));
                centres.awaitMaster("hung", "127.0.0." + i + ":3306", others);
            }
            assertThat(centres.cluster.awaitLeader().id()).isEqualTo(leader.id());
            await().atMost(DataCentres.SOON)
                    .until(() -> store(leader, "consul").path("state").asText().equals("down"));
        } finally {
            centres.consul(leader.id()).resume();
        }
        centres.awaitMaster("hung", "127.0.0.26:3306", List.of(leader.id()));
    }

    @Test
    void when_a_node_is_cut_off_while_masters_change_then_it_is_current_soon_after_and_skipped_what_was_superseded() {
        centres.register("cut", "127.0.0.20:3306");
        centres.awaitMaster("cut", "127.0.0.20:3306", DataCentres.IDS);
        String away =
                centres.cluster.others(centres.cluster.awaitLeader()).get(0).id();
        List<String> others =
                DataCentres.IDS.stream().filter(id -> !id.equals(away)).toList();
        KeyWatcher watcher = centres.watch(away, "cut");

        centres.cluster.cut(away);
        for (int i = 21; i <= 40; i++) {
            centres.failover("cut", "127.0.0." + i + ":3306");
        }
        centres.awaitMaster("cut", "127.0.0.40:3306", others);
        assertThat(watcher.views()).hasSize(1);

        long healed = System.nanoTime();
        centres.cluster.heal(away);
        watcher.awaitMaster("127.0.0.40:3306", Duration.ofSeconds(10));
        System.out.printf(
                "cut off for 20 failovers: current %d ms after the cut healed, %d of 20 written%n",
                Duration.ofNanos(System.nanoTime() - healed).toMillis(),
                watcher.views().size() - 1);
        watcher.assertNeverBackwards();
        watcher.assertNeverHalf();
        assertThat(watcher.views().size() - 1).isLessThan(10);
    }

    @Test
    void when_two_of_three_are_gone_then_writes_are_refused_in_time_and_go_on_when_one_is_back() {
        centres.register("quorum", "127.0.0.21:3306");
        HeliographNode last = centres.cluster.awaitLeader();
        List<HeliographNode> gone = centres.cluster.others(last);
        gone.forEach(HeliographNode::kill9);

        long started = System.nanoTime();
        HttpAnswer first = last.put("/v1/clusters/quorum", Map.of("master", "127.0.0.22:3306"));
        assertThat(first.status()).isIn(503, 504);
        assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(10));
        await().atMost(DataCentres.SOON)
                .until(() -> last.get("/api/raft-health").status() == 500);
        HttpAnswer second = last.put("/v1/clusters/quorum", Map.of("master", "127.0.0.22:3306"));
        assertThat(second.status()).isEqualTo(503);
        assertThat(second.body().path("detail").asText()).contains("majority");
        HttpAnswer older = last.get("/api/submit-masters-to-kv-stores");
        assertThat(older.status()).isEqualTo(500);
        assertThat(older.body().path("Message").asText()).isEqualTo("not leader");
        assertThat(last.get("/api/leader-check").status()).isEqualTo(404);
        assertThat(centres.cluster
                        .cli("leader", "-e", last.httpUri().toString())
                        .exitCode())
                .isEqualTo(3);

        gone.get(0).start();
        centres.cluster.awaitLeader();
        centres.failover("quorum", "127.0.0.23:3306");
        gone.get(1).start();
        centres.awaitMaster("quorum", "127.0.0.23:3306", DataCentres.IDS);
    }
}
