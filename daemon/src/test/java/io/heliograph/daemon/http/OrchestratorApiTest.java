package io.heliograph.daemon.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.heliograph.daemon.http.Client.Reply;
import io.heliograph.raft.CommitOutcome;
import io.heliograph.raft.Role;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The paths under {@code /api}, word for word as scripts read them. */
class OrchestratorApiTest {

    private TestNode node;
    private int port;

    @BeforeEach
    void start() throws Exception {
        port = TestNode.freePort();
        node = new TestNode("dc1", Map.of("dc1", port, "dc2", TestNode.freePort()));
    }

    @AfterEach
    void stop() {
        node.close();
    }

    private void expect(String path, int status, String body) {
        Reply reply = node.client.get("/api/" + path);
        assertThat(reply.body()).isEqualTo(body);
        assertThat(reply.status()).isEqualTo(status);
        assertThat(reply.type()).isEqualTo("application/json; charset=UTF-8");
    }

    private void follow() {
        node.log.stand(Role.FOLLOWER, "nobody", true);
    }

    @ParameterizedTest
    @ValueSource(strings = {"lab1", "db1:3311", "db2:3311"})
    void when_masters_of_one_cluster_are_submitted_then_alias_name_and_master_are_hints_to_it(String hint) {
        node.decisions.master("lab1", "db1:3311");
        node.decisions.master("lab1", "db2:3311");
        node.decisions.master("other", "db3:1");
        expect(
                "submit-masters-to-kv-stores/" + hint,
                200,
                "{\"Code\":\"OK\",\"Message\":\"Submitted 5 masters\",\"Details\":["
                        + "{\"Key\":\"mysql/master/lab1\",\"Value\":\"db2:3311\"},"
                        + "{\"Key\":\"mysql/master/lab1/hostname\",\"Value\":\"db2\"},"
                        + "{\"Key\":\"mysql/master/lab1/port\",\"Value\":\"3311\"},"
                        + "{\"Key\":\"mysql/master/lab1/ipv4\",\"Value\":\"10.0.0.2\"},"
                        + "{\"Key\":\"mysql/master/lab1/ipv6\",\"Value\":\"\"}]}");
    }

    @Test
    void when_all_masters_are_submitted_then_the_number_counts_keys() {
        node.decisions.master("a", "db1:1");
        node.decisions.master("b", "db2:1");
        Reply reply = node.client.get("/api/submit-masters-to-kv-stores/");
        assertThat(reply.json().path("Message").asText()).isEqualTo("Submitted 10 masters");
        assertThat(reply.json().path("Details")).hasSize(10);
        assertThat(node.log.appended()).isEqualTo(1);
    }

    @Test
    void when_the_cluster_is_unknown_then_it_is_500_with_the_hint() {
        expect(
                "submit-masters-to-kv-stores/nosuch",
                500,
                "{\"Code\":\"ERROR\",\"Message\":\"Unable to determine cluster name. clusterHint=nosuch\",\"Details\":null}");
    }

    @Test
    void when_there_is_no_quorum_then_submitting_says_not_leader() {
        node.decisions.master("a", "db1:1");
        node.log.loseLeader();
        expect("submit-masters-to-kv-stores", 500, "{\"Code\":\"ERROR\",\"Message\":\"not leader\",\"Details\":null}");
        expect(
                "submit-masters-to-kv-stores/a",
                500,
                "{\"Code\":\"ERROR\",\"Message\":\"not leader\",\"Details\":null}");
    }

    @Test
    void when_a_node_has_not_caught_up_then_it_does_not_say_that_a_cluster_is_unknown() {
        node.caughtUp = false;
        node.log.loseLeader();
        expect(
                "submit-masters-to-kv-stores/a",
                500,
                "{\"Code\":\"ERROR\",\"Message\":\"not leader\",\"Details\":null}");
    }

    @Test
    void when_the_outcome_is_unknown_then_it_says_so() {
        node.decisions.master("a", "db1:1");
        node.log.answer(new CommitOutcome.Unknown("lost touch"));
        expect(
                "submit-masters-to-kv-stores",
                500,
                "{\"Code\":\"ERROR\",\"Message\":\"outcome unknown: lost touch\",\"Details\":null}");
    }

    @Test
    void when_it_leads_then_the_checks_say_ok() {
        expect("leader-check", 200, "\"OK\"");
        expect("leader-check/503", 200, "\"OK\"");
        expect("routed-leader-check", 200, "\"OK\"");
        expect("lb-check", 200, "\"OK\"");
        expect("_ping", 200, "\"OK\"");
    }

