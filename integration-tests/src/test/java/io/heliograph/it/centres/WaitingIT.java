package io.heliograph.it.centres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.heliograph.it.daemon.CliResult;
import io.heliograph.it.daemon.HeliographNode;
import io.heliograph.it.daemon.HttpAnswer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients that wait until a write is delivered, while a Consul hangs or a node is dead. */
@Timeout(240)
class WaitingIT {

    private static final String ALL = "{\"internal\":true,\"consul\":true}";
    private static final String INTERNAL_ONLY = "{\"internal\":true,\"consul\":false}";

    private static DataCentres centres;

    private record Timed(HttpAnswer answer, Duration took) {
        String delivered(String id) {
            return answer.body().path("delivered").path(id).toString();
        }
    }

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

    private static Timed failover(HeliographNode node, String alias, int host, String query) {
        long started = System.nanoTime();
        HttpAnswer answer = node.post(
                "/v1/clusters/" + alias + "/failover?" + query, Map.of("master", "127.0.0." + host + ":3306"));
        assertThat(answer.body().path("outcome").asText()).as(answer.toString()).isEqualTo("committed");
        return new Timed(answer, Duration.ofNanos(System.nanoTime() - started));
    }

    private static void registerEverywhere(String alias) {
        HttpAnswer answer = centres.cluster
                .awaitLeader()
                .put("/v1/clusters/" + alias + "?wait=all&timeout=15s", Map.of("master", "127.0.0.20:3306"));
        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
        DataCentres.IDS.forEach(id ->
                assertThat(centres.consul(id).get("mysql/master/" + alias)).contains("127.0.0.20:3306"));
    }

