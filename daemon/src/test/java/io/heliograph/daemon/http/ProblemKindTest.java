package io.heliograph.daemon.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.heliograph.daemon.auth.Gate;
import io.heliograph.daemon.config.Configuration;
import io.heliograph.daemon.config.ConfigurationException;
import io.heliograph.daemon.config.Problem;
import io.heliograph.raft.CommitOutcome;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each kind of problem is brought about, at a real door; a kind that nobody brings about does not compile. */
class ProblemKindTest {

    private static final String MASTER = "{\"master\":\"db1:3306\"}";
    private static final int STREAMS = 201;

    /** What came in, and a header that belongs to the kind. */
    private record Got(int status, String type, String body, String header) {

        private static Got of(Client.Reply reply) {
            return of(reply, "");
        }

        private static Got of(Client.Reply reply, String header) {
            String value =
                    header.isEmpty() ? "" : reply.headers().firstValue(header).orElse("");
            return new Got(reply.status(), reply.type(), reply.body(), value);
        }
    }

    private TestNode node;

    @BeforeEach
    void start() throws Exception {
        node = TestNode.alone();
    }

    @AfterEach
    void stop() {
        node.close();
    }

    @ParameterizedTest
    @EnumSource
    void when_it_happens_then_the_answer_is_a_problem_of_its_kind_that_says_what_to_do_next(ProblemKind kind)
            throws Exception {
        Got got = bringAbout(kind);
        assertThat(got.status()).as(got.body()).isEqualTo(statusOf(kind));
        assertThat(got.type()).isEqualTo("application/problem+json");
        JsonNode body = new ObjectMapper().readTree(got.body());
        assertThat(body.path("type").asText())
                .isEqualTo("urn:heliograph:problem:"
                        + kind.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-'));
        assertThat(body.path("status").asInt()).isEqualTo(got.status());
        assertThat(body.path("title").asText()).isNotBlank();
        assertThat(body.path("detail").asText()).isNotBlank().doesNotContain("\n", "Exception");
        assertThat(body.path("next").asText()).endsWith(".").doesNotContain("\n");
        assertThat(got.header())
                .matches(
                        switch (kind) {
                            case METHOD_NOT_ALLOWED -> "DELETE, GET, OPTIONS, PUT|DELETE, GET, HEAD, OPTIONS, PUT";
                            case TOO_MANY_FAILURES -> "[1-9][0-9]*";
                            case NOT_AUTHENTICATED -> "Bearer realm=\"heliograph\"";
                            default -> "";
                        });
        assertThat(body.path("outcome").asText())
                .isEqualTo(
                        switch (kind) {
                            case CONFLICT, NOT_AVAILABLE -> "refused";
                            case OUTCOME_UNKNOWN -> "unknown";
                            default -> "";
                        });
    }

    @ParameterizedTest
    @EnumSource
    void when_somebody_looks_it_up_then_the_document_has_it_as_it_is_answered(ProblemKind kind) throws Exception {
        Path document = Path.of("../docs/errors.md");
        JsonNode body = new ObjectMapper().readTree(kind.answer("x").body());
        String type = body.path("type").asText();
        assertThat(Files.readAllLines(document))
                .filteredOn(line -> line.contains("`" + type.substring(type.lastIndexOf(':') + 1) + "`"))
                .singleElement()
                .asString()
                .matches("\\| " + body.path("status").asInt() + " \\| `[a-z-]+` \\| "
                        + Pattern.quote(body.path("title").asText()) + " \\| .+ \\| "
                        + Pattern.quote(body.path("next").asText()) + " \\|");
    }

    /** As the design has them. */
    private static int statusOf(ProblemKind kind) {
        return switch (kind) {
            case BAD_REQUEST, BAD_CONFIGURATION -> 400;
            case NOT_AUTHENTICATED -> 401;
            case NOT_ALLOWED, SWITCHED_OFF, OTHER_SITE -> 403;
            case NOT_FOUND, UNKNOWN_CLUSTER, UNKNOWN_KEY, UNKNOWN_STORE, UNKNOWN_MEMBER -> 404;
            case METHOD_NOT_ALLOWED -> 405;
            case REQUEST_TIMEOUT -> 408;
            case CONFLICT -> 409;
            case TOO_LARGE -> 413;
            case NOT_HTTP -> 414;
            case TOO_MANY_FAILURES -> 429;
            case FAULT, RELOAD_FAILED, SNAPSHOT_FAILED -> 500;
            case NOT_AVAILABLE, CATCHING_UP, STARTING, BUSY, STORE_NOT_AVAILABLE -> 503;
            case OUTCOME_UNKNOWN -> 504;
        };
    }

    private Got bringAbout(ProblemKind kind) throws Exception {
        return switch (kind) {
            case BAD_REQUEST -> put("{}");
            case NOT_FOUND -> get("/v2/clusters");
            case UNKNOWN_CLUSTER -> get("/v1/clusters/nosuch");
            case UNKNOWN_KEY -> get("/v1/kv/nosuch");
            case UNKNOWN_STORE -> post("/v1/stores/nosuch/adopt", "");
            case UNKNOWN_MEMBER -> post("/v1/leader", "{\"to\":\"nosuch\"}");
            case METHOD_NOT_ALLOWED -> Got.of(node.client.call("PATCH", "/v1/clusters/orders", ""), "Allow");
            case TOO_LARGE -> put("x".repeat(2_000_000));
            case OTHER_SITE -> Got.of(
                    node.client.call("PUT", "/v1/clusters/orders", MASTER, Map.of("Sec-Fetch-Site", "cross-site")));
            case NOT_HTTP -> raw(node.port(), "GET /" + "x".repeat(20_000) + " HTTP/1.1\r\nHost: x\r\n\r\n");
            case CONFLICT -> conflict();
            case NOT_AUTHENTICATED, NOT_ALLOWED, TOO_MANY_FAILURES, SWITCHED_OFF -> atGuardedNode(kind);
            case STARTING, FAULT, REQUEST_TIMEOUT -> atBareDoor(kind);
            case BUSY -> busy();
            default -> inTrouble(kind);
        };
    }

    private Got get(String path) {
        return Got.of(node.client.get(path));
    }

    private Got post(String path, String body) {
        return Got.of(node.client.call("POST", path, body));
    }

    private Got put(String body) {
        return Got.of(node.client.call("PUT", "/v1/clusters/orders", body));
    }

    private Got conflict() {
        assertThat(put(MASTER).status()).isEqualTo(200);
        return post("/v1/clusters/orders/failover", "{\"master\":\"db2:3306\",\"expected\":\"db3:3306\"}");
    }

    /** What a node does when its log, its store or its file is not as it should be. */
    private Got inTrouble(ProblemKind kind) {
        switch (kind) {
            case NOT_AVAILABLE -> node.log.loseLeader();
            case OUTCOME_UNKNOWN -> node.log.answer(new CommitOutcome.Unknown("no answer in time"));
            case SNAPSHOT_FAILED -> node.log.fail(new IllegalStateException("disk full"));
            case CATCHING_UP -> node.caughtUp = false;
            case STORE_NOT_AVAILABLE -> node.store.close();
            case RELOAD_FAILED -> node.reload = () -> {
                throw new IOException("there is no file heliograph.yaml");
            };
            case BAD_CONFIGURATION -> node.reload = () -> {
                throw new ConfigurationException(List.of(new Problem("h.yaml:1", "clustr", "is not a known key")));
            };
            default -> throw new AssertionError(kind);
        }
        return switch (kind) {
            case SNAPSHOT_FAILED -> post("/v1/snapshots", "");
            case CATCHING_UP -> get("/v1/clusters");
            case STORE_NOT_AVAILABLE -> get("/v1/kv?store=internal");
            case RELOAD_FAILED, BAD_CONFIGURATION -> post("/v1/reload", "");
            default -> put(MASTER);
        };
    }

    private static Got atGuardedNode(ProblemKind kind) throws Exception {
        try (TestNode guarded = new TestNode(
                "dc1",
                Map.of("dc1", TestNode.freePort()),
                Gate.guarded(AccessTest::tokens, InstantSource.system()),
                null,
                false)) {
            Map<String, String> wrong = Map.of("Authorization", "Bearer reader.wrong");
            Map<String, String> reader = Map.of("Authorization", "Bearer reader.secret");
            if (kind == ProblemKind.TOO_MANY_FAILURES) {
                for (int i = 0; i < 10; i++) {
                    assertThat(guarded.client.call("GET", "/v1/node", "", wrong).status())
                            .isEqualTo(401);
                }
                return Got.of(guarded.client.call("GET", "/v1/node", "", wrong), "Retry-After");
            }
            return switch (kind) {
                case NOT_AUTHENTICATED -> Got.of(guarded.client.get("/v1/node"), "WWW-Authenticate");
                case NOT_ALLOWED -> Got.of(guarded.client.call("POST", "/v1/submit", "", reader));
                default -> Got.of(guarded.client.get("/api/submit-masters-to-kv-stores"));
            };
        }
    }

    private static Got atBareDoor(ProblemKind kind) throws Exception {
        int port = TestNode.freePort();
        Configuration.Http settings = new Configuration.Http("127.0.0.1:" + port, TestNode.REQUEST_TIMEOUT);
        try (HttpDoor door = HttpDoor.open(settings, Gate.open(), Duration.ofMillis(300))) {
            if (kind != ProblemKind.STARTING) {
                door.serve(new Router().add("PUT", "/x", exchange -> {
                    throw new IllegalStateException("secret");
                }));
            }
            return raw(
                    port,
                    "PUT /x HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{"
                            + (kind == ProblemKind.REQUEST_TIMEOUT ? "" : "}"));
        }
    }

    /** One more listens than may. */
    private Got busy() throws Exception {
        List<Socket> listeners = new ArrayList<>();
        try {
            for (int i = 1; i < STREAMS; i++) {
                Socket socket = new Socket("127.0.0.1", node.port());
                listeners.add(socket);
                socket.setSoTimeout(20_000);
                socket.getOutputStream().write(head("GET /v1/events HTTP/1.1\r\nHost: x\r\n\r\n"));
                assertThat(socket.getInputStream().readNBytes(12)).isEqualTo(head("HTTP/1.1 200"));
            }
            return get("/v1/events");
        } finally {
            for (Socket socket : listeners) {
                socket.close();
            }
        }
    }

    private static byte[] head(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Sends this and reads until the server closes or has sent the whole answer. */
    private static Got raw(int port, String request) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(head(request));
            InputStream in = socket.getInputStream();
            StringBuilder answer = new StringBuilder();
            while (answer.indexOf("\r\n\r\n") < 0) {
                answer.append(new String(in.readNBytes(1), StandardCharsets.ISO_8859_1));
            }
            int length = Integer.parseInt(field(answer, "Content-Length"));
            String body = new String(in.readNBytes(length), StandardCharsets.UTF_8);
            return new Got(Integer.parseInt(answer.substring(9, 12)), field(answer, "Content-Type"), body, "");
        }
    }

    private static String field(CharSequence head, String name) {
        return head.toString()
                .lines()
                .filter(line -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1))
                .map(line -> line.substring(name.length() + 1).strip())
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + name + " in " + head));
    }
}