    @ParameterizedTest
    @CsvSource({
        "503, 503",
        "404, 404",
        "429, 429",
        "599, 599",
        "200, 404",
        "204, 404",
        "100, 404",
        "0, 404",
        "-503, 404",
        "600, 404",
        "99999999999, 404",
        "abc, 404",
        "5e2, 404"
    })
    void when_it_does_not_lead_then_a_check_has_the_status_that_was_asked_for_but_never_a_yes(String code, int status) {
        follow();
        expect("leader-check/" + code, status, "\"Not leader\"");
    }

    @Test
    void when_it_does_not_lead_then_a_check_is_404() {
        follow();
        expect("leader-check", 404, "\"Not leader\"");
        node.log.stand(Role.LEADER, "dc1", false);
        expect("leader-check", 404, "\"Not leader\"");
        expect("leader-check/503", 503, "\"Not leader\"");
        expect("routed-leader-check", 404, "\"Not leader\"");
    }

    @Test
    void when_the_leader_is_not_there_then_the_routed_check_is_404() {
        node.log.follow("dc2");
        expect("routed-leader-check", 404, "\"Not leader\"");
        node.log.loseLeader();
        expect("routed-leader-check", 404, "\"Not leader\"");
    }

    @Test
    void when_raft_is_asked_for_then_addresses_and_states_are_bare() {
        expect("raft-leader", 200, "\"10.0.0.1:1\"");
        expect("raft-state", 200, "\"Leader\"");
        expect("raft-health", 200, "\"healthy\"");
        expect("raft-peers", 200, "[\"10.0.0.1:1\",\"10.0.0.2:1\"]");
        node.log.follow("dc2");
        expect("raft-leader", 200, "\"10.0.0.2:1\"");
        expect("raft-state", 200, "\"Follower\"");
    }

    @Test
    void when_there_is_no_quorum_then_raft_says_so() {
        node.log.loseLeader();
        expect("raft-leader", 200, "\"\"");
        expect("raft-state", 200, "\"Candidate\"");
        expect("raft-health", 500, "{\"Code\":\"ERROR\",\"Message\":\"unhealthy\",\"Details\":null}");
        expect(
                "raft-status",
                200,
                "{\"RaftBind\":\"0.0.0.0:1\",\"RaftAdvertise\":\"10.0.0.1:1\",\"State\":\"Candidate\",\"Healthy\":false,"
                        + "\"IsPartOfQuorum\":false,\"Leader\":\"\",\"LeaderURI\":\"\","
                        + "\"Peers\":[\"10.0.0.1:1\",\"10.0.0.2:1\"]}");
    }

    @Test
    void when_a_stale_leader_is_remembered_without_a_quorum_then_it_is_not_shown() {
        node.log.stand(Role.FOLLOWER, "dc2", false);
        expect("raft-leader", 200, "\"\"");
        assertThat(node.client.get("/api/raft-status").json().path("LeaderURI").asText())
                .isEmpty();
    }

    @Test
    void when_the_status_is_asked_for_then_it_has_every_field() {
        expect(
                "raft-status",
                200,
                "{\"RaftBind\":\"0.0.0.0:1\",\"RaftAdvertise\":\"10.0.0.1:1\",\"State\":\"Leader\",\"Healthy\":true,"
                        + "\"IsPartOfQuorum\":true,\"Leader\":\"10.0.0.1:1\",\"LeaderURI\":\"http://127.0.0.1:" + port
                        + "\",\"Peers\":[\"10.0.0.1:1\",\"10.0.0.2:1\"]}");
    }

    @Test
    void when_a_snapshot_is_asked_for_then_yes_means_that_it_exists() {
        node.decisions.put("k", "1");
        node.decisions.put("k", "2");
        expect("raft-snapshot", 200, "\"snapshot created\"");
        node.log.snapshotAt(1);
        expect("raft-snapshot", 500, "{\"Code\":\"ERROR\",\"Message\":\"snapshot is at 1, behind\",\"Details\":null}");
        node.log.fail(new IllegalStateException("disk full"));
        Reply failed = node.client.get("/api/raft-snapshot");
        assertThat(failed.status()).isEqualTo(500);
        assertThat(failed.json().path("Message").asText()).contains("disk full");
    }
}
