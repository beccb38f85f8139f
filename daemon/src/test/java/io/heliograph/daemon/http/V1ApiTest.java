package io.heliograph.daemon.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.heliograph.daemon.http.Client.Reply;
import io.heliograph.kv.Revision;
import io.heliograph.raft.CommitOutcome;
import io.heliograph.raft.Role;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code /v1} on a node that leads: statuses and shapes. */
class V1ApiTest {

    private static final Duration SOON = Duration.ofSeconds(10);
    private static final long FIRST = Revision.of(1, 1).value();

    private TestNode node;
    private Client client;

    @BeforeEach
    void start() throws Exception {
        node = TestNode.alone();
        client = node.client;
    }

    @AfterEach
    void stop() {
        node.close();
    }

    private Reply register() {
        return client.call("PUT", "/v1/clusters/orders", "{\"master\":\"db1:3306\"}");
    }

    private static void expect(Reply reply, int status, String json) {
        assertThat(reply.body()).isEqualTo(json.replace("FIRST", Long.toString(FIRST)));
        assertThat(reply.status()).isEqualTo(status);
        assertThat(reply.type()).isEqualTo("application/json; charset=UTF-8");
        assertThat(reply.headers().firstValue("Cache-Control")).contains("no-store");
        assertThat(reply.headers().firstValue("Server")).isEmpty();
    }

    private static final String ENTRIES = "[{\"key\":\"mysql/master/orders\",\"value\":\"db1:3306\"},"
            + "{\"key\":\"mysql/master/orders/hostname\",\"value\":\"db1\"},"
            + "{\"key\":\"mysql/master/orders/port\",\"value\":\"3306\"},"
            + "{\"key\":\"mysql/master/orders/ipv4\",\"value\":\"10.0.0.1\"},"
            + "{\"key\":\"mysql/master/orders/ipv6\",\"value\":\"\"}]";

    @Test
    void when_a_cluster_is_put_then_it_is_committed_and_shown() {
        expect(
                register(),
                200,
                "{\"revision\":FIRST,\"outcome\":\"committed\",\"changed\":true,\"entries\":" + ENTRIES
                        + ",\"delivered\":{\"dc1\":{\"internal\":false}}}");
        String shown =
                "{\"alias\":\"orders\",\"name\":\"db1:3306\",\"master\":\"db1:3306\",\"revision\":FIRST,\"entries\":"
                        + ENTRIES + ",\"delivered\":{\"dc1\":{\"internal\":false}}}";
        expect(client.get("/v1/clusters/orders"), 200, shown);
        expect(client.get("/v1/clusters"), 200, "[" + shown + "]");
        expect(client.get("/v1/clusters/"), 200, "[" + shown + "]");
    }

    @Test
    void when_it_is_delivered_then_the_answers_say_so() {
        register();
        node.delivery.open();
        await().atMost(SOON).until(() -> client.get("/v1/clusters/orders")
                .json()
                .at("/delivered/dc1/internal")
                .asBoolean());
        Reply again = register();
        assertThat(again.json().path("changed").asBoolean()).isFalse();
        assertThat(again.json().path("revision").asLong()).isEqualTo(FIRST);
        assertThat(again.json().at("/delivered/dc1/internal").asBoolean()).isTrue();
    }