    @Test
    void when_a_consul_hangs_then_a_quorum_is_200_and_all_is_202_in_time_and_200_after_it_is_back() {
        registerEverywhere("hangs");
        List<HeliographNode> followers = centres.cluster.others(centres.cluster.awaitLeader());
        HeliographNode hung = followers.get(0);
        HeliographNode well = followers.get(1);

        centres.consul(hung.id()).pause();
        try {
            Timed quorum = failover(well, "hangs", 21, "wait=quorum&timeout=15s");
            assertThat(quorum.answer().status()).as(quorum.toString()).isEqualTo(200);
            assertThat(quorum.took()).isLessThan(Duration.ofSeconds(5));
            assertThat(quorum.delivered(well.id())).isEqualTo(ALL);
            // a quorum is there without the third node, which may not have got as far as its own store yet
            assertThat(quorum.delivered(hung.id())).contains("\"consul\":false");

            Timed all = failover(well, "hangs", 22, "wait=all&timeout=3s");
            assertThat(all.answer().status()).as(all.toString()).isEqualTo(202);
            assertThat(all.took()).isBetween(Duration.ofSeconds(3), Duration.ofSeconds(5));
            assertThat(all.delivered(hung.id())).isEqualTo(INTERNAL_ONLY);
            assertThat(all.answer().body().path("unreachable")).isEmpty();

            assertThat(failover(well, "hangs", 23, "wait=local").answer().status())
                    .isEqualTo(200);
            Timed local = failover(hung, "hangs", 24, "wait=local&timeout=1s");
            assertThat(local.answer().status()).isEqualTo(202);
            assertThat(local.took()).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(3));
        } finally {
            centres.consul(hung.id()).resume();
        }
        Timed back = failover(well, "hangs", 25, "wait=all&timeout=15s");
        assertThat(back.answer().status()).as(back.toString()).isEqualTo(200);
        DataCentres.IDS.forEach(id -> {
            assertThat(back.delivered(id)).isEqualTo(ALL);
            assertThat(centres.consul(id).get("mysql/master/hangs")).contains("127.0.0.25:3306");
        });
    }

    @Test
    void when_a_node_is_dead_then_it_is_named_and_a_wait_that_outlasts_its_absence_is_200() {
        registerEverywhere("dead");
        List<HeliographNode> followers = centres.cluster.others(centres.cluster.awaitLeader());
        HeliographNode dead = followers.get(0);
        dead.kill9();
        try {
            Timed quorum = failover(followers.get(1), "dead", 21, "wait=quorum&timeout=15s");
            assertThat(quorum.answer().status()).as(quorum.toString()).isEqualTo(200);
            Timed all = failover(followers.get(1), "dead", 22, "wait=all&timeout=1s");
            assertThat(all.answer().status()).isEqualTo(202);
            assertThat(all.took()).isLessThan(Duration.ofSeconds(3));
            assertThat(all.answer().body().path("unreachable").toString()).isEqualTo("[\"" + dead.id() + "\"]");
            assertThat(all.delivered(dead.id())).isEqualTo("{}");
            JsonNode listed = followers.get(1).get("/v1/failovers").orThrow().get(0);
            assertThat(listed.path("unreachable").toString()).isEqualTo("[\"" + dead.id() + "\"]");
            assertThat(listed.path("delivered").has(dead.id())).isFalse();
        } finally {
            dead.launch();
        }
        Timed back = failover(followers.get(1), "dead", 23, "wait=all&timeout=18s");
        assertThat(back.answer().status()).as(back.toString()).isEqualTo(200);
    }

    @Test
    void when_the_asked_node_is_stopped_during_a_wait_then_its_client_still_hears_that_it_is_committed()
            throws Exception {
        registerEverywhere("stopped");
        HeliographNode asked =
                centres.cluster.others(centres.cluster.awaitLeader()).get(0);
        centres.consul(asked.id()).pause();
        try {
            CompletableFuture<Timed> answer =
                    CompletableFuture.supplyAsync(() -> failover(asked, "stopped", 21, "wait=local&timeout=19s"));
            await().atMost(DataCentres.SOON).until(() -> asked.get("/v1/clusters/stopped")
                    .orThrow()
                    .path("master")
                    .asText()
                    .equals("127.0.0.21:3306"));
            assertThat(answer).isNotDone();
            assertThat(asked.terminate()).isIn(0, 143);
            assertThat(answer.get(1, TimeUnit.SECONDS).answer().status()).isEqualTo(202);
        } finally {
            centres.consul(asked.id()).resume();
            asked.start();
        }
    }

    @Test
    void when_failovers_are_listed_then_each_store_says_when_it_got_it() {
        registerEverywhere("times");
        Instant before = Instant.now().minusSeconds(1);
        failover(centres.node("dc1"), "times", 21, "wait=all&timeout=15s");
        JsonNode newest = centres.node("dc2").get("/v1/failovers").orThrow().get(0);
        assertThat(newest.path("to").asText()).isEqualTo("127.0.0.21:3306");
        for (String id : DataCentres.IDS) {
            for (String store : List.of("internal", "consul")) {
                String time = newest.path("delivered").path(id).path(store).asText();
                assertThat(Instant.parse(time))
                        .as(id + " " + store)
                        .isBetween(before, Instant.now().plusSeconds(1));
            }
        }
    }

    @Test
    void
            when_the_command_line_waits_then_it_prints_what_was_delivered_and_when_that_is_not_all_it_is_done_all_the_same() {
        registerEverywhere("cli");
        String endpoint = centres.node("dc1").httpUri().toString();
        CliResult good = centres.cluster.cli(
                "failover", "cli", "127.0.0.21:3306", "--wait", "all", "--timeout", "15s", "-e", endpoint);
        assertThat(good.stderr()).isEmpty();
        assertThat(good.stdout()).contains("committed at revision").containsPattern("dc3 +consul +yes");
        centres.consul("dc3").pause();
        try {
            CliResult late = centres.cluster.cli(
                    "failover", "cli", "127.0.0.22:3306", "--wait", "all", "--timeout", "1s", "-e", endpoint);
            assertThat(late.exitCode()).isZero();
            assertThat(late.stderr()).contains("committed, but not delivered as far as all within 1s");
            assertThat(late.stdout()).containsPattern("dc3 +internal +yes").containsPattern("dc3 +consul +not yet");
        } finally {
            centres.consul("dc3").resume();
        }
    }
}
