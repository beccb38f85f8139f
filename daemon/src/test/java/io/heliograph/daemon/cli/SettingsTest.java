package io.heliograph.daemon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whom a command asks and by what token: the command line before the environment before {@code cli.yaml}. */
class SettingsTest {

    @TempDir
    private Path home;

    private FakeServer server;
    private FakeServer other;

    @BeforeEach
    void start() throws Exception {
        server = new FakeServer().answer(200, "{\"snapshotIndex\":1}");
        other = new FakeServer().answer(200, "{\"snapshotIndex\":2}");
    }

    @AfterEach
    void stop() {
        server.close();
        other.close();
    }

    private Path settings(String yaml) throws Exception {
        Path file = home.resolve(".config/heliograph/cli.yaml");
        Files.createDirectories(file.getParent());
        return Files.writeString(file, yaml);
    }

    private Run run(Map<String, String> environment, String... arguments) {
        Map<String, String> all = new HashMap<>(environment);
        all.putIfAbsent("HOME", home.toString());
        return Run.with(all, arguments);
    }

    private Run take(Map<String, String> environment) {
        return run(environment, "snapshot", "take");
    }

    @Test
    void when_the_settings_name_endpoints_then_they_are_asked_unless_something_nearer_names_others() throws Exception {
        settings("endpoints: [" + server.url() + "/]\n");
        take(Map.of()).expectDone("snapshot at index 1");
        take(Map.of("HELIOGRAPH_ENDPOINTS", " " + other.url() + " ")).expectDone("snapshot at index 2");
        run(Map.of("HELIOGRAPH_ENDPOINTS", server.url()), "snapshot", "take", "--endpoint", other.url())
                .expectDone("snapshot at index 2");
        settings("endpoints: " + other.url() + "," + server.url() + "\n");
        take(Map.of()).expectDone("snapshot at index 2");
    }

    @Test
    void when_an_endpoint_is_given_twice_or_before_the_last_word_then_it_counts() {
        other.answer(503, "{\"title\":\"Starting\",\"detail\":\"this node is starting\"}");
        run(Map.of(), "snapshot", "take", "-e", other.url(), "-e", server.url()).expectDone("snapshot at index 1");
        server.answer(200, "{\"leader\":\"dc2\"}");
        run(Map.of(), "leader", "--endpoint", server.url(), "transfer", "dc2").expectDone("dc2 leads");
    }

    @Test
    void when_there_is_a_place_for_settings_of_its_own_then_they_are_read_there() throws Exception {
        settings("endpoints: http://127.0.0.1:1\n");
        Path elsewhere = Files.createDirectories(home.resolve("xdg/heliograph"));
        Files.writeString(elsewhere.resolve("cli.yaml"), "endpoints: " + server.url() + "\noutput: json\n");
        Map<String, String> environment =
                Map.of("XDG_CONFIG_HOME", home.resolve("xdg").toString());
        assertThat(take(environment).out()).isEqualToIgnoringWhitespace("{\"snapshotIndex\":1}");
        run(environment, "snapshot", "take", "-o", "text").expectDone("snapshot at index 1");
        server.answer(409, "{\"detail\":\"no\"}");
        assertThat(take(environment).err()).isEqualToIgnoringNewLines("{\"detail\":\"no\",\"exitCode\":1}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    endpoint: x | 1: endpoint: is not a known key; known here: endpoints, token-file, ca, certificate, key, output
                    endpoints: [nowhere] | 1: endpoints: 'nowhere' is not a URL like http://127.0.0.1:3000
                    endpoints: {a: b} | 1: endpoints: should be one value
                    \\noutput: xml | 2: output: should be text or json
                    output: text\\noutput: json | 2: output: is given twice
                    key: a.pem | 1: key: certificate and key belong together: give both
                    just words | 1: should be keys with values; known keys: endpoints, token-file
                    a: [b | 2: is not YAML:
                    token-file: t | 1: token-file: there is no file
                    token-file: [] | 1: token-file: should be one value
                    """)
    void when_the_settings_are_wrong_then_one_line_names_file_line_and_key(String yaml, String message)
            throws Exception {
        Path file = settings(yaml.replace("\\n", "\n") + "\n");
        take(Map.of()).expectFailure(2, "heliograph: " + file + ":" + message);
        assertThat(server.asked).isEmpty();
    }

    @Test
    void when_there_is_a_token_then_it_is_shown_and_the_nearest_one_counts() throws Exception {
        settings("endpoints: " + server.url() + "\ntoken-file: secrets/written.token\n");
        Path written = Files.createDirectories(home.resolve(".config/heliograph/secrets"));
        Files.writeString(written.resolve("written.token"), "written\n");
        Path named = Files.writeString(home.resolve("named.token"), "named\n");
        Path given = Files.writeString(home.resolve("given.token"), "  given  \n");
        take(Map.of());
        take(Map.of("HELIOGRAPH_TOKEN_FILE", named.toString()));
        take(Map.of("HELIOGRAPH_TOKEN_FILE", named.toString(), "HELIOGRAPH_TOKEN", "value"));
        run(Map.of("HELIOGRAPH_TOKEN", "value"), "snapshot", "take", "--token-file", given.toString());
        settings("endpoints: " + server.url() + "\ntoken-file: ~/named.token\n");
        take(Map.of());
        assertThat(server.authorizations)
                .containsExactly("Bearer written", "Bearer named", "Bearer value", "Bearer given", "Bearer named");
    }

    @Test
    void when_a_token_cannot_be_one_then_nothing_is_sent_and_it_is_not_printed() throws Exception {
        Path token = Files.writeString(home.resolve("token"), "two\r\nX-Evil: lines\n");
        Run run = run(Map.of(), "status", "-e", server.url(), "--token-file", token.toString());
        run.expectFailure(2, "--token-file: " + token + " should hold one token and nothing else");
        assertThat(run.err()).doesNotContain("Evil");
        Files.writeString(token, " \n");
        run(Map.of(), "status", "-e", server.url(), "--token-file", token.toString())
                .expectFailure(2, token + " holds no token");
        run(Map.of("HELIOGRAPH_TOKEN", "a b"), "status", "-e", server.url())
                .expectFailure(2, "HELIOGRAPH_TOKEN should hold one token");
        run(Map.of(), "status", "-e", "http://me:secret@127.0.0.1:1").expectFailure(2, "no user and no password");
        assertThat(server.asked).isEmpty();
    }

    @Test
    void when_the_token_is_missing_or_not_enough_then_it_is_1_and_says_what_to_do() {
        server.answer(401, "{\"detail\":\"who are you?\"}");
        run(Map.of(), "cluster", "list", "-e", server.url() + "," + other.url())
                .expectFailure(
                        1, server.url() + " wants a token (--token-file or HELIOGRAPH_TOKEN_FILE)", "who are you?");
        server.answer(403, "{\"detail\":\"needs write\"}");
        run(Map.of(), "submit", "-e", server.url()).expectFailure(1, "does not let this token do that: needs write");
        assertThat(other.asked).isEmpty();
    }
}
