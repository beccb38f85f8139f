package io.heliograph.daemon.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.heliograph.daemon.http.Client.Reply;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Writes that wait for their delivery in three data centres. */
class WriteWaitsTest {

    private static final Duration SOON = Duration.ofSeconds(10);

    private Trio trio;

    @BeforeEach
    void start() throws Exception {
        trio = new Trio();
    }

    @AfterEach
    void stop() {
        trio.close();
    }

    private static Reply put(TestNode node, String query) {
        return node.client.call("PUT", "/v1/kv/k?" + query, "{\"value\":\"1\"}");
    }

    private static CompletableFuture<Reply> putLater(TestNode node, String query) {
        return CompletableFuture.supplyAsync(() -> put(node, query), Executors.newSingleThreadExecutor());
    }

    private static void expect(Reply reply, int status, String delivered, String unreachable) {
        assertThat(reply.status()).as(reply.body()).isEqualTo(status);
        assertThat(reply.json().path("outcome").asText()).isEqualTo("committed");
        assertThat(reply.json().path("entries")).isNotEmpty();
        assertThat(reply.json().path("delivered").toString()).isEqualTo(delivered.replace('\'', '"'));
        assertThat(reply.json().path("unreachable").toString()).isEqualTo(unreachable.replace('\'', '"'));
        assertThat(reply.json().has("writeSets")).isFalse();
    }

    private static String delivered(boolean dc1, boolean dc2, boolean dc3) {
        return "{'dc1':{'internal':" + dc1 + "},'dc2':{'internal':" + dc2 + "},'dc3':{'internal':" + dc3 + "}}";
    }

    @Test
    void when_nobody_waits_then_the_answer_says_what_the_asked_node_and_the_leader_know() {
        expect(put(trio.dc1, ""), 200, "{'dc1':{'internal':false},'dc2':{},'dc3':{}}", "");
        expect(
                put(trio.dc2, "wait=committed"),
                200,
                "{'dc1':{'internal':false},'dc2':{'internal':false},'dc3':{}}",
                "");
    }

    @Test
    void when_every_store_comes_to_hold_it_then_all_is_200_whoever_is_asked() {
        trio.open();
        expect(put(trio.dc1, "wait=all&timeout=20s"), 200, delivered(true, true, true), "[]");
        expect(put(trio.dc3, "wait=all&timeout=20s"), 200, delivered(true, true, true), "[]");
    }

    @Test
    void when_one_store_is_away_then_a_majority_is_200_and_all_is_202_until_it_is_back() {
        Trio.takeAway(trio.dc3);
        trio.open();
        long before = System.nanoTime();
        expect(put(trio.dc1, "wait=quorum&timeout=20s"), 200, delivered(true, true, false), "[]");
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(SOON);
        before = System.nanoTime();
        expect(put(trio.dc2, "wait=all&timeout=300ms"), 202, delivered(true, true, false), "[]");
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isBetween(Duration.ofMillis(300), SOON);
        trio.dc3.store.heal();
        expect(put(trio.dc2, "wait=all&timeout=20s"), 200, delivered(true, true, true), "[]");
    }

    @Test
    void when_a_store_comes_to_hold_it_during_the_wait_then_the_answer_comes_at_once() throws Exception {
        trio.dc1.delivery.open();
        trio.dc2.delivery.open();
        CompletableFuture<Reply> reply = putLater(trio.dc1, "wait=all&timeout=50s");
        await().atMost(SOON).until(() -> trio.dc2.store.sets().containsKey("k"));
        assertThat(reply).isNotDone();
        trio.dc3.delivery.open();
        assertThat(reply).succeedsWithin(SOON);
        expect(reply.get(), 200, delivered(true, true, true), "[]");
    }

    @Test
    void when_local_is_wished_for_then_it_is_the_node_that_was_asked_and_not_the_leader() {
        Trio.takeAway(trio.dc1);
        trio.open();
        expect(
                put(trio.dc2, "wait=local&timeout=20s"),
                200,
                "{'dc1':{'internal':false},'dc2':{'internal':true},'dc3':{}}",
                "[]");
        expect(put(trio.dc1, "wait=local&timeout=100ms"), 202, "{'dc1':{'internal':false},'dc2':{},'dc3':{}}", "[]");
    }

    @Test
    void when_a_member_is_dead_then_it_is_named_and_the_write_is_still_committed() {
        trio.open();
        trio.dc3.close();
        expect(
                put(trio.dc2, "wait=quorum&timeout=20s"),
                200,
                "{'dc1':{'internal':true},'dc2':{'internal':true},'dc3':{}}",
                "['dc3']");
        expect(
                put(trio.dc2, "wait=all&timeout=200ms"),
                202,
                "{'dc1':{'internal':true},'dc2':{'internal':true},'dc3':{}}",
                "['dc3']");
    }

