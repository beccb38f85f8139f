package io.heliograph.daemon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Writing commands that wait for their delivery. */
class WaitingCommandsTest {

    private static final String WRITTEN = "{\"revision\":7,\"outcome\":\"committed\",\"changed\":true,\"entries\":"
            + "[{\"key\":\"m/a\",\"value\":\"db1:1\"}],\"delivered\":{\"dc1\":{\"internal\":true,\"consul\":DC1},"
            + "\"dc2\":{},\"dc3\":{}},\"unreachable\":[\"dc3\"]}";

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
    void when_it_is_delivered_then_every_store_is_listed() {
        server.answer(200, WRITTEN.replace("DC1", "true"));
        Run.at(server, "failover", "a", "db1:1", "--wait", "local", "--timeout", "750ms")
                .expectDone(
                        "committed at revision 7",
                        "  m/a = db1:1",
                        "NODE  STORE     DELIVERED",
                        "dc1   internal  yes",
                        "dc1   consul    yes",
                        "dc2             not asked",
                        "dc3             does not answer");
        assertThat(server.asked)
                .containsExactly("POST /v1/clusters/a/failover?wait=local&timeout=750ms {\"master\":\"db1:1\"}");
    }

    @Test
    void when_the_wait_runs_out_then_it_is_said_on_stderr_and_it_is_still_done() {
        server.answer(202, WRITTEN.replace("DC1", "false"));
        Run run = Run.at(server, "submit", "--wait", "all");
        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).contains("committed at revision 7", "dc1   consul    not yet");
        assertThat(run.err())
                .isEqualToIgnoringNewLines("heliograph: committed, but not delivered as far as all within 5s;"
                        + " delivery goes on, see heliograph status");
        assertThat(server.asked).containsExactly("POST /v1/submit?wait=all&timeout=5s");
        Run json = Run.at(server, "submit", "--wait", "all", "-o", "json");
        assertThat(json.out()).isEqualToIgnoringWhitespace(WRITTEN.replace("DC1", "false"));
        assertThat(json.err()).contains("within 5s");
    }

    @Test
    void when_it_writes_then_it_can_wait() {
        server.answer(200, WRITTEN.replace("DC1", "true"));
        Run.at(server, "cluster", "set", "a", "db1:1", "--wait", "quorum", "--timeout", "7");
        Run.at(server, "cluster", "forget", "a", "--wait", "quorum", "--timeout", "7");
        Run.at(server, "kv", "put", "a", "1", "--wait", "quorum", "--timeout", "7");
        Run.at(server, "submit", "a", "--wait", "quorum", "--timeout", "1m");
        Run.at(server, "submit", "--wait", "committed", "--timeout", "7");
        assertThat(server.asked)
                .containsExactly(
                        "PUT /v1/clusters/a?wait=quorum&timeout=7s {\"master\":\"db1:1\"}",
                        "DELETE /v1/clusters/a?wait=quorum&timeout=7s",
                        "PUT /v1/kv/a?wait=quorum&timeout=7s {\"value\":\"1\"}",
                        "POST /v1/clusters/a/submit?wait=quorum&timeout=60s",
                        "POST /v1/submit");
    }

    @Test
    void when_a_wish_is_none_then_it_is_usage_and_nothing_is_sent() {
        Run.at(server, "submit", "--wait", "some").expectFailure(2, "--wait", "some");
        Run.at(server, "submit", "--wait", "all", "--timeout", "0s").expectFailure(2, "--timeout");
        Run.at(server, "submit", "--timeout", "5x").expectFailure(2, "--timeout: '5x' is not a duration");
        assertThat(server.asked).isEmpty();
    }
}
