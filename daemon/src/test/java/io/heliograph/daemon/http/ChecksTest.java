package io.heliograph.daemon.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.heliograph.daemon.http.Client.Reply;
import io.heliograph.raft.Role;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What load balancers and monitoring ask. */
class ChecksTest {

    private static TestNode node;

    @BeforeAll
    static void start() throws Exception {
        node = TestNode.alone();
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @BeforeEach
    void lead() {
        node.log.lead();
    }

    private static int status(String path) {
        return node.client.get(path).status();
    }

    @Test
    void when_the_process_runs_then_it_is_live_whatever_else() {
        node.log.loseLeader();
        Reply reply = node.client.get("/health/live");
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.body()).isEqualTo("live\n");
        assertThat(reply.type()).startsWith("text/plain");
    }

    @Test
    void when_it_has_caught_up_and_sees_a_quorum_then_it_is_ready() throws Exception {
        try (TestNode fresh = TestNode.alone()) {
            assertThat(fresh.client.get("/health/ready").status()).isEqualTo(503);
            fresh.delivery.open();
            assertThat(fresh.client.get("/health/ready").status()).isEqualTo(200);
            fresh.log.loseLeader();
            assertThat(fresh.client.get("/health/ready").status()).isEqualTo(503);
            fresh.log.follow("dc1");
            assertThat(fresh.client.get("/health/ready").body()).isEqualTo("ready\n");
        }
    }

    @Test
    void when_it_leads_with_a_quorum_then_it_is_the_leader() {
        assertThat(status("/health/leader")).isEqualTo(200);
        node.log.stand(Role.LEADER, "dc1", false);
        assertThat(status("/health/leader")).isEqualTo(503);
        node.log.stand(Role.FOLLOWER, "dc1", true);
        assertThat(node.client.get("/health/leader").body()).isEqualTo("not the leader\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/health/live",
                "/health/leader",
                "/api/leader-check",
                "/api/leader-check/503",
                "/api/routed-leader-check",
                "/api/raft-health",
                "/api/lb-check",
                "/api/_ping",
                "/api/raft-state"
            })
    void when_a_check_is_asked_with_head_or_a_trailing_slash_then_it_answers_the_same(String path) {
        Reply get = node.client.get(path);
        Reply head = node.client.call("HEAD", path, "");
        assertThat(get.status()).isEqualTo(200);
        assertThat(head.status()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        assertThat(head.headers().firstValue("Content-Length"))
                .contains(Integer.toString(get.body().length()));
        assertThat(node.client.get(path + "/").body()).isEqualTo(get.body());
        assertThat(node.client.get(path + "?x=1").body()).isEqualTo(get.body());
    }

    @Test
    void when_metrics_are_scraped_then_raft_and_stores_are_in_them() {
        Reply reply = node.client.get("/metrics");
        assertThat(reply.type()).isEqualTo("text/plain; version=0.0.4; charset=utf-8");
        assertThat(reply.body())
                .contains("heliograph_raft_is_leader 1.0")
                .contains("heliograph_raft_has_quorum 1.0")
                .contains("heliograph_delivery_waits 0.0")
                .contains("heliograph_store_up{store=\"internal\"} 1.0")
                .contains("heliograph_store_pending{store=\"internal\"} 0.0")
                .contains("jvm_memory_used_bytes");
    }
}