    @Test
    void when_the_leader_dies_while_its_delivery_is_waited_for_then_the_write_is_still_committed() throws Exception {
        trio.dc2.delivery.open();
        trio.dc3.delivery.open();
        CompletableFuture<Reply> reply = putLater(trio.dc2, "wait=all&timeout=4s");
        await().atMost(SOON).until(() -> trio.dc1.delivery.waits() == 1);
        trio.dc1.close();
        expect(
                reply.get(),
                202,
                "{'dc1':{'internal':false},'dc2':{'internal':true},'dc3':{'internal':true}}",
                "['dc1']");
    }

    @Test
    void when_nothing_is_written_to_stores_then_nothing_is_waited_for() {
        trio.dc1.decisions.master("orders", "db1:1");
        trio.dc3.close();
        Reply reply = trio.dc1.client.call("DELETE", "/v1/clusters/orders?wait=all&timeout=1m", "");
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.json().path("delivered").toString())
                .isEqualTo("{\"dc1\":{\"internal\":true},\"dc2\":{},\"dc3\":{}}");
        assertThat(reply.json().has("writeSets")).isFalse();
    }

    @Test
    void when_a_member_takes_the_question_and_never_answers_then_the_wait_ends_in_time() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                TestNode node = new TestNode("dc1", Map.of("dc1", TestNode.freePort(), "dc2", silent.getLocalPort()))) {
            node.delivery.open();
            long before = System.nanoTime();
            expect(put(node, "wait=all&timeout=300ms"), 202, "{'dc1':{'internal':true},'dc2':{}}", "['dc2']");
            assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(SOON);
        }
    }

    @Test
    void when_it_is_refused_then_nothing_is_waited_for() {
        Reply reply = trio.dc2.client.call("POST", "/v1/clusters/nosuch/submit?wait=all&timeout=50s", "");
        assertThat(reply.status()).isEqualTo(404);
    }

    @Test
    void when_a_submit_is_several_log_entries_then_each_write_set_is_waited_for_at_its_own_revision() {
        trio.dc1.decisions.listen(trio.dc1.delivery::changed, trio.dc1.delivery::changedAll);
        for (int i = 0; i < 501; i++) {
            trio.dc1.decisions.master("c" + i, "db" + i + ":1");
        }
        trio.dc1.delivery.open();
        Reply reply = trio.dc1.client.call("POST", "/v1/submit?wait=local&timeout=20s", "");
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.json().path("entries")).hasSize(501 * 5);
        assertThat(reply.json().at("/delivered/dc1/internal").asBoolean()).isTrue();
    }

    @Test
    void when_hundreds_wait_then_the_node_goes_on_and_refuses_more_before_they_are_written_and_ends_them_when_it_stops()
            throws Exception {
        List<CompletableFuture<Reply>> replies = new ArrayList<>();
        ExecutorService threads = Executors.newCachedThreadPool();
        for (int i = 1; i <= WriteWaits.MAX_WAITS; i++) {
            String path = "/v1/kv/k" + i + "?wait=local&timeout=1m";
            int written = i;
            replies.add(CompletableFuture.supplyAsync(
                    () -> trio.dc1.client.call("PUT", path, "{\"value\":\"1\"}"), threads));
            // one after the other: more than a few at the same moment would be refused for another reason
            await().pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(1))
                    .atMost(SOON)
                    .until(() -> trio.dc1.log.appended() == written);
        }
        Reply refused = put(trio.dc1, "wait=local");
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.json().path("outcome").asText()).isEqualTo("refused");
        assertThat(refused.detail()).contains("500 writes are waiting");
        assertThat(trio.dc1.log.appended()).isEqualTo(WriteWaits.MAX_WAITS);
        assertThat(put(trio.dc1, "wait=committed").status()).isEqualTo(200);
        trio.dc1.drain();
        for (CompletableFuture<Reply> reply : replies) {
            assertThat(reply).succeedsWithin(SOON);
            assertThat(reply.get().status()).isEqualTo(202);
        }
        threads.shutdown();
    }

    @Test
    void when_failovers_are_listed_then_each_store_of_each_member_says_since_when_it_holds_it() {
        Trio.takeAway(trio.dc2);
        trio.open();
        trio.dc1.client.call("PUT", "/v1/clusters/a", "{\"master\":\"db1:1\"}");
        trio.dc1.client.call("POST", "/v1/clusters/a/failover", "{\"master\":\"db2:1\"}");
        String path = "/v1/failovers";
        await().atMost(SOON).untilAsserted(() -> {
            for (String id : List.of("dc1", "dc3")) {
                String time = trio.dc1
                        .client
                        .get(path)
                        .json()
                        .at("/0/delivered/" + id + "/internal")
                        .asText();
                assertThat(Instant.parse(time)).isBetween(Instant.now().minusSeconds(60), Instant.now());
            }
        });
        assertThat(trio.dc1.client.get(path).json().at("/0/delivered/dc2").toString())
                .isEqualTo("{\"internal\":null}");
        assertThat(trio.dc1.client.get(path).json().at("/0/unreachable").toString())
                .isEqualTo("[]");
        trio.dc2.close();
        assertThat(trio.dc1.client.get(path).json().at("/0/delivered").has("dc2"))
                .isFalse();
        assertThat(trio.dc1.client.get(path).json().at("/0/unreachable").toString())
                .isEqualTo("[\"dc2\"]");
    }
}
