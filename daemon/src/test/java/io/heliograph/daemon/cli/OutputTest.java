package io.heliograph.daemon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is printed for people at terminals, and for scripts. */
class OutputTest {

    private static final String EVIL = "\\u001b[31mred\\u009b2J\\nline\\u202e\\u0007";
    private static final String SHOWN = "?[31mred?2J?line??";
    private static final Surroundings TERMINAL = new Surroundings(Map.of(), true, true);

    private FakeServer server;

    @BeforeEach
    void start() throws Exception {
        server = new FakeServer();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private Run atTerminal(Surroundings terminal, String... arguments) {
        return Run.in(
                new Surroundings(
                        java.util.stream.Stream.concat(
                                        terminal.environment().entrySet().stream(),
                                        Map.of("HELIOGRAPH_ENDPOINTS", server.url()).entrySet().stream())
                                .collect(java.util.stream.Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)),
                        terminal.outIsTerminal(),
                        terminal.errIsTerminal()),
                arguments);
    }

    @Test
    void when_others_words_hold_terminal_escapes_then_they_come_out_harmless() {
        server.answer(200, "[{\"alias\":\"" + EVIL + "\",\"master\":\"m\",\"revision\":1}]");
        assertThat(Run.at(server, "cluster", "list").out())
                .contains(SHOWN + "  m")
                .doesNotContain("\u001b");
        server.answer(
                200,
                "{\"revision\":1,\"changed\":true,\"entries\":[{\"key\":\"" + EVIL + "\",\"value\":\"" + EVIL
                        + "\"}],\"deleted\":[\"" + EVIL + "\"]}");
        Run.at(server, "submit")
                .expectDone("committed at revision 1", "  " + SHOWN + " = " + SHOWN, "  " + SHOWN + " deleted");
        server.answer(409, "{\"detail\":\"" + EVIL + "\"}");
        Run.at(server, "submit").expectFailure(1);
        assertThat(Run.at(server, "submit").err())
                .startsWith("heliograph: ?[31mred?2J")
                .doesNotContain("\u001b");
        Run.of("\u001b[2Jx", "-e", server.url()).expectFailure(2, "?[2Jx");
        server.answer(200, "{\"Details\":[{\"Key\":\"" + EVIL + "\",\"Value\":\"v\"}]}");
        Run.at(server, "-c", "submit-masters-to-kv-stores").expectDone(SHOWN + ":v");
    }

    @Test
    void when_a_value_is_read_then_it_is_harmless_at_a_terminal_and_as_it_is_in_a_script() {
        server.answer(200, "{\"value\":\"a\\nb\\t\\u001b[2J\"}");
        assertThat(Run.at(server, "kv", "get", "k").out()).isEqualTo("a\nb\t\u001b[2J\n");
        assertThat(atTerminal(TERMINAL, "kv", "get", "k").out()).isEqualTo("a\nb\t?[2J\n");
    }

    @Test
    void when_json_is_printed_then_it_means_the_same_and_a_terminal_does_nothing() {
        server.answer(200, "{\"value\":\"\u009b2J\u202e \u00e4\"}");
        assertThat(Run.at(server, "kv", "get", "k", "-o", "json").out())
                .isEqualToIgnoringWhitespace("{\"value\":\"\\u009b2J\\u202e \u00e4\"}");
    }

    @Test
    void when_it_is_a_terminal_then_there_are_colours_unless_they_are_not_wanted() {
        server.answer(200, "[{\"id\":\"a\",\"raft\":\"r\",\"http\":\"h\",\"voting\":true},{\"id\":\"not yet\"}]");
        assertThat(atTerminal(TERMINAL, "member", "list").out())
                .contains("\u001b[1mID ")
                .contains("\u001b[32myes\u001b[0m")
                .contains("\nnot yet ")
                .endsWith("\u001b[33mnot yet\u001b[0m\n");
        for (Map<String, String> plain : java.util.List.of(Map.of("NO_COLOR", "1"), Map.of("TERM", "dumb"))) {
            assertThat(atTerminal(new Surroundings(plain, true, true), "member", "list")
                            .out())
                    .doesNotContain("\u001b");
        }
        assertThat(atTerminal(new Surroundings(Map.of(), false, true), "member", "list")
                        .out())
                .doesNotContain("\u001b");
        server.answer(409, "{\"detail\":\"no\"}");
        assertThat(atTerminal(TERMINAL, "submit").err()).startsWith("\u001b[31mheliograph:\u001b[0m no");
        assertThat(atTerminal(TERMINAL, "--help").out()).contains("\u001b[");
        assertThat(Run.of("--help").out()).doesNotContain("\u001b[");
    }

    @Test
    void when_json_is_wanted_then_a_failure_is_one_object_on_stderr() {
        server.answer(409, "{\"title\":\"Conflict\",\"status\":409,\"detail\":\"it is\\n db2\",\"actual\":\"db2:1\"}");
        Run run = Run.at(server, "failover", "a", "db1:1", "-o", "json");
        assertThat(run.out()).isEmpty();
        assertThat(run.err())
                .isEqualToIgnoringNewLines("{\"title\":\"Conflict\",\"status\":409,\"detail\":\"it is\\n db2\","
                        + "\"actual\":\"db2:1\",\"exitCode\":1}");
        assertThat(Run.of("submit", "--nosuch", "--output", "json").err())
                .isEqualToIgnoringNewLines("{\"detail\":\"Unknown option: '--nosuch'; see heliograph submit --help\","
                        + "\"exitCode\":2}");
        assertThat(Run.of("status", "--output=json", "-e", "x").err())
                .isEqualToIgnoringNewLines(
                        "{\"detail\":\"'x' is not a URL like http://127.0.0.1:3000\",\"exitCode\":2}");
    }

    @Test
    void when_no_server_is_needed_then_json_can_be_had_all_the_same(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(
                directory.resolve("h.yaml"),
                """
                cluster: orders
                node: {id: dc1, data-dir: d}
                raft:
                  listen: "127.0.0.1:1"
                  members: {dc1: {raft: "127.0.0.1:1", http: "http://127.0.0.1:2"}}
                http: {listen: "127.0.0.1:2"}
                """);
        assertThat(Run.of("check-config", "-f", file.toString(), "-o", "json").out())
                .isEqualToIgnoringWhitespace("{\"file\":\"" + file
                        + "\",\"node\":\"dc1\",\"cluster\":\"orders\",\"members\":1,\"stores\":0}");
        Files.writeString(file, "cluster: orders\n");
        assertThat(Run.of("check-config", "-f", file.toString(), "-o", "json")
                        .err()
                        .lines())
                .singleElement()
                .asString()
                .contains("\"problems\":[\"" + file, "\"exitCode\":2");
        assertThat(Run.of("snapshot", "inspect", "--cluster", "x", "nosuch", "-o", "json")
                        .err())
                .startsWith("{\"detail\":\"nosuch: ");
    }
}
