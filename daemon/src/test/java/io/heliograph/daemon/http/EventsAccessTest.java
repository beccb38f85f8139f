package io.heliograph.daemon.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.heliograph.daemon.auth.Gate;
import io.heliograph.daemon.auth.Role;
import io.heliograph.daemon.auth.SecretHash;
import io.heliograph.daemon.auth.Tokens;
import io.heliograph.daemon.auth.Tokens.Token;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Who goes on hearing events. */
class EventsAccessTest {

    private static final Duration SOON = Duration.ofSeconds(10);
    private static final Token ALICE = new Token(Role.ADMIN, SecretHash.ofDrawn("secret"));
    private static final Token BOB = new Token(Role.READ, SecretHash.ofDrawn("secret"));

    private volatile Tokens tokens = new Tokens(Map.of("alice", ALICE, "bob", BOB), Map.of());
    private TestNode node;

    /** What becomes of a token. */
    private enum Change {
        REVOKED(Map.of("bob", BOB)),
        LESS_MAY_BE_DONE(Map.of("bob", BOB, "alice", new Token(Role.READ, ALICE.hash()))),
        ANOTHER_SECRET(Map.of("bob", BOB, "alice", new Token(Role.ADMIN, SecretHash.ofDrawn("other"))));

        private final Map<String, Token> after;

        Change(Map<String, Token> after) {
            this.after = after;
        }
    }

    private final class Listener {
        private final List<String> lines = new CopyOnWriteArrayList<>();
        private volatile boolean ended;

        Listener(String name) throws Exception {
            HttpResponse<java.io.InputStream> response = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + node.port() + "/v1/events"))
                                    .header("Authorization", "Bearer " + name + ".secret")
                                    .build(),
                            HttpResponse.BodyHandlers.ofInputStream());
            assertThat(response.statusCode()).isEqualTo(200);
            Thread thread = new Thread(() -> {
                try (BufferedReader reader =
                        new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
                    reader.lines().forEach(lines::add);
                    ended = true;
                } catch (IOException | UncheckedIOException e) {
                    lines.add("(broken)");
                }
            });
            thread.setDaemon(true);
            thread.start();
        }

        boolean heard(String text) {
            return lines.stream().anyMatch(line -> line.contains(text));
        }
    }

    @BeforeEach
    void start() throws Exception {
        node = new TestNode(
                "dc1",
                Map.of("dc1", TestNode.freePort()),
                Gate.guarded(() -> tokens, InstantSource.system()),
                null,
                true);
        node.delivery.open();
    }

    @AfterEach
    void stop() {
        node.close();
    }

    @ParameterizedTest
    @EnumSource
    void when_a_token_is_not_the_same_any_more_then_its_stream_ends_in_good_order_and_others_go_on(Change change)
            throws Exception {
        Listener alice = new Listener("alice");
        Listener bob = new Listener("bob");
        await().atMost(SOON).until(() -> alice.heard("event: hello") && bob.heard("event: hello"));
        tokens = new Tokens(change.after, Map.of());
        await().atMost(SOON).until(() -> alice.ended);
        node.decisions.master("orders", "db7:3306");
        await().atMost(SOON).until(() -> bob.heard("db7:3306"));
        assertThat(alice.heard("db7:3306")).isFalse();
        assertThat(bob.ended).isFalse();
    }

    @Test
    void when_other_tokens_come_and_go_then_a_stream_goes_on() throws Exception {
        Listener alice = new Listener("alice");
        await().atMost(SOON).until(() -> alice.heard("event: hello"));
        tokens = new Tokens(Map.of("alice", ALICE, "carol", BOB), Map.of());
        for (int i = 1; i <= 3; i++) {
            String master = "db" + i + ":3306";
            node.decisions.master("orders", master);
            await().atMost(SOON).until(() -> alice.heard(master));
        }
        assertThat(alice.ended).isFalse();
    }
}
