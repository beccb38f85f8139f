package io.heliograph.daemon.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.heliograph.daemon.Version;
import io.heliograph.daemon.http.Client.Reply;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every line of {@code golden/orchestrator-api.txt}, in its order: three nodes are asked what scripts ask. */
class GoldenApiTest {

    private static Trio trio;

    @BeforeAll
    static void start() throws IOException {
        trio = new Trio();
        trio.dc1.decisions.master("lab1", "db1:3311");
        trio.dc1.decisions.master("lab1", "db2:3311");
        trio.dc1.decisions.master("lab2", "db3:3306");
        trio.dc3.log.loseLeader();
    }

    @AfterAll
    static void stop() {
        trio.close();
    }

    private static List<TestNode> nodes(String who) {
        return Map.of(
                        "LEADER", List.of(trio.dc1),
                        "FOLLOWER", List.of(trio.dc2),
                        "ALONE", List.of(trio.dc3),
                        "ANY", List.of(trio.dc1, trio.dc2, trio.dc3))
                .get(who);
    }

    @TestFactory
    Stream<DynamicTest> when_a_script_asks_then_the_answer_is_word_for_word() throws IOException {
        try (InputStream in = GoldenApiTest.class.getResourceAsStream("/golden/orchestrator-api.txt")) {
            List<String> lines = new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#") && !line.isBlank())
                    .toList();
            assertThat(lines).hasSizeGreaterThan(85);
            return lines.stream().map(GoldenApiTest::test);
        }
    }

    private static DynamicTest test(String line) {
        String[] parts = line.split(" +", 4);
        String body = parts[3].replace("$LEADER", "http://127.0.0.1:" + trio.dc1.port())
                .replace("$VERSION", Version.TEXT);
        return DynamicTest.dynamicTest(parts[0] + " " + parts[1] + " " + parts[2], () -> {
            for (TestNode node : nodes(parts[0])) {
                Reply reply = node.client.get("/api/" + parts[1]);
                assertThat(reply.body()).isEqualTo(body);
                assertThat(reply.status()).isEqualTo(Integer.parseInt(parts[2]));
                assertThat(reply.type()).isEqualTo("application/json; charset=UTF-8");
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
