package io.heliograph.daemon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What each command asks for and prints. */
class ClientCommandsTest {

    private static final String WRITTEN = "{\"revision\":7,\"outcome\":\"committed\",\"changed\":true,\"entries\":"
            + "[{\"key\":\"m/a\",\"value\":\"db1:1\"},{\"key\":\"m/a/port\",\"value\":\"1\"}]}";
    private static final String[] WRITTEN_LINES = {"committed at revision 7", "  m/a = db1:1", "  m/a/port = 1"};

    private static final String AHEAD =
            "{\"epoch\":3,\"stores\":{\"internal\":{\"epoch\":0,\"fenced\":false,\"problem\":\"\"},"
                    + "\"consul\":{\"epoch\":7,\"fenced\":true,\"problem\":\"\"},"
                    + "\"zk\":{\"epoch\":0,\"fenced\":false,\"problem\":\"away\"}}}";

    private FakeServer server;

    @BeforeEach
    void start() throws Exception {
        server = new FakeServer();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void when_clusters_are_listed_then_there_is_a_table() {
        server.answer(
                200,
                "[{\"alias\":\"orders\",\"master\":\"db1:3306\",\"revision\":12},"
                        + "{\"alias\":\"u\",\"master\":\"db22:3306\",\"revision\":3}]");
        Run.at(server, "cluster", "list")
                .expectDone("ALIAS   MASTER     REVISION", "orders  db1:3306   12", "u       db22:3306  3");
        assertThat(server.asked).containsExactly("GET /v1/clusters");
    }

    @Test
    void when_a_master_is_set_then_it_is_put_and_the_entries_are_printed() {
        server.answer(200, WRITTEN);
        Run.at(server, "cluster", "set", "a ß", "db1:1").expectDone(WRITTEN_LINES);
        assertThat(server.asked).containsExactly("PUT /v1/clusters/a%20%C3%9F {\"master\":\"db1:1\"}");
    }

    @Test
    void when_a_store_is_ahead_then_adopt_raises_the_epoch_above_it() {
        server.answer(200, AHEAD);
        Run.at(server, "adopt")
                .expectDone(
                        "STORE     EPOCH  NOTE",
                        "internal  0",
                        "consul    7      holds newer revisions than ours",
                        "zk        -      cannot be read: away",
                        "the epoch is raised from 3 to 8");
        assertThat(server.asked).containsExactly("GET /v1/epoch", "PUT /v1/epoch {\"atLeast\":8}");
    }

    @Test
    void when_adopt_is_tried_dry_or_nothing_is_ahead_then_nothing_is_done() {
        server.answer(200, AHEAD);
        Run.at(server, "adopt", "--dry-run", "--store", "consul")
                .expectDone(
                        "STORE   EPOCH  NOTE",
                        "consul  7      holds newer revisions than ours",
                        "the epoch would be raised from 3 to 8");
        Run.at(server, "adopt", "--store", "internal")
                .expectDone("STORE     EPOCH  NOTE", "internal  0", "nothing to adopt; the epoch is 3");
        assertThat(server.asked).containsExactly("GET /v1/epoch", "GET /v1/epoch");
    }

    @Test
    void when_nothing_changed_then_it_says_since_when() {
        server.answer(200, "{\"revision\":7,\"changed\":false,\"entries\":[]}");
        Run.at(server, "cluster", "set", "a", "db1:1").expectDone("already so since revision 7");
    }

    @Test
    void when_a_cluster_is_forgotten_then_it_says_that_the_keys_stay() {
        Run.at(server, "cluster", "forget", "a").expectDone("forgotten; its keys stay");
        assertThat(server.asked).containsExactly("DELETE /v1/clusters/a");
    }

    @Test
    void when_a_master_fails_over_then_only_what_was_given_is_sent() {
        server.answer(200, WRITTEN);
        Run.at(server, "failover", "a", "db1:1").expectDone(WRITTEN_LINES);
        Run.at(server, "failover", "a", "db1:1", "--expected", "db0:1", "--reason", "it's dead")
                .expectDone(WRITTEN_LINES);
        assertThat(server.asked)
                .containsExactly(
                        "POST /v1/clusters/a/failover {\"master\":\"db1:1\"}",
                        "POST /v1/clusters/a/failover"
                                + " {\"master\":\"db1:1\",\"expected\":\"db0:1\",\"reason\":\"it's dead\"}");
    }

    @Test
    void when_masters_are_submitted_then_one_or_all() {
        server.answer(200, WRITTEN);
        Run.at(server, "submit").expectDone(WRITTEN_LINES);
        Run.at(server, "submit", "a").expectDone(WRITTEN_LINES);
        assertThat(server.asked).containsExactly("POST /v1/submit", "POST /v1/clusters/a/submit");
    }

    @Test
    void when_keys_are_read_and_written_then_slashes_stay_and_the_rest_is_encoded() {
        server.answer(200, "{\"key\":\"a/b c\",\"value\":\"x=y\",\"revision\":1}");
        Run.at(server, "kv", "get", "a/b c").expectDone("x=y");
        server.answer(200, WRITTEN);
        Run.at(server, "kv", "put", "a/b", "\"v\"").expectDone(WRITTEN_LINES);
        server.answer(200, "[{\"key\":\"a/b\",\"value\":\"1\"},{\"key\":\"a/c\",\"value\":\"\"}]");
        Run.at(server, "kv", "list", "a/").expectDone("a/b = 1", "a/c = ");
        Run.at(server, "kv", "list", "--store", "my&store").expectDone("a/b = 1", "a/c = ");
        assertThat(server.asked)
                .containsExactly(
                        "GET /v1/kv/a/b%20c",
                        "PUT /v1/kv/a/b {\"value\":\"\\\"v\\\"\"}",
                        "GET /v1/kv?prefix=a%2F",
                        "GET /v1/kv?prefix=&store=my%26store");
    }

    @Test
    void when_the_leader_is_asked_for_then_its_id_and_address_are_printed() {
        server.answer(200, "{\"leader\":{\"id\":\"dc2\",\"http\":\"http://h:3000\"},\"hasQuorum\":true}");
        Run.at(server, "leader").expectDone("dc2 http://h:3000");
        server.answer(200, "{\"leader\":null,\"hasQuorum\":false}");
        Run.at(server, "leader").expectFailure(3, "there is no leader");
        server.answer(200, "{\"leader\":{\"id\":\"dc2\",\"http\":\"http://h:3000\"},\"hasQuorum\":false}");
        Run.at(server, "leader").expectFailure(3, "there is no leader");
    }

    @Test
    void when_leadership_is_handed_over_or_a_snapshot_taken_then_it_says_so() {
        server.answer(200, "{\"leader\":\"dc2\",\"snapshotIndex\":42}");
        Run.at(server, "leader", "transfer", "dc2").expectDone("dc2 leads");
        Run.at(server, "snapshot", "take").expectDone("snapshot at index 42");
        assertThat(server.asked).containsExactly("POST /v1/leader {\"to\":\"dc2\"}", "POST /v1/snapshots");
    }

    private static final String NODES =
            "[{\"id\":\"dc1\",\"reachable\":true,\"role\":\"leader\",\"hasQuorum\":QUORUM,\"term\":3,"
                    + "\"lastApplied\":9,\"snapshotIndex\":5,\"stateDigest\":\"9:ab\",\"stores\":[{\"name\":\"internal\","
                    + "\"type\":\"sqlite\",\"state\":\"down\",\"pending\":2,\"lagSeconds\":1.5,\"lastError\":\"disk full\"}]},"
                    + "{\"id\":\"dc2\",\"reachable\":false}]";

    @Test
    void when_status_is_asked_for_then_nodes_and_stores_are_shown() {
        server.answer(200, NODES.replace("QUORUM", "true"));
        Run.at(server, "status")
                .expectDone(
                        "NODE  ROLE         TERM  APPLIED  SNAPSHOT  STATE",
                        "dc1   leader       3     9        5         9:ab",
                        "dc2   unreachable",
                        "",
                        "NODE  STORE     TYPE    STATE  PENDING  LAG    LAST ERROR",
                        "dc1   internal  sqlite  down   2        1.5 s  disk full");
        assertThat(server.asked).containsExactly("GET /v1/nodes");
    }

    @Test
    void when_there_is_no_quorum_then_status_says_so_first_and_exits_with_3() {
        server.answer(200, NODES.replace("QUORUM", "false"));
        Run run = Run.at(server, "status");
        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.out()).startsWith("no leader: a majority of the nodes must be up and reach each other\n");
    }

