package io.heliograph.daemon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What scripts go by: 0 done, 1 refused, 2 usage or configuration, 3 not reachable, 4 unknown. */
class ExitCodesTest {

    @TempDir
    private Path directory;

    private FakeServer server;

    @BeforeEach
    void start() throws Exception {
        server = new FakeServer();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static String nobody() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return "http://127.0.0.1:" + socket.getLocalPort();
        }
    }

    @ParameterizedTest
    @CsvSource({"300, 1", "400, 1", "401, 1", "404, 1", "409, 1", "413, 1", "500, 1", "503, 3", "504, 4"})
    void when_the_server_refuses_then_its_words_are_printed_and_the_status_decides(int status, int exitCode) {
        server.answer(status, "{\"detail\":\"the server's own words\"}");
        Run.at(server, "failover", "a", "db1:1").expectFailure(exitCode, "the server's own words");
    }

    @Test
    void when_an_answer_has_no_words_then_the_status_is_printed() {
        server.answer(409, "{}");
        Run.at(server, "submit").expectFailure(1, "status 409");
        server.answer(502, "<html>bad gateway</html>");
        Run.at(server, "submit").expectFailure(1, server.url(), "502", "no JSON");
        server.answer(200, "hello");
        Run.at(server, "submit").expectFailure(1, "200 and no JSON");
    }

    @Test
    void when_nobody_listens_then_it_is_3_for_reads_and_writes() throws Exception {
        String url = nobody();
        Run.atUrl(url, "cluster", "list").expectFailure(3, url + " cannot be reached", "is the server running?");
        Run.atUrl(url, "failover", "a", "db1:1").expectFailure(3, url + " cannot be reached");
    }

    @Test
    void when_the_first_of_several_does_not_listen_then_the_next_is_asked() throws Exception {
        server.answer(200, "{\"snapshotIndex\":1}");
        Run.atUrl(nobody() + "," + nobody() + "," + server.url() + "/", "snapshot", "take")
                .expectDone("snapshot at index 1");
        assertThat(server.asked).containsExactly("POST /v1/snapshots");
    }

    @Test
    void when_none_of_several_listens_then_all_are_named() throws Exception {
        String one = nobody();
        String two = nobody();
        Run.atUrl(one + "," + two, "status").expectFailure(3, "nor any other of [" + one + ", " + two + "]");
    }

    @Test
    void when_the_connection_breaks_then_a_read_is_3_and_a_write_is_4_and_no_other_node_is_asked() throws Exception {
        server.answer(0, "");
        Run.at(server, "cluster", "list").expectFailure(3, "broke");
        server.asked.clear();
        try (FakeServer other = new FakeServer()) {
            Run.atUrl(server.url() + "," + other.url(), "failover", "a", "db1:1")
                    .expectFailure(4, "the write may or may not have happened");
            assertThat(other.asked).isEmpty();
        }
        assertThat(server.asked).hasSize(1);
    }

    @Test
    void when_no_answer_comes_in_time_then_a_read_is_3_and_a_write_is_4() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            String url = "http://127.0.0.1:" + silent.getLocalPort();
            Run.atUrl(url, "status", "--timeout", "1").expectFailure(3, "did not answer within 1000 ms");
            Run.atUrl(url, "submit", "--timeout", "1").expectFailure(4, "may or may not have happened");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nosuch",
                "--nosuch",
                "cluster",
                "cluster nosuch",
                "cluster set",
                "cluster set a",
                "cluster set a b c",
                "cluster list --output xml",
                "status --timeout 0",
                "status --timeout soon",
                "status --endpoint",
                "status --endpoint nowhere",
                "status --endpoint ftp://x",
                "-c discover",
                "-c",
                "kv get",
                "failover a",
                "snapshot",
                "leader transfer",
                "submit a b"
            })
    void when_it_is_used_wrongly_then_it_is_2_and_one_line(String line) {
        Run.of(line.isEmpty() ? new String[0] : line.split(" ")).expectFailure(2);
    }

    @Test
    void when_a_word_is_missing_then_it_is_named_with_where_to_look() {
        Run.of("cluster", "set", "a").expectFailure(2, "MASTER", "see heliograph cluster set --help");
        Run.of("-c", "discover")
                .expectFailure(2, "-c knows submit-masters-to-kv-stores, raft-leader, ", ", not 'discover'");
        Run.of().expectFailure(2, "missing command; see heliograph --help");
    }

    @Test
    void when_help_or_version_are_asked_for_then_they_are_printed() {
        Run help = Run.of("--help");
        assertThat(help.exitCode()).isZero();
        assertThat(help.out())
                .contains("server", "status", "failover", "check-config", "Exit codes:", "outcome unknown");
        Run.of("--version").expectDone("heliograph development");
    }

    @Test
    void when_a_configuration_is_checked_then_it_is_0_or_2_with_a_line_for_each_problem() throws Exception {
        Path file = directory.resolve("h.yaml");
        Run.of("check-config", "-f", file.toString()).expectFailure(2, "there is no such file");
        Files.writeString(file, "cluster: orders\nnode: {id: dc1, data-dir: d}\nraft: {listen: x}\n");
        Run bad = Run.of("check-config", "-f", file.toString());
        assertThat(bad.exitCode()).isEqualTo(2);
        assertThat(bad.err().lines())
                .hasSize(3)
                .allMatch(line -> line.startsWith("heliograph: " + file))
                .first()
                .isEqualTo("heliograph: " + file + ":3: raft.listen: 'x' is not host:port, for example db1:3306");
        Files.writeString(
                file,
                """
                cluster: orders
                node: {id: dc1, data-dir: d}
                raft:
                  listen: "127.0.0.1:1"
                  members: {dc1: {raft: "127.0.0.1:1", http: "http://127.0.0.1:2"}}
                http: {listen: "127.0.0.1:2"}
                """);
        Run.of("check-config", "-f", file.toString())
                .expectDone(file + ": good; node dc1 of cluster orders, 1 members, 0 stores beside the internal one");
    }

    @Test
    void when_the_server_is_started_without_a_configuration_then_it_is_2() {
        Run.of("server", "-f", directory.resolve("nosuch").toString()).expectFailure(2, "there is no such file");
    }
}
