package io.heliograph.daemon.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.heliograph.daemon.Version;
import io.heliograph.daemon.auth.Gate;
import io.heliograph.daemon.auth.Tokens;
import io.heliograph.daemon.config.ConfigurationException;
import io.heliograph.daemon.config.Problem;
import io.heliograph.daemon.http.Client.Reply;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Every line of {@code golden/orchestrator-api.txt}, in its order: three nodes are asked what scripts ask, and two more for
 * what they refuse.
 */
class GoldenApiTest {

    private static Trio trio;
    /** Asks everybody who they are. */
    private static TestNode guarded;
    /** Has state-changing GETs switched off. */
    private static TestNode quiet;

    @BeforeAll
    static void start() throws IOException {
        trio = new Trio();
        trio.dc1.decisions.master("lab1", "db1:3311");
        trio.dc1.decisions.master("lab1", "db2:3311");
        trio.dc1.decisions.master("lab2", "db3:3306");
        trio.dc3.log.loseLeader();
        trio.dc3.reload = () -> {
            throw new ConfigurationException(List.of(
                    new Problem("h.yaml:1", "clustr", "is not a known key"),
                    new Problem("h.yaml:2", "node.id", "is missing")));
        };
        Tokens tokens = AccessTest.tokens();
        guarded = alone(Gate.guarded(() -> tokens, InstantSource.system()), true);
        quiet = alone(Gate.open(), false);
    }

    private static TestNode alone(Gate gate, boolean stateChangingGets) throws IOException {
        return new TestNode("dc1", Map.of("dc1", TestNode.freePort()), gate, null, stateChangingGets);
    }

    @AfterAll
    static void stop() {
        trio.close();
        guarded.close();
        quiet.close();
    }

    private static List<TestNode> nodes(String who) {
        return Map.of(
                        "LEADER", List.of(trio.dc1),
                        "FOLLOWER", List.of(trio.dc2),
                        "ALONE", List.of(trio.dc3),
                        "ANY", List.of(trio.dc1, trio.dc2, trio.dc3),
                        "QUIET", List.of(quiet))
                .getOrDefault(who, List.of(guarded));
    }

    /** As older clients say who they are. */
    private static Map<String, String> credentials(String who) {
        String pair =
                switch (who) {
                    case "READER" -> "reader:secret";
                    case "WRITER" -> "writer:secret";
                    case "ADMIN" -> "boss:secret";
                    case "LIAR" -> "boss:sesame";
                    default -> "";
                };
        return pair.isEmpty()
                ? Map.of()
                : Map.of(
                        "Authorization",
                        "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)));
    }

    @TestFactory
    Stream<DynamicTest> when_a_script_asks_then_the_answer_is_word_for_word() throws IOException {
        try (InputStream in = GoldenApiTest.class.getResourceAsStream("/golden/orchestrator-api.txt")) {
            List<String> lines = new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#") && !line.isBlank())
                    .toList();
            assertThat(lines).hasSizeGreaterThan(130);
            return lines.stream().map(GoldenApiTest::test);
        }
    }

    private static DynamicTest test(String line) {
        String[] parts = line.split(" +", 4);
        String body = parts[3].replace("$LEADER", "http://127.0.0.1:" + trio.dc1.port())
                .replace("$VERSION", Version.TEXT);
        return DynamicTest.dynamicTest(parts[0] + " " + parts[1] + " " + parts[2], () -> {
            for (TestNode node : nodes(parts[0])) {
                Reply reply = node.client.call("GET", "/api/" + parts[1], "", credentials(parts[0]));
                assertThat(reply.body()).isEqualTo(body);
                assertThat(reply.status()).isEqualTo(Integer.parseInt(parts[2]));
                boolean isProblem = body.startsWith("{\"type\":\"urn:heliograph:problem:");
                assertThat(reply.type())
                        .isEqualTo(isProblem ? "application/problem+json" : "application/json; charset=UTF-8");
            }
        });
    }

    /** HEAD, and a slash at the end, as load balancers and older scripts send them. */
    @TestFactory
    Stream<DynamicTest> when_a_check_is_asked_by_head_or_with_a_slash_then_the_status_is_the_same() {
        return Stream.of("leader-check", "leader-check/503", "lb-check", "_ping", "raft-health", "health", "status")
                .map(path -> DynamicTest.dynamicTest(path, () -> {
                    for (TestNode node : nodes("ANY")) {
                        int status = node.client.get("/api/" + path).status();
                        assertThat(node.client.get("/api/" + path + "/").status())
                                .isEqualTo(status);
                        Reply head = node.client.call("HEAD", "/api/" + path, "");
                        assertThat(head.status()).isEqualTo(status);
                        assertThat(head.body()).isEmpty();
                    }
                }));
    }
}