    @Test
    void when_json_is_wanted_then_the_answer_is_printed_as_it_came() {
        server.answer(200, WRITTEN);
        String[][] commands = {
            {"cluster", "list"},
            {"cluster", "set", "a", "b"},
            {"cluster", "forget", "a"},
            {"failover", "a", "b"},
            {"submit"},
            {"kv", "get", "a"},
            {"kv", "put", "a", "b"},
            {"kv", "list"},
            {"snapshot", "take"},
            {"leader", "transfer", "a"},
            {"-c", "submit-masters-to-kv-stores"}
        };
        for (String[] command : commands) {
            String[] all = java.util.Arrays.copyOf(command, command.length + 2);
            all[command.length] = "--output";
            all[command.length + 1] = "json";
            Run run = Run.at(server, all);
            assertThat(run.out()).as(String.join(" ", command)).isEqualToIgnoringWhitespace(WRITTEN);
            assertThat(run.exitCode()).isZero();
        }
        server.answer(200, NODES.replace("QUORUM", "true"));
        assertThat(Run.at(server, "status", "-o", "json").out())
                .isEqualToIgnoringWhitespace(NODES.replace("QUORUM", "true"));
    }

    @Test
    void when_the_older_form_is_used_then_it_prints_keys_and_values() {
        server.answer(
                200,
                "{\"Code\":\"OK\",\"Message\":\"Submitted 2 masters\",\"Details\":["
                        + "{\"Key\":\"mysql/master/a\",\"Value\":\"db1:1\"},{\"Key\":\"mysql/master/a/ipv6\",\"Value\":\"\"}]}");
        Run.at(server, "-c", "submit-masters-to-kv-stores", "-alias", "a/b")
                .expectDone("mysql/master/a:db1:1", "mysql/master/a/ipv6:");
        Run.at(server, "-c", "submit-masters-to-kv-stores").expectDone("mysql/master/a:db1:1", "mysql/master/a/ipv6:");
        assertThat(server.asked)
                .containsExactly("GET /api/submit-masters-to-kv-stores/a%2Fb", "GET /api/submit-masters-to-kv-stores");
    }

    @Test
    void when_the_older_form_fails_then_the_servers_words_are_printed() {
        server.answer(
                500,
                "{\"Code\":\"ERROR\",\"Message\":\"Unable to determine cluster name. clusterHint=x\",\"Details\":null}");
        Run.at(server, "-c", "submit-masters-to-kv-stores", "-alias", "x")
                .expectFailure(1, "Unable to determine cluster name. clusterHint=x");
    }
}
