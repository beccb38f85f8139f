package io.heliograph.daemon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which node of a list is asked next, and when none may be. */
class SeveralNodesTest {

    private static final String LED = "{\"leader\":{\"id\":\"dc2\",\"http\":\"http://h:3000\"},\"hasQuorum\":true}";
    private static final String CUT_OFF = LED.replace("true", "false");
    private static final String NO_QUORUM =
            "{\"title\":\"Not available\",\"status\":503,\"detail\":\"no leader\",\"outcome\":\"refused\"}";

    private FakeServer first;
    private FakeServer second;

    @BeforeEach
    void start() throws Exception {
        first = new FakeServer();
        second = new FakeServer();
    }

    @AfterEach
    void stop() {
        first.close();
        second.close();
    }

    private Run run(String... arguments) {
        return Run.atUrl(first.url() + "," + second.url(), arguments);
    }

    @Test
    void when_a_node_is_cut_off_then_the_next_is_asked() {
        first.answer(200, CUT_OFF);
        second.answer(200, LED);
        run("leader").expectDone("dc2 http://h:3000");
        first.answer(503, NO_QUORUM);
        second.answer(200, "{\"revision\":7,\"changed\":true}");
        run("failover", "a", "db1:1").expectDone("committed at revision 7");
        first.answer(503, "{\"title\":\"Catching up\",\"detail\":\"not caught up\"}");
        second.answer(200, "[]");
        run("cluster", "list").expectDone("ALIAS  MASTER  REVISION");
        first.answer(500, "{\"Code\":\"ERROR\",\"Message\":\"not leader\",\"Details\":null}");
        second.answer(200, "{\"Code\":\"OK\",\"Details\":[{\"Key\":\"a\",\"Value\":\"b\"}]}");
        run("-c", "submit-masters-to-kv-stores").expectDone("a:b");
    }

    @Test
    void when_all_are_cut_off_then_the_first_ones_words_are_printed() {
        first.answer(503, NO_QUORUM);
        second.answer(503, NO_QUORUM.replace("no leader", "no leader here"));
        run("submit").expectFailure(3, "no leader");
        first.answer(200, CUT_OFF);
        second.answer(200, CUT_OFF);
        run("leader").expectFailure(3, "there is no leader");
        assertThat(second.asked).hasSize(2);
    }

    @Test
    void when_a_store_of_the_asked_node_is_away_then_no_other_node_is_asked() {
        first.answer(503, "{\"title\":\"Store not available\",\"detail\":\"consul is away\"}");
        run("kv", "list", "--store", "consul").expectFailure(3, "consul is away");
        assertThat(second.asked).isEmpty();
    }

    @Test
    void when_one_node_has_answered_then_it_is_asked_further() {
        first.answer(503, "{\"title\":\"Starting\",\"detail\":\"starting\"}");
        second.answer(200, "{\"epoch\":3,\"cluster\":\"mine\",\"stores\":{\"zk\":{\"epoch\":9,\"owner\":\"other\"}}}");
        assertThat(run("adopt").exitCode()).isZero();
        assertThat(first.asked).hasSize(1);
        assertThat(second.asked)
                .containsExactly("GET /v1/epoch", "POST /v1/stores/zk/adopt {}", "PUT /v1/epoch {\"atLeast\":10}");
    }

    @Test
    void when_the_outcome_of_a_write_is_unknown_then_it_is_never_sent_again() throws Exception {
        first.answer(0, "").answerAt("/api/leader-check", "\"OK\"");
        for (String command : new String[] {
            "submit",
            "kv put a b",
            "cluster forget a",
            "-c submit-masters-to-kv-stores",
            "-c forget-cluster -alias a",
            "-c raft-elect-leader -hostname dc2",
            "-c api --path raft-add-peer/10.0.0.1:1",
            "-c api --path /api/some-path-of-tomorrow"
        }) {
            first.asked.clear();
            run(command.split(" ")).expectFailure(4, "broke", "may or may not have happened");
            assertThat(first.asked)
                    .as(command)
                    .filteredOn(asked -> !asked.equals("GET /api/leader-check"))
                    .hasSize(1);
        }
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Run.atUrl("http://127.0.0.1:" + silent.getLocalPort() + "," + second.url(), "submit", "--timeout", "300ms")
                    .expectFailure(4, "did not answer within 300 ms");
        }
        assertThat(second.asked).isEmpty();
    }

    @Test
    void when_a_read_gets_no_answer_then_the_next_node_is_asked() {
        first.answer(0, "");
        second.answer(200, "[]");
        run("cluster", "list").expectDone("ALIAS  MASTER  REVISION");
        second.answer(200, "\"10.0.0.1:10008\"");
        run("-c", "api", "--path", "raft-leader").expectDone("\"10.0.0.1:10008\"");
        assertThat(first.asked).hasSize(2);
    }

    @Test
    void when_it_is_to_be_verbose_then_it_says_who_was_asked() {
        first.answer(503, NO_QUORUM);
        second.answer(200, "{\"snapshotIndex\":1}");
        Run run = run("snapshot", "take", "--verbose");
        assertThat(run.out()).isEqualToIgnoringNewLines("snapshot at index 1");
        assertThat(run.err().lines())
                .containsExactly(
                        "heliograph: " + first.url() + " answered 503 to POST /v1/snapshots",
                        "heliograph: no leader",
                        "heliograph: " + second.url() + " answered 200 to POST /v1/snapshots");
    }
}
