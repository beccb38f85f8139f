package io.heliograph.daemon.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.heliograph.daemon.config.KeyExploration.Key;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code docs/configuration.md} says what the loader does. With {@code -Dheliograph.write-reference=true} it is written
 * anew before it is compared.
 */
class ConfigurationReferenceTest {

    private static final Path PAGE = Path.of("..", "docs", "configuration.md");

    @TempDir
    private static Path directory = Path.of("");

    private static List<Key> keys = List.of();

    @BeforeAll
    static void explore() {
        keys = KeyExploration.keys(directory);
    }

    @Test
    void when_the_page_is_written_anew_then_it_is_as_it_was() throws IOException {
        String page = new KeyPage().write(keys);
        if (Boolean.getBoolean("heliograph.write-reference")) {
            Files.writeString(PAGE, page);
        }
        assertThat(Files.readString(PAGE))
                .as("written by ConfigurationReferenceTest with -Dheliograph.write-reference=true")
                .isEqualTo(page);
    }

    @Test
    void when_a_key_is_read_then_a_sentence_says_what_it_is_for_and_no_sentence_is_left_over() {
        Map<String, String> meanings = KeyPage.meanings();
        Set<String> read =
                keys.stream().map(key -> KeyPage.meaningKey(key, meanings)).collect(Collectors.toSet());
        assertThat(meanings.keySet()).containsExactlyInAnyOrderElementsOf(read);
    }

    /** Were a key read in a way that the exploration does not find, it would still be a word in the readers' code. */
    @Test
    void when_the_readers_name_a_key_then_the_exploration_has_found_it() throws IOException {
        Set<String> found = new LinkedHashSet<>();
        keys.forEach(key -> found.addAll(List.of(key.path().split("[.\\[\\]]+"))));
        assertThat(ReaderCode.keys()).hasSizeGreaterThan(30).isSubsetOf(found);
    }

    @Test
    void when_a_key_is_changed_then_either_a_restart_or_a_reload_is_known_to_take_it() {
        for (Key key : keys) {
            boolean live = key.path().matches("(stores\\[]|snapshot|log)\\..*");
            assertThat(KeyPage.change(key)).as(key.path()).isEqualTo(live ? "reload" : "restart");
        }
    }

    @Test
    void when_a_default_is_written_out_then_nothing_changes() throws ConfigurationException {
        int tried = 0;
        for (Key key : keys) {
            String fallback = key.asked().fallback();
            if (fallback != null) {
                assertThat(load(good(key).put(key.path(), fallback)))
                        .as(key.path())
                        .isEqualTo(load(good(key)));
                tried++;
            }
        }
        assertThat(tried).isGreaterThan(8);
    }

    @Test
    void when_a_duration_is_at_the_ends_of_its_range_then_it_is_taken_and_beyond_them_it_is_not()
            throws ConfigurationException {
        List<Key> durations = keys.stream()
                .filter(key -> key.asked().type().startsWith("duration, "))
                .toList();
        assertThat(durations).hasSizeGreaterThan(3);
        for (Key key : durations) {
            String[] ends = key.asked().type().substring("duration, ".length()).split(" to ");
            Duration least = Durations.parse(ends[0]).orElseThrow();
            Duration most = Durations.parse(ends[1]).orElseThrow();
            load(good(key).put(key.path(), ends[0]));
            load(good(key).put(key.path(), ends[1]));
            expectProblem(key, least.minusMillis(1).toMillis() + "ms", "is not between");
            expectProblem(key, most.plusMillis(1).toMillis() + "ms", "is not between");
        }
    }

    @Test
    void when_the_words_of_a_key_are_listed_then_each_is_taken_and_no_other() throws ConfigurationException {
        for (Key key : keys) {
            if (!key.asked().words().isEmpty()) {
                expectProblem(key, "nosuch", "'nosuch'");
            }
            for (String word : key.asked().words()) {
                if (!word.equals("creator") && !key.path().equals(KeyExploration.STORE_TYPE)) {
                    load(good(key).put(key.path(), word));
                }
            }
        }
    }

    @Test
    void when_a_value_is_not_of_its_type_then_it_is_refused() {
        Map<String, String> bad = Map.of(
                "name", "a/b",
                "host:port", "nowhere",
                "http or https URL", "nowhere",
                "JDBC URL", "nowhere",
                "name of a table", "a b",
                "servers, and a path", "a:b:c",
                "none, or a block", "nosuch",
                "local, all, or a list of names", "nosuch",
                "key, 1 to 100 bytes", "x".repeat(101));
        Set<String> tried = new LinkedHashSet<>();
        for (Key key : keys) {
            String value = bad.get(key.asked().type());
            if (value != null) {
                expectProblem(key, value, "");
                tried.add(key.asked().type());
            }
        }
        assertThat(tried).isEqualTo(bad.keySet());
    }

