package io.heliograph.daemon.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.heliograph.daemon.http.Client.Reply;
import io.heliograph.raft.CommitOutcome;
import io.heliograph.raft.MemberChange;
import io.heliograph.raft.Role;
import io.heliograph.raft.Standing;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Members over HTTP, the newer way and the older one. */
class MembersApiTest {

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

    @Test
    void when_members_are_listed_then_addresses_and_votes_are_there() {
        assertThat(node.client.get("/v1/members").json().get(0).toString())
                .isEqualTo("{\"id\":\"dc1\",\"raft\":\"10.0.0.1:1\",\"http\":\"http://127.0.0.1:" + port
                        + "\",\"voting\":true}");
    }

    @Test
    void when_a_member_is_added_replaced_and_removed_then_the_log_is_asked_for_that() {
        Reply added = node.client.call(
                "POST", "/v1/members", "{\"id\":\"dc3\",\"raft\":\"h3:1\",\"http\":\"http://h3:3000\"}");
        assertThat(added.status()).isEqualTo(200);
        assertThat(added.json().path("outcome").asText()).isEqualTo("committed");
        assertThat(node.client
                        .call("PUT", "/v1/members/dc2", "{\"raft\":\"h2:1\",\"http\":\"http://h2:3000\"}")
                        .status())
                .isEqualTo(200);
        assertThat(node.client.call("DELETE", "/v1/members/dc2", "").status()).isEqualTo(200);

        assertThat(node.log.changes())
                .containsExactly(
                        new MemberChange.Add("dc3", "h3:1", "http://h3:3000"),
                        new MemberChange.Replace("dc2", "h2:1", "http://h2:3000"),
                        new MemberChange.Remove("dc2"));
    }

    @Test
    void when_the_leader_itself_is_to_go_then_it_hands_leadership_over_first() {
        Reply reply = node.client.call("DELETE", "/v1/members/dc1", "");

        assertThat(node.log.transfers()).contains("dc2");
        assertThat(node.log.changes()).isEmpty();
        assertThat(reply.status()).isEqualTo(503);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"id\":\"a/b\",\"raft\":\"h:1\",\"http\":\"http://h:1\"} | a node id is 1 to 64 letters, digits, dots, dashes and underscores",
                "{\"id\":\"d\",\"raft\":\"h\",\"http\":\"http://h:1\"} | the field raft: ",
                "{\"id\":\"d\",\"raft\":\"h:1\",\"http\":\"h:1\"} | the field http: 'h:1' is not like http://host:port",
                "{\"id\":\"d\",\"raft\":\"h:1\",\"http\":\"http://h:1/path\"} | is not like http://host:port"
            })
    void when_a_field_makes_no_sense_then_it_is_named(String body, String detail) {
        Reply reply = node.client.call("POST", "/v1/members", body);

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.detail()).contains(detail.strip());
        assertThat(node.log.changes()).isEmpty();
    }

    @Test
    void when_the_log_refuses_then_the_answer_is_409_with_its_words() {
        node.log.answer(new CommitOutcome.Rejected(CommitOutcome.Reason.REFUSED, "no member has the id 'x'"));

        Reply reply = node.client.call("DELETE", "/v1/members/x", "");

        assertThat(reply.status()).isEqualTo(409);
        assertThat(reply.detail()).isEqualTo("no member has the id 'x'");
    }

    @Test
    void when_this_node_was_removed_then_writes_and_status_say_so() {
        node.log.stand(Role.INACTIVE, null, false);
        node.log.stand(new Standing(Standing.Kind.REMOVED, "this node was removed"));

        assertThat(node.client.get("/v1/node").json().path("standing").asText()).isEqualTo("removed");
        Reply write = node.client.call("PUT", "/v1/kv/k", "{\"value\":\"v\"}");
        assertThat(write.status()).isEqualTo(503);
        assertThat(write.detail()).isEqualTo("this node was removed");
    }

    @Test
    void when_peers_are_added_and_removed_the_older_way_then_the_words_are_the_older_ones() {
        older(
                "raft-add-peer/10.0.0.1:1",
                500,
                "{\"Code\":\"ERROR\",\"Message\":" + "\"Cannot add raft peer: peer already known\",\"Details\":null}");
        older(
                "raft-remove-peer/h9:1",
                500,
                "{\"Code\":\"ERROR\",\"Message\":" + "\"Cannot remove raft peer: peer is unknown\",\"Details\":null}");
        older("raft-add-peer/h9:1?id=dc9&http=http://h9:3000", 200, "\"h9:1\"");
        older("raft-remove-peer/10.0.0.2:1", 200, "\"10.0.0.2:1\"");

        assertThat(node.log.changes())
                .containsExactly(new MemberChange.Add("dc9", "h9:1", "http://h9:3000"), new MemberChange.Remove("dc2"));
        assertThat(node.client.get("/api/raft-add-peer/h8:1").body()).contains("name it with ?id=ID&http=URL");
    }

    @Test
    void when_leadership_is_yielded_then_a_member_or_a_hint_names_the_heir() {
        older("raft-yield/dc2", 200, "{\"Code\":\"OK\",\"Message\":\"Asynchronously yielded\",\"Details\":null}");
        older(
                "raft-yield-hint/0.0.2",
                200,
                "{\"Code\":\"OK\",\"Message\":" + "\"Asynchronously yielded by hint 0.0.2\",\"Details\":\"0.0.2\"}");
        assertThat(node.log.transfers()).containsExactly("dc2", "dc2");

        assertThat(node.client.get("/api/raft-yield/nobody").status()).isEqualTo(500);
        assertThat(node.client.get("/api/raft-yield-hint/nobody").status()).isEqualTo(500);
        assertThat(node.log.transfers()).hasSize(2);
    }

    private void older(String path, int status, String body) {
        Reply reply = node.client.get("/api/" + path);
        assertThat(reply.body()).isEqualTo(body);
        assertThat(reply.status()).isEqualTo(status);
    }
}