    @Test
    void when_a_master_fails_over_then_entries_and_history_show_it() {
        register();
        Reply reply = client.call(
                "POST",
                "/v1/clusters/orders/failover",
                "{\"master\":\"db2:3307\",\"expected\":\"db1:3306\",\"reason\":\"dead \\u2620\"}");
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.json().at("/entries/0/value").asText()).isEqualTo("db2:3307");
        expect(
                client.get("/v1/failovers"),
                200,
                "[{\"cluster\":\"orders\",\"from\":\"db1:3306\",\"to\":\"db2:3307\",\"reason\":\"dead ☠\",\"by\":\"\",\"revision\":"
                        + Revision.of(1, 2).value() + ",\"time\":\"2024-01-01T00:00:00Z\","
                        + "\"delivered\":{\"dc1\":{\"internal\":null}},\"unreachable\":[]}]");
        client.call("POST", "/v1/clusters/orders/failover", "{\"master\":\"db3:3307\"}");
        assertThat(client.get("/v1/failovers").json().at("/0/to").asText()).isEqualTo("db3:3307");
    }

    @Test
    void when_another_master_was_expected_then_it_is_409_with_the_actual_one() {
        register();
        Reply reply =
                client.call("POST", "/v1/clusters/orders/failover", "{\"master\":\"db2:1\",\"expected\":\"db9:1\"}");
        assertThat(reply.status()).isEqualTo(409);
        assertThat(reply.type()).isEqualTo("application/problem+json");
        assertThat(reply.body())
                .isEqualTo(
                        "{\"type\":\"urn:heliograph:problem:conflict\",\"title\":\"Conflict\",\"status\":409,\"detail\":"
                                + "\"the master of 'orders' is db1:3306, not db9:1\",\"next\":\"Nothing was changed. Look at what is there now, decide, and ask again.\",\"outcome\":\"refused\",\"actual\":\"db1:3306\"}");
    }

    @Test
    void when_a_cluster_is_unknown_then_it_is_404() {
        for (Reply reply : new Reply[] {
            client.get("/v1/clusters/nosuch"),
            client.call("DELETE", "/v1/clusters/nosuch", ""),
            client.call("POST", "/v1/clusters/nosuch/failover", "{\"master\":\"db2:1\"}"),
            client.call("POST", "/v1/clusters/nosuch/submit", "")
        }) {
            assertThat(reply.status()).isEqualTo(404);
            assertThat(reply.json().path("title").asText()).isEqualTo("Unknown cluster");
            assertThat(reply.detail()).isEqualTo("no cluster has the alias 'nosuch'");
        }
    }

    @Test
    void when_a_cluster_is_forgotten_then_its_keys_stay() {
        register();
        expect(
                client.call("DELETE", "/v1/clusters/orders", ""),
                200,
                "{\"revision\":0,\"outcome\":\"committed\",\"changed\":true,\"entries\":[],"
                        + "\"delivered\":{\"dc1\":{\"internal\":true}}}");
        expect(client.get("/v1/clusters"), 200, "[]");
        assertThat(client.get("/v1/kv/mysql/master/orders").status()).isEqualTo(200);
        assertThat(client.call("DELETE", "/v1/clusters/orders?deleteKeys=true", "")
                        .status())
                .isEqualTo(404);
        assertThat(client.call("DELETE", "/v1/clusters/orders?deleteKeys=yes", "")
                        .status())
                .isEqualTo(400);

        assertThat(client.call("DELETE", "/v1/kv/mysql/master/orders/port", "").status())
                .isEqualTo(409);
        Reply deleted = client.call("DELETE", "/v1/kv/mysql/master/orders", "");
        assertThat(deleted.status()).isEqualTo(200);
        assertThat(deleted.json().path("deleted")).hasSize(5);
        assertThat(client.get("/v1/kv/mysql/master/orders").status()).isEqualTo(404);
    }

    @Test
    void when_a_cluster_is_forgotten_with_its_keys_then_they_are_gone() {
        register();

        Reply reply = client.call("DELETE", "/v1/clusters/orders?deleteKeys=true", "");

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.json().path("revision").asLong())
                .isEqualTo(Revision.of(1, 2).value());
        assertThat(reply.json().path("entries")).isEmpty();
        assertThat(reply.json().path("deleted")).hasSize(5);
        expect(client.get("/v1/clusters"), 200, "[]");
        expect(client.get("/v1/kv"), 200, "[]");
    }

    @Test
    void when_a_key_is_deleted_then_it_is_gone_and_deleting_one_that_never_was_is_refused() {
        client.call("PUT", "/v1/kv/feature/x", "{\"value\":\"on\"}");

        assertThat(client.call("DELETE", "/v1/kv/feature/x", "")
                        .json()
                        .path("changed")
                        .asBoolean())
                .isTrue();
        assertThat(client.call("DELETE", "/v1/kv/feature/x", "")
                        .json()
                        .path("changed")
                        .asBoolean())
                .isFalse();
        assertThat(client.get("/v1/kv/feature/x").status()).isEqualTo(404);
        Reply unknown = client.call("DELETE", "/v1/kv/feature/y", "");
        assertThat(unknown.status()).isEqualTo(404);
        assertThat(unknown.detail()).isEqualTo("there is no key 'feature/y'");
        assertThat(client.call("DELETE", "/v1/kv/heliograph/owner", "").status())
                .isEqualTo(400);
    }

    @Test
    void when_masters_are_submitted_then_their_entries_have_a_new_revision() {
        register();
        client.call("PUT", "/v1/clusters/users", "{\"master\":\"db2:3306\"}");
        Reply one = client.call("POST", "/v1/clusters/orders/submit", "");
        assertThat(one.json().path("entries")).hasSize(5);
        assertThat(one.json().path("revision").asLong())
                .isEqualTo(Revision.of(1, 3).value());
        Reply all = client.call("POST", "/v1/submit", "");
        assertThat(all.json().path("entries")).hasSize(10);
        assertThat(all.json().path("revision").asLong())
                .isEqualTo(Revision.of(1, 4).value());
    }

    @Test
    void when_plain_entries_are_put_then_they_can_be_read_and_listed() {
        Reply put = client.call("PUT", "/v1/kv/feature/x", "{\"value\":\"on\"}");
        assertThat(put.status()).isEqualTo(200);
        client.call("PUT", "/v1/kv/feature/y", "{\"value\":\"\"}");
        client.call("PUT", "/v1/kv/features", "{\"value\":\"z\"}");
        expect(client.get("/v1/kv/feature/x"), 200, "{\"key\":\"feature/x\",\"value\":\"on\",\"revision\":FIRST}");
        assertThat(client.get("/v1/kv?prefix=feature/").json()).hasSize(2);
        assertThat(client.get("/v1/kv?prefix=feature/y").json().at("/0/value").asText())
                .isEmpty();
        assertThat(client.get("/v1/kv").json()).hasSize(3);
        assertThat(client.get("/v1/kv/nosuch").status()).isEqualTo(404);
        assertThat(client.get("/v1/kv/feature").status()).isEqualTo(404);
    }

    @Test
    void when_a_key_belongs_to_a_cluster_then_putting_it_is_409() {
        register();
        Reply reply = client.call("PUT", "/v1/kv/mysql/master/orders/port", "{\"value\":\"1\"}");
        assertThat(reply.status()).isEqualTo(409);
        assertThat(reply.detail()).contains("mysql/master/orders/port");
        assertThat(client.get("/v1/kv/mysql/master/orders/port")
                        .json()
                        .path("value")
                        .asText())
                .isEqualTo("3306");
    }

    @Test
    void when_a_store_is_asked_then_it_shows_what_it_really_holds() {
        register();
        expect(client.get("/v1/kv?store=internal"), 200, "[]");
        node.delivery.open();
        await().atMost(SOON)
                .untilAsserted(() -> expect(
                        client.get("/v1/kv?store=internal&prefix=mysql/master/orders/port"),
                        200,
                        "[{\"key\":\"mysql/master/orders/port\",\"value\":\"3306\",\"revision\":FIRST}]"));
        assertThat(client.get("/v1/kv?store=nosuch").status()).isEqualTo(404);
        node.store.close();
        Reply away = client.get("/v1/kv?store=internal");
        assertThat(away.status()).isEqualTo(503);
        assertThat(away.detail()).isEqualTo("store is away");
    }

    @Test
    void when_the_node_is_asked_for_then_every_field_is_there() {
        register();
        JsonNode shown = client.get("/v1/node").json();
        assertThat(shown.fieldNames())
                .toIterable()
                .containsExactly(
                        "id",
                        "cluster",
                        "version",
                        "role",
                        "standing",
                        "standingNote",
                        "term",
                        "leader",
                        "hasQuorum",
                        "commitIndex",
                        "lastApplied",
                        "snapshotIndex",
                        "epoch",
                        "stateDigest",
                        "delivering",
                        "members",
                        "stores");
        assertThat(shown.path("role").asText()).isEqualTo("leader");
        assertThat(shown.path("leader").path("id").asText()).isEqualTo("dc1");
        assertThat(shown.path("lastApplied").asLong()).isEqualTo(1);
        assertThat(shown.path("stateDigest").asText())
                .isEqualTo(node.decisions.machine().digest());
        assertThat(shown.path("stores").toString())
                .matches(
                        "\\[\\{\"name\":\"internal\",\"type\":\"fake\",\"state\":\"up\",\"headRevision\":" + FIRST
                                + ",\"deliveredRevision\":0,\"pending\":1,\"lagSeconds\":[0-9.E-]+,\"drifted\":0,\"verifiedSecondsAgo\":null,\"lastError\":\"\"}]");
        node.log.loseLeader();
        assertThat(client.get("/v1/node").json().path("leader").isNull()).isTrue();
    }

    @Test
    void when_leadership_is_handed_over_then_the_log_is_asked_once() {
        expect(client.call("POST", "/v1/leader", "{\"to\":\"dc1\"}"), 200, "{\"leader\":\"dc1\"}");
        assertThat(node.log.transfers()).containsExactly("dc1");
        Reply unknown = client.call("POST", "/v1/leader", "{\"to\":\"dc9\"}");
        assertThat(unknown.status()).isEqualTo(404);
        assertThat(unknown.detail()).contains("dc9").contains("[dc1]");
        node.log.fail(new IllegalStateException("it did not take over"));
        Reply late = client.call("POST", "/v1/leader", "{\"to\":\"dc1\"}");
        assertThat(late.status()).isEqualTo(504);
        assertThat(late.detail()).isEqualTo("leadership was not seen to go to dc1: it did not take over");
        assertThat(late.json().path("outcome").asText()).isEqualTo("unknown");
        node.log.fail(new IllegalArgumentException("no member with a vote has the id 'dc1'"));
        Reply refused = client.call("POST", "/v1/leader", "{\"to\":\"dc1\"}");
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.detail()).endsWith(": no member with a vote has the id 'dc1'");
    }

    @Test
    void when_leadership_is_to_be_handed_over_without_a_leader_then_it_was_surely_not() {
        node.log.loseLeader();
        Reply reply = client.call("POST", "/v1/leader", "{\"to\":\"dc1\"}");
        assertThat(reply.status()).isEqualTo(503);
        assertThat(reply.json().path("type").asText()).endsWith(":not-available");
        assertThat(node.log.transfers()).isEmpty();
    }

    @Test
    void when_a_parameter_of_a_write_is_mistyped_then_nothing_is_written() {
        register();
        Reply reply = client.call("DELETE", "/v1/clusters/orders?deletekeys=true", "");
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.detail()).isEqualTo("unknown parameter 'deletekeys'; known are [deleteKeys, timeout, wait]");
        assertThat(client.get("/v1/clusters/orders").status()).isEqualTo(200);
    }

    @Test
    void when_a_path_cannot_be_taken_then_it_says_that_the_request_is_to_be_mended() {
        Reply reply = client.call("GET", "/v1/kv/a//b", "");
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.json().path("type").asText()).endsWith(":bad-request");
    }

    @Test
    void when_a_snapshot_is_taken_then_its_index_is_answered() {
        register();
        expect(client.call("POST", "/v1/snapshots", ""), 200, "{\"snapshotIndex\":1}");
        node.log.fail(new IllegalStateException("disk full"));
        Reply reply = client.call("POST", "/v1/snapshots", "");
        assertThat(reply.status()).isEqualTo(500);
        assertThat(reply.detail()).contains("disk full");
    }

    @Test
    void when_the_outcome_is_unknown_then_it_is_504_and_says_so() {
        node.log.answer(new CommitOutcome.Unknown("no quorum in time"));
        Reply reply = register();
        assertThat(reply.status()).isEqualTo(504);
        assertThat(reply.json().path("outcome").asText()).isEqualTo("unknown");
        assertThat(reply.detail()).contains("no quorum in time").contains("may or may not have been written");
    }

    @Test
    void when_the_log_refuses_then_it_is_503_at_once() {
        node.log.answer(new CommitOutcome.Rejected(CommitOutcome.Reason.NO_QUORUM, "no quorum"));
        Reply reply = register();
        assertThat(reply.status()).isEqualTo(503);
        assertThat(reply.json().path("outcome").asText()).isEqualTo("refused");
        assertThat(reply.detail()).isEqualTo("no quorum");
        assertThat(node.log.appended()).isEqualTo(1);
    }

    @Test
    void when_there_is_no_leader_then_it_is_503_within_the_request_timeout_and_reads_go_on() {
        register();
        node.log.stand(Role.CANDIDATE, null, false);
        long before = System.nanoTime();
        Reply reply = client.call("POST", "/v1/submit", "");
        Duration took = Duration.ofNanos(System.nanoTime() - before);
        assertThat(reply.status()).isEqualTo(503);
        assertThat(reply.detail()).contains("no leader within 400 ms");
        assertThat(took).isBetween(TestNode.REQUEST_TIMEOUT, Duration.ofSeconds(10));
        assertThat(client.get("/v1/clusters/orders").status()).isEqualTo(200);
    }

    @Test
    void when_the_node_has_not_caught_up_then_it_does_not_answer_from_what_it_knew_before() {
        register();
        node.caughtUp = false;
        for (String path :
                new String[] {"/v1/clusters", "/v1/clusters/orders", "/v1/kv", "/v1/kv/x", "/v1/failovers"}) {
            Reply reply = client.get(path);
            assertThat(reply.status()).as(path).isEqualTo(503);
            assertThat(reply.detail()).as(path).contains("has not caught up");
        }
        assertThat(client.get("/v1/kv?store=internal").status()).isEqualTo(200);
    }
}
