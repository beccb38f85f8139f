package io.heliograph.daemon.config;

import static io.heliograph.daemon.config.ConfigFile.MINIMAL;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every kind of problem is one line with file, line and key. */
class ConfigurationProblemsTest {

    @TempDir
    private Path directory;

    private ConfigFile config;

    @BeforeEach
    void makeFile() {
        config = new ConfigFile(directory);
    }

    private void expect(String text, String... problems) {
        assertThat(config.problems(text)).containsExactly(problems);
    }

    private static String minimal(String from, String to) {
        assertThat(MINIMAL).contains(from);
        return MINIMAL.replace(from, to);
    }

    @Test
    void when_the_file_is_missing_then_it_says_so() {
        try {
            ConfigurationLoader.load(directory.resolve("nosuch.yaml"), Map.of());
            throw new AssertionError("there is no such file");
        } catch (ConfigurationException e) {
            assertThat(config.lines(e)).containsExactly("nosuch.yaml: there is no such file");
            assertThat(e.problems()).hasSize(1);
        }
    }

    @Test
    void when_the_file_is_a_directory_then_it_says_so() {
        try {
            ConfigurationLoader.load(directory, Map.of());
            throw new AssertionError("a directory is no file");
        } catch (ConfigurationException e) {
            assertThat(e.problems())
                    .singleElement()
                    .asString()
                    .startsWith(directory + ": ")
                    .endsWith("Is a directory");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n\n", "# nothing\n", "---\n"})
    void when_the_file_is_empty_then_every_key_that_is_needed_is_named(String text) {
        assertThat(config.problems(text))
                .extracting(line -> line.replaceFirst("^h.yaml(:[12])?: ", ""))
                .containsExactly(
                        "cluster: is missing",
                        "node.id: is missing",
                        "node.data-dir: is missing",
                        "raft.listen: is missing",
                        "raft.members: is missing: list every node of the group, this one included",
                        "http.listen: is missing");
    }

    @Test
    void when_the_file_is_not_yaml_then_the_line_is_named() {
        assertThat(config.problems("cluster: a\nnode: {id: x\nraft: y\n"))
                .singleElement()
                .asString()
                .startsWith("h.yaml:3: is not YAML: ");
    }

    @Test
    void when_the_file_holds_two_documents_then_it_is_refused() {
        assertThat(config.problems(MINIMAL + "---\ncluster: b\n"))
                .singleElement()
                .asString()
                .startsWith("h.yaml:8: is not YAML");
    }

    @Test
    void when_the_file_is_not_utf_8_then_it_is_refused() throws Exception {
        Files.write(config.file(), "cluster: größe\n".getBytes(StandardCharsets.ISO_8859_1));
        try {
            ConfigurationLoader.load(config.file(), Map.of());
            throw new AssertionError("not UTF-8");
        } catch (ConfigurationException e) {
            assertThat(config.lines(e)).singleElement().asString().isEqualTo("h.yaml: is not UTF-8 text");
        }
    }

    @Test
    void when_the_file_is_huge_then_it_is_refused() {
        expect("cluster: " + "x".repeat(2 * 1024 * 1024), "h.yaml: is larger than 1 MiB");
    }

    @Test
    void when_many_things_are_wrong_then_all_are_said_at_once() {
        assertThat(
                        config.problems(
                                """
                        clusterr: orders
                        node: { id: "dc 1", data-dir: data }
                        raft:
                          listen: nowhere
                          election-timeout: soon
                          members: { dc1: { raft: "127.0.0.1:0", http: "ftp://x" } }
                        http: [ 1 ]
                        kv: { master-prefix: "a//b" }
                        """))
                .hasSize(11)
                .allMatch(line -> line.matches("h\\.yaml(:\\d)?: [a-z.1-]+: .+"))
                .contains("h.yaml:1: clusterr: is not a known key; did you mean 'cluster'?");
    }

    @Test
    void when_a_key_is_unknown_then_it_is_named_with_the_nearest_one_or_all() {
        expect(
                MINIMAL.replace("election", "") + "snapshots: {}\nzzz: 1\n",
                "h.yaml:8: snapshots: is not a known key; did you mean 'snapshot'?",
                "h.yaml:9: zzz: is not a known key; known here: cluster, node, raft, http, kv, snapshot, log, stores");
        expect(
                minimal("data-dir: data }", "data-dir: data, data_dir: x }"),
                "h.yaml:2: node.data_dir: is not a known key; did you mean 'data-dir'?");
        expect(
                minimal("http: \"http://127.0.0.1:3000\"", "http: \"http://127.0.0.1:3000\", weight: 1"),
                "h.yaml:6: raft.members.dc1.weight: is not a known key; known here: raft, http");
    }

    @Test
    void when_a_key_is_given_twice_then_the_second_is_named() {
        expect(MINIMAL + "cluster: again\n", "h.yaml:8: cluster: is given twice");
    }

    @Test
    void when_a_value_has_the_wrong_shape_then_it_is_named() {
        expect(minimal("cluster: orders", "cluster: [orders]"), "h.yaml:1: cluster: should be one value");
        expect(minimal("cluster: orders", "cluster:"), "h.yaml:1: cluster: has no value");
        expect(MINIMAL + "kv: 1\n", "h.yaml:8: kv: should be a block of keys");
        expect(MINIMAL + "stores: {a: 1}\n", "h.yaml:8: stores: should be a list");
        expect(MINIMAL + "snapshot: {[1]: 2}\n", "h.yaml:8: snapshot: a key should be a plain word");
        assertThat(config.problems(MINIMAL + "stores:\n  - consul\n"))
                .contains("h.yaml:9: stores.1: should be a block of keys");
    }

    @Test
    void when_a_name_cannot_be_part_of_a_key_then_the_character_is_named() {
        assertThat(config.problems(minimal("cluster: orders", "cluster: a/b")))
                .singleElement()
                .asString()
                .startsWith("h.yaml:1: cluster: cluster 'a/b' has a character")
                .contains("'/' (U+002F) at position 2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"10", "10 s", "-1s", "1.5s", "10S", "soon", "99999999999s"})
    void when_a_duration_is_bad_then_examples_are_given(String text) {
        expect(
                MINIMAL + "snapshot: {after-failover: " + text + "}\n",
                "h.yaml:8: snapshot.after-failover: '" + text
                        + "' is not a duration, for example 750ms, 10s, 5m or 1h");
    }

    @Test
    void when_a_duration_is_out_of_range_then_the_range_is_named() {
        expect(
                MINIMAL + "snapshot: {after-failover: 99ms}\n",
                "h.yaml:8: snapshot.after-failover: 99ms is not between 100ms and 3600s");
        expect(
                minimal("listen: 127.0.0.1:10008", "listen: 127.0.0.1:10008\n  election-timeout: 61s"),
                "h.yaml:5: raft.election-timeout: 61s is not between 100ms and 60s");
        expect(
                minimal("http: { ", "http: { request-timeout: 6m, "),
                "h.yaml:7: http.request-timeout: 6m is not between 100ms and 300s");
        expect(
                MINIMAL + "stores: [{name: z, type: zookeeper, connect: z, timeout: 3m}]\n",
                "h.yaml:8: stores.z.timeout: 3m is not between 100ms and 120s");
    }

    @Test
    void when_an_address_is_bad_then_it_is_named() {
        expect(
                minimal("listen: 127.0.0.1:10008", "listen: 127.0.0.1"),
                "h.yaml:4: raft.listen: '127.0.0.1' is not host:port, for example db1:3306");
        expect(
                minimal("raft: \"127.0.0.1:10008\"", "raft: \"127.0.0.1:70000\""),
                "h.yaml:6: raft.members.dc1.raft: port 70000 is not between 1 and 65535");
        expect(
                minimal("\"http://127.0.0.1:3000\"", "\"127.0.0.1:3000\""),
                "h.yaml:6: raft.members.dc1.http: '127.0.0.1:3000' is not a URL like http://10.0.1.5:3000");
    }

    @Test
    void when_more_is_wrong_than_anybody_reads_then_a_thousand_lines_are_told_and_that_there_is_more() {
        assertThat(config.problems(MINIMAL + "a: 1\n".repeat(1_500)))
                .hasSize(1_001)
                .last()
                .isEqualTo("h.yaml: has more problems than these 1000");
    }

    @Test
    void when_a_value_a_key_or_a_list_is_too_long_then_its_length_is_told() {
        expect(
                minimal("cluster: orders", "cluster: " + "x".repeat(16_385)),
                "h.yaml:1: cluster: has 16385 characters; the limit is 16384");
        expect(MINIMAL + "stores: [" + "{}, ".repeat(257) + "]\n", "h.yaml:8: stores: has 257 items; the limit is 256");
        assertThat(config.problems(MINIMAL + "? " + "x".repeat(513) + "\n: 1\n"))
                .singleElement()
                .asString()
                .hasSizeLessThan(400)
                .endsWith("xxx: is longer than a key can be, 512 characters");
    }

    @Test
    void when_this_node_is_not_a_member_then_the_members_are_named() {
        expect(
                minimal("id: dc1", "id: dc9"),
                "h.yaml:6: raft.members: does not list this node, 'dc9'; listed are [dc1]");
    }

    @Test
    void when_two_members_have_one_address_then_the_second_is_named() {
        String two = "    dc1: { raft: \"127.0.0.1:10008\", http: \"http://127.0.0.1:3000\" }\n";
        expect(
                MINIMAL.replace(two, two + two.replace("dc1", "dc2")),
                "h.yaml:7: raft.members.dc2.raft: 127.0.0.1:10008 is the address of another member too",
                "h.yaml:7: raft.members.dc2.http: http://127.0.0.1:3000 is the address of another member too");
        expect(
                MINIMAL.replace(
                        two,
                        two
                                + two.replace("dc1", "dc2")
                                        .replace("10008", "10009")
                                        .replace("3000", "3000/")),
                "h.yaml:7: raft.members.dc2.http: http://127.0.0.1:3000 is the address of another member too");
    }

    @ParameterizedTest
    @CsvSource({"\\0, U+0000", "\\n, U+000A", "\\r, U+000D", "\\t, U+0009", "\\e, U+001B", "\\x9b, U+009B"})
    void when_a_value_has_a_control_character_then_it_is_named_and_not_shown(String escape, String name) {
        expect(
                minimal("data-dir: data", "data-dir: \"da" + escape + "ta\""),
                "h.yaml:2: node.data-dir: has a control character, " + name + ", at position 3");
        expect(
                minimal("cluster: orders", "cluster: \"" + escape + "\""),
                "h.yaml:1: cluster: has a control character, " + name + ", at position 1");
        expect(
                MINIMAL + "stores:\n- {name: c, type: consul, url: 'http://127.0.0.1:1', token-file: \"c" + escape
                        + "\"}\n",
                "h.yaml:9: stores.c.token-file: has a control character, " + name + ", at position 2");
    }

    @Test
    void when_a_key_would_end_the_line_or_move_the_cursor_then_the_problem_stays_one_line() {
        expect(
                MINIMAL + "\"zz\\nh.yaml:1: forged\\e[2J\\u202e\": 1\n",
                "h.yaml:8: zz?h.yaml:1: forged?[2J?: is not a known key;"
                        + " known here: cluster, node, raft, http, kv, snapshot, log, stores");
    }

    @Test
    void when_the_log_cannot_be_as_is_wanted_then_each_key_is_named() {
        expect(
                MINIMAL
                        + "log:\n  level: verbose\n  format: xml\n  levels: { a.b: 3, '..': info, c: [], d: debug }\n  file: x\n",
                "h.yaml:9: log.level: 'verbose' is not one of off, error, warn, info, debug, trace",
                "h.yaml:10: log.format: 'xml' is not one of text, json",
                "h.yaml:11: log.levels.c: should be one value",
                "h.yaml:11: log.levels.a.b: '3' is not one of off, error, warn, info, debug, trace",
                "h.yaml:11: log.levels...: is no name of a logger, for example io.heliograph.daemon.http",
                "h.yaml:12: log.file: is not a known key; known here: level, format, levels");
    }

    @Test
    void when_a_variable_has_a_line_end_then_the_variable_is_named() {
        assertThat(config.problems(MINIMAL, Map.of("HELIOGRAPH_CLUSTER", "a\nb")))
                .containsExactly(
                        "environment HELIOGRAPH_CLUSTER: cluster: has a control character, U+000A, at position 2");
    }

    @Test
    void when_it_would_listen_for_others_without_authentication_then_it_asks_for_so_many_words() {
        for (String address : List.of("0.0.0.0:3000", "192.0.2.1:3000", "[::]:3000")) {
            expect(
                    minimal("listen: \"127.0.0.1:3000\"", "listen: \"" + address + "\""),
                    "h.yaml:7: http.listen: " + address
                            + " is not a loopback address, so anybody who reaches it could change masters;"
                            + " name a tokens-file under http.auth, or, if that is wanted, write 'auth: none'");
        }
    }

    @Test
    void when_a_variable_is_unknown_then_it_is_named() {
        assertThat(config.problems(MINIMAL, Map.of("HELIOGRAPH_HTTP_LISTENN", "x", "HELIOGRAPH_A", "y")))
                .containsExactly(
                        "environment HELIOGRAPH_A: does not override any key",
                        "environment HELIOGRAPH_HTTP_LISTENN: does not override any key");
    }

    @Test
    void when_a_variable_has_a_bad_value_then_the_variable_is_named_and_not_the_line() {
        assertThat(config.problems(MINIMAL, Map.of("HELIOGRAPH_RAFT_LISTEN", "nowhere")))
                .containsExactly(
                        "environment HELIOGRAPH_RAFT_LISTEN: raft.listen: 'nowhere' is not host:port, for example db1:3306");
    }
}
