package io.heliograph.daemon.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Whatever is in the file, it is a configuration or a list of problems. */
class ConfigurationFuzzTest {

    /** Stays as it is: the host of {@code http.listen} is resolved, and a test must not ask a name service. */
    private static final String FIRST_LINE = "http: { listen: \"127.0.0.1:3000\" }\n";

    private static final byte[] GOOD = (FIRST_LINE
                    + """
                    cluster: orders
                    node: { id: dc1, data-dir: data }
                    raft:
                      listen: 127.0.0.1:10008
                      members:
                        dc1: { raft: "127.0.0.1:10008", http: "http://127.0.0.1:3000" }
                    kv: { master-prefix: "m" }
                    snapshot: { after-failover: 1s }
                    stores:
                    - { name: z, type: zookeeper, connect: "z", timeout: 1s }
                    - { name: c, type: consul, url: "http://127.0.0.1:1", token-file: nosuch }
                    - { name: j, type: jdbc, url: "jdbc:sqlite:x", table: t }
                    """)
            .getBytes(StandardCharsets.UTF_8);
    private static final String SYNTAX = "{}[]:,&*!|>'\"%@`#-?~\n \t\\/.0";

    /** What would make two lines of a problem, or what a terminal would obey. */
    private static final Pattern HARMFUL = Pattern.compile("[\\p{Cc}\\u2028\\u2029\\u202e]");

    private static Path directory = Path.of("");

    @BeforeContainer
    static void makeDirectory() throws IOException {
        directory = Files.createTempDirectory("fuzz");
    }

    @AfterContainer
    static void deleteDirectory() throws IOException {
        Files.delete(directory);
    }

    @Property(tries = 500)
    void when_the_file_is_noise_then_it_is_refused(@ForAll @Size(max = 200) byte[] noise) throws IOException {
        load(noise);
    }

    @Property(tries = 1000)
    void when_the_file_is_almost_good_then_it_is_read_or_refused(
            @ForAll @Size(min = 1, max = 5) List<@IntRange(max = 2000) Integer> places,
            @ForAll @StringLength(min = 1, max = 5) @CharRange(from = ' ', to = '~') String letters,
            @ForAll @IntRange(max = 3) int how)
            throws IOException {
        byte[] bytes = GOOD.clone();
        for (int i = 0; i < places.size(); i++) {
            int place = FIRST_LINE.length() + places.get(i) % (bytes.length - FIRST_LINE.length());
            int letter = letters.charAt(i % letters.length());
            switch (how) {
                case 0 -> bytes[place] = (byte) letter;
                case 1 -> bytes[place] = (byte) SYNTAX.charAt(letter % SYNTAX.length());
                case 2 -> bytes = Arrays.copyOf(bytes, place + 1);
                default -> bytes = without(bytes, place, letter % 9);
            }
        }
        load(bytes);
    }

    private static byte[] without(byte[] bytes, int from, int length) {
        int to = Math.min(bytes.length - 1, from + length);
        byte[] shorter = Arrays.copyOf(bytes, bytes.length - (to - from));
        System.arraycopy(bytes, to, shorter, from, bytes.length - to);
        return shorter;
    }

    @Property(tries = 500)
    void when_a_value_is_any_text_then_it_is_read_or_refused(
            @ForAll @StringLength(max = 40) @CharRange(from = 1, to = '\uD7FF') String text,
            @ForAll @IntRange(max = 9) int which)
            throws IOException {
        List<String> variables = List.of(
                "CLUSTER",
                "NODE_ID",
                "RAFT_LISTEN",
                "RAFT_ELECTION_TIMEOUT",
                "RAFT_MEMBERS_DC1_RAFT",
                "RAFT_MEMBERS_DC1_HTTP",
                "KV_MASTER_PREFIX",
                "STORES_Z_CONNECT",
                "STORES_C_URL",
                "STORES_J_TABLE");
        read(GOOD, Map.of("HELIOGRAPH_" + variables.get(which), text));
    }

    private static void load(byte[] bytes) throws IOException {
        read(bytes, Map.of());
    }

    /** Writes a new file each time: writing over one waits for the disk on some file systems. */
    private static void read(byte[] bytes, Map<String, String> environment) throws IOException {
        Path file = Files.write(directory.resolve("h.yaml"), bytes);
        try {
            assertThat(ConfigurationLoader.load(file, environment)).isNotNull();
        } catch (ConfigurationException e) {
            assertThat(e.problems()).isNotEmpty();
            assertThat(e.getMessage()).startsWith(e.problems().get(0).where());
            assertThat(e.problems())
                    .noneMatch(problem -> HARMFUL.matcher(problem.toString()).find());
        } finally {
            Files.delete(file);
        }
    }
}