    @Test
    void when_a_key_is_needed_then_its_absence_is_told_and_otherwise_it_is_not() {
        for (Key key : keys) {
            if (!key.path().endsWith("<name>")) {
                // a store without a name is known by its place
                String line = concrete(key).replace("stores.s.name", "stores.1.name") + ": is missing";
                List<String> problems = problems(good(key).block(container(key)).remove(key.path()), Map.of());
                assertThat(problems.stream().anyMatch(problem -> problem.endsWith(line)))
                        .as(key.path() + " " + problems)
                        .isEqualTo(key.asked().required());
            }
        }
    }

    @Test
    void when_a_variable_is_named_then_it_is_what_overrides_the_key_and_else_nothing_does() {
        for (Key key : keys) {
            String name = KeyPage.variable(concrete(key));
            KeyDocument document = good(key);
            if (!key.path().startsWith("http.auth")) {
                document.block(container(key));
            }
            if (key.path().endsWith("<name>")) {
                document.put(key.path(), "info");
            }
            String expected = key.asked().variable()
                    ? "environment " + name + ": " + concrete(key) + ": has a control character, U+0001, at position 1"
                    : "environment " + name + ": does not override any key";
            assertThat(problems(document, Map.of(name, "\u0001")))
                    .as(key.path())
                    .contains(expected);
        }
    }

    @Test
    void when_only_variables_give_a_block_then_it_is_there() {
        assertThat(problems(
                        good(keys.get(0)),
                        Map.of(
                                "HELIOGRAPH_HTTP_TLS_CERTIFICATE", "nosuch.pem",
                                "HELIOGRAPH_HTTP_AUTH_TOKENS_FILE", "nosuch.yaml",
                                "HELIOGRAPH_RAFT_TLS_KEY", "nosuch.key")))
                .noneMatch(problem -> problem.contains("does not override"))
                .anyMatch(problem -> problem.endsWith("http.tls.key: is missing"))
                .anyMatch(problem -> problem.contains("nosuch.yaml: there is no such file"))
                .anyMatch(problem -> problem.endsWith("raft.tls.ca: is missing"));
    }

    private static String container(Key key) {
        return key.parent().isEmpty() ? "node" : key.parent();
    }

    /** The least that is good, with a store of the type that has this key. */
    private static KeyDocument good(Key key) {
        KeyDocument document = new KeyDocument()
                .put("cluster", "orders")
                .put("node.id", KeyDocument.NAME)
                .put("node.data-dir", "data")
                .put("raft.listen", "127.0.0.1:10008")
                .put("raft.members.<name>.raft", "127.0.0.1:10008")
                .put("raft.members.<name>.http", "http://127.0.0.1:3000")
                .put("http.listen", "127.0.0.1:3000");
        if (!key.stores().isEmpty()) {
            String type = key.stores().iterator().next();
            document.put("stores[].name", "s").put(KeyExploration.STORE_TYPE, type);
            switch (type) {
                case "consul" -> document.put("stores[].url", "http://127.0.0.1:8500");
                case "zookeeper" -> document.put("stores[].connect", "127.0.0.1:2181");
                default -> document.put("stores[].url", "jdbc:sqlite:x");
            }
        }
        return document;
    }

    /** As a problem names it. */
    private static String concrete(Key key) {
        return key.path().replace("stores[]", "stores.s").replace("<name>", KeyDocument.NAME);
    }

    private static Configuration load(KeyDocument document) throws ConfigurationException {
        return ConfigurationLoader.load(document.write(directory.resolve("tried.yaml")), Map.of());
    }

    private static List<String> problems(KeyDocument document, Map<String, String> environment) {
        try {
            ConfigurationLoader.load(document.write(directory.resolve("tried.yaml")), environment);
            return List.of();
        } catch (ConfigurationException e) {
            return e.problems().stream().map(Problem::toString).toList();
        }
    }

    private static void expectProblem(Key key, String value, String words) {
        assertThat(problems(good(key).put(key.path(), value), Map.of()))
                .as(key.path() + ": " + value)
                .anySatisfy(line -> assertThat(line)
                        .contains(key.path().equals("stores[].name") ? "stores." : concrete(key), words));
    }
}
