package io.heliograph.daemon.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.heliograph.daemon.http.Client.Reply;
import io.heliograph.raft.CommitOutcome;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Any node takes any request. */
class ForwardingTest {

    private static final Map<String, String> FORWARDED = Map.of(Exchange.FORWARDED_BY, "dc3");

    private TestNode leader;
    private TestNode follower;

    @BeforeEach
    void start() throws Exception {
        Map<String, Integer> ports =
                Map.of("dc1", TestNode.freePort(), "dc2", TestNode.freePort(), "dc3", TestNode.freePort());
        leader = new TestNode("dc1", ports);
        follower = new TestNode("dc2", ports);
        follower.log.follow("dc1");
    }

    @AfterEach
    void stop() {
        follower.close();
        leader.close();
    }

    @Test
    void when_a_follower_is_asked_to_write_then_the_leader_does_and_its_answer_comes_back() {
        Reply put = follower.client.call(
                "PUT", "/v1/clusters/größe".replace("ö", "%C3%B6").replace("ß", "%C3%9F"), "{\"master\":\"db1:3306\"}");
        assertThat(put.status()).isEqualTo(200);
        assertThat(put.json().path("delivered").has("dc1")).isTrue();
        assertThat(leader.decisions.machine().state().clusters().get("größe")).isPresent();
        assertThat(follower.decisions.machine().state().clusters().get("größe")).isEmpty();
        assertThat(follower.log.appended()).isZero();
    }

    @Test
    void when_the_leader_refuses_then_its_words_come_back() {
        Reply reply = follower.client.call("POST", "/v1/clusters/nosuch/failover", "{\"master\":\"db1:1\"}");
        assertThat(reply.status()).isEqualTo(404);
        assertThat(reply.type()).isEqualTo("application/problem+json");
        assertThat(reply.detail()).isEqualTo("no cluster has the alias 'nosuch'");
    }

    @Test
    void when_the_leader_does_not_know_the_outcome_then_the_follower_says_so() {
        leader.log.answer(new CommitOutcome.Unknown("lost touch"));
        Reply reply = follower.client.call("PUT", "/v1/kv/k", "{\"value\":\"1\"}");
        assertThat(reply.status()).isEqualTo(504);
        assertThat(reply.json().path("outcome").asText()).isEqualTo("unknown");
        assertThat(leader.log.appended()).isEqualTo(1);
    }

    @Test
    void when_scripts_ask_a_follower_then_the_leader_answers() {
        leader.decisions.master("a", "db1:1");
        Reply submit = follower.client.get("/api/submit-masters-to-kv-stores/a/");
        assertThat(submit.json().path("Message").asText()).isEqualTo("Submitted 5 masters");
        Reply check = follower.client.get("/api/routed-leader-check");
        assertThat(check.status()).isEqualTo(200);
        assertThat(check.body()).isEqualTo("\"OK\"");
    }

    @Test
    void when_a_forwarded_request_comes_to_a_node_that_does_not_lead_then_it_goes_no_further() {
        Reply reply = follower.client.call("PUT", "/v1/kv/k", "{\"value\":\"1\"}", FORWARDED);
        assertThat(reply.status()).isEqualTo(503);
        assertThat(reply.headers().firstValue(WriteDoor.NOT_LEADER)).contains("true");
        assertThat(leader.log.appended()).isZero();
        assertThat(follower.client
                        .call("GET", "/api/routed-leader-check", "", FORWARDED)
                        .status())
                .isEqualTo(404);
    }

    @Test
    void when_two_nodes_take_each_other_for_the_leader_then_it_ends_with_503() {
        leader.log.follow("dc2");
        Reply reply = follower.client.call("PUT", "/v1/kv/k", "{\"value\":\"1\"}");
        assertThat(reply.status()).isEqualTo(503);
        assertThat(reply.detail()).contains("no leader within");
    }

    @Test
    void when_a_leader_is_found_while_a_request_waits_then_it_is_carried_out() {
        follower.log.loseLeader();
        CompletableFuture<Reply> reply =
                CompletableFuture.supplyAsync(() -> follower.client.call("PUT", "/v1/kv/k", "{\"value\":\"1\"}"));
        follower.log.follow("dc1");
        assertThat(reply.join().status()).isEqualTo(200);
        assertThat(leader.log.appended()).isEqualTo(1);
    }

    @Test
    void when_the_leader_is_dead_then_it_is_503_because_nothing_was_sent() {
        leader.close();
        Reply reply = follower.client.call("PUT", "/v1/kv/k", "{\"value\":\"1\"}");
        assertThat(reply.status()).isEqualTo(503);
        assertThat(reply.json().path("outcome").asText()).isEqualTo("refused");
    }

    @Test
    void when_the_leader_takes_a_request_and_never_answers_then_the_outcome_is_unknown() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                TestNode asking =
                        new TestNode("dc1", Map.of("dc1", TestNode.freePort(), "dc2", silent.getLocalPort()))) {
            asking.log.follow("dc2");
            long before = System.nanoTime();
            Reply reply = asking.client.call("PUT", "/v1/kv/k", "{\"value\":\"1\"}");
            assertThat(reply.status()).isEqualTo(504);
            assertThat(reply.json().path("outcome").asText()).isEqualTo("unknown");
            assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(15));
        }
    }

    @Test
    void when_all_nodes_are_asked_for_then_those_that_do_not_answer_are_unreachable() {
        follower.delivery.open();
        await().until(follower.delivery::isOpen);
        JsonNode nodes = follower.client.get("/v1/nodes").json();
        assertThat(nodes).hasSize(3);
        assertThat(nodes.at("/0/id").asText()).isEqualTo("dc1");
        assertThat(nodes.at("/0/role").asText()).isEqualTo("leader");
        assertThat(nodes.at("/0/reachable").asBoolean()).isTrue();
        assertThat(nodes.at("/1/role").asText()).isEqualTo("follower");
        assertThat(nodes.at("/1/reachable").asBoolean()).isTrue();
        assertThat(nodes.at("/2").toString()).isEqualTo("{\"id\":\"dc3\",\"reachable\":false}");
    }

    @Test
    void when_a_target_has_characters_that_no_uri_has_then_they_are_encoded_and_the_rest_stays() {
        assertThat(Peers.spelledOut("/v1/kv/a%20b/c?x=a|b&y={\"}&z=%zz%4&u=\u00fc#"))
                .isEqualTo("/v1/kv/a%20b/c?x=a%7Cb&y=%7B%22%7D&z=%25zz%254&u=%C3%BC%23");
    }
}
