package io.heliograph.daemon.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Whatever is in the file, it is a configuration or a list of problems, a line each and not too many, soon. The seed of what is drawn is in
 * a failure's message; {@code -Dheliograph.seed=} draws the same again.
 */
class HostileConfigurationTest {

    /** What would make two lines of a problem, or what a terminal would obey. */
    private static final Pattern HARMFUL = Pattern.compile("[\\p{Cc}\\u2028\\u2029\\u202e]");

    private static final Pattern LINE = Pattern.compile("/.+: .+");

    private static final int LONGEST_LINE = 2_000;
    private static final int MOST_LINES = 1_001;

    /** Most take a hundredth of it; what grows with the square of a file of ten megabytes takes minutes. */
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @TempDir
    private static Path directory = Path.of("");

    private static void expectAnswer(byte[] document, String what) throws Exception {
        Path file = directory.resolve("h.yaml");
        Files.deleteIfExists(file); // writing over a file waits for the disk on some file systems
        Files.write(file, document);
        long start = System.nanoTime();
        List<Problem> problems = new ArrayList<>();
        assertThatCode(() -> problems.addAll(problems(file))).as(what).doesNotThrowAnyException();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).as(what).isLessThan(LIMIT);
        assertThat(problems).as(what).hasSizeLessThanOrEqualTo(MOST_LINES).allSatisfy(problem -> assertThat(
                        problem.toString())
                .matches(LINE)
                .hasSizeLessThan(LONGEST_LINE)
                .doesNotContainPattern(HARMFUL));
    }

    private static List<Problem> problems(Path file) {
        try {
            assertThat(ConfigurationLoader.load(file, Map.of())).isNotNull();
            return List.of();
        } catch (ConfigurationException e) {
            assertThat(e.problems()).isNotEmpty();
            return e.problems();
        }
    }

    @ParameterizedTest
    @EnumSource
    void when_a_document_is_made_to_hurt_then_there_is_an_answer_soon(HostileDocument document) throws Exception {
        expectAnswer(document.bytes(), document.name());
    }

    @Test
    void when_a_key_has_a_value_of_another_kind_then_it_is_read_or_told() throws Exception {
        List<Object> odd = List.of(
                "",
                "\0",
                "\u001b[2J",
                "\t",
                "../../../etc/passwd",
                "/dev/null",
                "-1",
                "1e999",
                "9".repeat(400),
                "null",
                "~",
                "*",
                "&",
                "{{{",
                "\ud83d\ude00",
                "\u202e",
                " ",
                List.of(),
                List.of(List.of("x")),
                Map.of(),
                Map.of("", ""),
                Map.of("a.b", Map.of("c", List.of())),
                List.of(Map.of("name", List.of())),
                true,
                0,
                1.5);
        List<KeyExploration.Key> keys = KeyExploration.keys(directory);
        assertThat(keys).hasSizeGreaterThan(40);
        for (KeyExploration.Key key : keys) {
            for (Object value : odd) {
                // the host of http.listen is resolved, and no test asks a name service
                KeyDocument document = new KeyDocument().put("http.listen", "127.0.0.1:3000");
                if (!key.stores().isEmpty()) {
                    document.put(
                            KeyExploration.STORE_TYPE, key.stores().iterator().next());
                }
                String parent = key.parent();
                for (String place : parent.isEmpty() ? List.of(key.path()) : List.of(key.path(), parent)) {
                    if (!place.equals("http") && !place.endsWith("[]")) {
                        Path file = document.put(place, value).write(directory.resolve("h.yaml"));
                        expectAnswer(Files.readAllBytes(file), place + " = " + value);
                    }
                }
            }
        }
    }

    @Test
    void when_good_documents_are_cut_up_and_sewn_together_then_they_are_read_or_told() throws Exception {
        long seed = Long.getLong("heliograph.seed", System.nanoTime());
        Random random = new Random(seed);
        String good = Files.readString(Path.of("..", "deploy", "samples", "dc1.yaml")) + ConfigFile.MINIMAL;
        List<String> pieces = new ArrayList<>(good.lines()
                .filter(line -> !line.contains(
                        "listen")) // a host that a bit makes of an address would be asked of a name service
                .map(line -> line + "\n")
                .toList());
        pieces.addAll(List.of(
                "&a ",
                "*a ",
                "<<: *a\n",
                "? ",
                "!!binary ",
                "|\n",
                ">-\n",
                "%",
                "---\n",
                "...\n",
                "\t",
                "\0",
                "\uFEFF",
                "{",
                "}",
                "[",
                "]",
                "\"",
                "'",
                "#",
                "\r",
                "\u0085",
                "[".repeat(60),
                "  - ",
                ": "));
        for (int round = 0; round < 1_500; round++) {
            StringBuilder text = new StringBuilder();
            for (int piece = random.nextInt(40); piece >= 0; piece--) {
                text.append(pieces.get(random.nextInt(pieces.size())));
            }
            byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
            for (int flips = random.nextInt(3); flips > 0; flips--) {
                bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
            }
            expectAnswer(bytes, "seed " + seed + ", round " + round);
        }
    }
}
