package io.heliograph.daemon.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.heliograph.daemon.auth.Gate;
import io.heliograph.daemon.auth.Role;
import io.heliograph.daemon.auth.SecretHash;
import io.heliograph.daemon.auth.Tokens;
import io.heliograph.daemon.auth.Tokens.Token;
import io.heliograph.daemon.http.Client.Reply;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every door of a node that asks who comes. */
class AccessTest {

    /** What answers whoever asks. */
    private static final Set<String> OPEN = Set.of(
            "GET /",
            "GET /ui/actions.js",
            "GET /ui/api.js",
            "GET /ui/icon.svg",
            "GET /ui/page.css",
            "GET /ui/page.js",
            "GET /ui/views.js",
            "GET /api/_ping",
            "GET /api/health",
            "GET /api/lb-check",
            "GET /api/leader-check",
            "GET /api/leader-check/{code}",
            "GET /api/raft-health",
            "GET /api/routed-leader-check",
            "GET /api/status",
            "GET /health/leader",
            "GET /health/live",
            "GET /health/ready",
            "GET /v1/openapi.yaml");

    private static TestNode node;

    private static Token token(Role role) {
        return new Token(role, SecretHash.ofDrawn("secret"));
    }

    static Tokens tokens() {
        return new Tokens(
                Map.of(
                        "reader", token(Role.READ),
                        "writer", token(Role.WRITE),
                        "boss", token(Role.ADMIN),
                        "dc2", token(Role.NODE)),
                Map.of());
    }

    @BeforeAll
    static void start() throws Exception {
        Tokens tokens = tokens();
        node = new TestNode(
                "dc1",
                Map.of("dc1", TestNode.freePort()),
                Gate.guarded(() -> tokens, InstantSource.system()),
                null,
                true);
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    private static Reply ask(String method, String path, String who) {
        return node.client.call(method, path, "", Map.of("Authorization", "Bearer " + who + ".secret"));
    }

    private static String example(String pattern) {
        return pattern.replace("{alias}", "nosuch").replace("{code}", "503").replaceAll("\\{[a-z]+\\*?}", "nosuch");
    }

    @Test
    void when_nobody_says_who_they_are_then_only_health_checks_answer() {
        Set<String> open = new TreeSet<>();
        int appended = node.log.appended();
        for (Router.Known route : node.routes()) {
            Reply reply = node.client.call(route.method(), example(route.pattern()), "");
            if (reply.status() == 401) {
                assertThat(reply.type()).isEqualTo("application/problem+json");
                assertThat(reply.headers().firstValue("WWW-Authenticate"))
                        .contains((route.pattern().startsWith("/v1/") ? "Bearer" : "Basic") + " realm=\"heliograph\"");
                assertThat(reply.detail()).contains("send a token");
            } else {
                open.add(route.method() + " " + route.pattern());
            }
        }
        assertThat(open).isEqualTo(OPEN);
        assertThat(node.log.appended()).isEqualTo(appended);
    }

    @Test
    void when_a_role_does_not_suffice_then_it_is_403_and_says_which_does() {
        for (Router.Known route : node.routes()) {
            Role needed = route.access().role();
            for (Role role : Role.values()) {
                if (needed != null && !role.includes(needed)) {
                    String who = Map.of(Role.READ, "reader", Role.WRITE, "writer", Role.ADMIN, "boss", Role.NODE, "dc2")
                            .get(role);
                    Reply reply = ask(route.method(), example(route.pattern()), who);
                    assertThat(reply.status()).as(role + " " + route).isEqualTo(403);
                    assertThat(reply.detail())
                            .isEqualTo(who + " has the role " + role.word() + "; this needs " + needed.word());
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /v1/node, READ",
        "GET, /metrics, READ",
        "PUT, /v1/clusters/{alias}, WRITE",
        "POST, /v1/submit, WRITE",
        "POST, /v1/leader, WRITE",
        "POST, /v1/snapshots, WRITE",
        "GET, /v1/snapshots/newest, ADMIN",
        "PUT, /v1/epoch, ADMIN",
        "POST, /v1/members, ADMIN",
        "DELETE, /v1/members/{id}, ADMIN",
        "POST, /v1/delivered, NODE",
        "GET, /api/submit-masters-to-kv-stores, WRITE",
        "GET, /api/raft-yield/{node}, WRITE",
        "GET, /api/raft-snapshot, WRITE",
        "GET, /api/raft-add-peer/{addr}, ADMIN",
        "GET, /api/raft-status, READ"
    })
    void when_a_route_is_known_then_it_needs_this_role(String method, String pattern, Role role) {
        assertThat(node.routes())
                .filteredOn(route ->
                        route.method().equals(method) && route.pattern().equals(pattern))
                .extracting(route -> route.access().role())
                .containsExactly(role);
    }

    @Test
    void when_the_role_suffices_then_it_is_done() {
        assertThat(ask("GET", "/v1/node", "reader").status()).isEqualTo(200);
        Reply reply = node.client.call(
                "PUT", "/v1/kv/some/key", "{\"value\":\"1\"}", Map.of("Authorization", "Bearer writer.secret"));
        assertThat(reply.status()).as(reply.body()).isEqualTo(200);
        String basic =
                Base64.getEncoder().encodeToString("writer:secret".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        assertThat(node.client
                        .call("GET", "/api/submit-masters-to-kv-stores", "", Map.of("Authorization", "Basic " + basic))
                        .status())
                .isEqualTo(200);
    }

    @Test
    void when_a_body_is_large_and_nobody_knows_the_sender_then_it_is_not_read() throws Exception {
        assertThat(node.client.raw("PUT /v1/kv/k HTTP/1.1\r\nHost: y\r\nContent-Length: 99999999\r\n\r\nX"))
                .startsWith("HTTP/1.1 4");
    }

    @Test
    void when_only_a_node_may_speak_for_others_then_nobody_else_is_believed() {
        Map<String, String> asBoss =
                Map.of("Authorization", "Bearer reader.secret", "X-Heliograph-Caller", "boss admin token");
        assertThat(node.client.call("POST", "/v1/submit", "", asBoss).status()).isEqualTo(403);
        Map<String, String> nodeForWriter =
                Map.of("Authorization", "Bearer dc2.secret", "X-Heliograph-Caller", "writer write token");
        assertThat(node.client.call("POST", "/v1/submit", "", nodeForWriter).status())
                .isEqualTo(200);
        Map<String, String> nodeForReader =
                Map.of("Authorization", "Bearer dc2.secret", "X-Heliograph-Caller", "reader read token");
        assertThat(node.client.call("POST", "/v1/submit", "", nodeForReader).status())
                .isEqualTo(403);
        for (String malformed : new String[] {"writer", "writer boss token", "%zz write token", ""}) {
            Map<String, String> headers =
                    Map.of("Authorization", "Bearer dc2.secret", "X-Heliograph-Caller", malformed);
            assertThat(node.client.call("POST", "/v1/submit", "", headers).status())
                    .as(malformed)
                    .isEqualTo(400);
        }
    }

    @Test
    void when_a_page_of_another_site_sends_it_then_nothing_changes() {
        Map<String, String> headers = Map.of("Authorization", "Bearer boss.secret", "Sec-Fetch-Site", "cross-site");
        Reply reply = node.client.call("GET", "/api/submit-masters-to-kv-stores", "", headers);
        assertThat(reply.status()).isEqualTo(403);
        assertThat(reply.detail()).contains("another site");
        assertThat(node.client.call("GET", "/v1/node", "", headers).status()).isEqualTo(200);
        Map<String, String> own = Map.of("Authorization", "Bearer boss.secret", "Sec-Fetch-Site", "same-origin");
        assertThat(node.client.call("POST", "/v1/submit", "", own).status()).isEqualTo(200);
    }

    @Test
    void when_something_changes_or_is_refused_then_one_line_says_who_what_and_how_it_ended() {
        try (LogLines lines = LogLines.of("io.heliograph.audit")) {
            Map<String, String> writer = Map.of("Authorization", "Bearer writer.secret");
            node.client.call("PUT", "/v1/kv/audited", "{\"value\":\"1\"}", writer);
            node.client.call("PUT", "/v1/kv/audited", "{\"value\":\"1\"}", writer);
            node.client.call("PUT", "/v1/kv/audited%20x", "{\"value\":\"1\"}", Map.of());
            ask("POST", "/v1/submit", "reader");
            ask("GET", "/v1/node", "reader");
            assertThat(lines.messages()).hasSize(4);
            assertThat(lines.messages().get(0))
                    .matches("PUT /v1/kv/audited by writer \\(token\\) from 127.0.0.1: 200 committed revision [0-9]+");
            assertThat(lines.messages().get(1)).contains("200 unchanged revision");
            assertThat(lines.messages().get(2))
                    .isEqualTo("PUT /v1/kv/audited%20x by anonymous (refused) from 127.0.0.1: 401 refused");
            assertThat(lines.messages().get(3))
                    .isEqualTo("POST /v1/submit by reader (token) from 127.0.0.1: 403 refused");
            assertThat(lines.messages()).noneMatch(line -> line.contains("secret"));
        }
    }

    @Test
    void when_no_write_of_masters_was_asked_for_then_its_line_says_how_it_ended_all_the_same() {
        try (LogLines lines = LogLines.of("io.heliograph.audit")) {
            assertThat(ask("POST", "/v1/snapshots", "boss").status()).isEqualTo(200);
            assertThat(lines.messages()).containsExactly("POST /v1/snapshots by boss (token) from 127.0.0.1: 200 done");
        }
    }

    /** Older clients look for nothing else, and take what has no code for success. */
    @ParameterizedTest
    @CsvSource({
        "/api/submit-masters-to-kv-stores, '', 401",
        "/api/clusters, '', 401",
        "/api/submit-masters-to-kv-stores, reader, 403",
        "/api/nosuch, boss, 404",
    })
    void when_an_older_client_is_refused_then_the_answer_has_the_code_that_it_looks_for(
            String path, String caller, int status) {
        Reply reply = caller.isEmpty() ? node.client.get(path) : ask("GET", path, caller);
        assertThat(reply.status()).isEqualTo(status);
        assertThat(reply.json().path("Code").asText()).isEqualTo("ERROR");
        assertThat(reply.json().path("Message").asText()).isNotEmpty().isEqualTo(reply.detail());
        assertThat(reply.json().has("Details")).isTrue();
        assertThat(reply.json().path("next").asText()).isNotEmpty();
    }

    @Test
    void when_gets_are_switched_off_then_the_older_paths_change_nothing() throws Exception {
        try (TestNode quiet = new TestNode("dc1", Map.of("dc1", TestNode.freePort()), Gate.open(), null, false)) {
            for (Router.Known route : quiet.routes()) {
                if (route.method().equals("GET") && route.access().changes()) {
                    Reply reply = quiet.client.get(example(route.pattern()));
                    assertThat(reply.status()).as(route.pattern()).isEqualTo(403);
                    assertThat(reply.detail()).contains("http.state-changing-gets is false");
                }
            }
            assertThat(quiet.client.get("/api/raft-status").status()).isEqualTo(200);
            assertThat(quiet.client.call("POST", "/v1/submit", "").status()).isEqualTo(200);
        }
    }

    /** Last, and from an address of its own kind: failures count. */
    @Test
    void when_guesses_go_on_then_it_is_429_and_says_how_long() throws Exception {
        Tokens tokens = tokens();
        try (TestNode other = new TestNode(
                "dc1",
                Map.of("dc1", TestNode.freePort()),
                Gate.guarded(() -> tokens, InstantSource.system()),
                null,
                true)) {
            Map<String, String> wrong = Map.of("Authorization", "Bearer boss.wrong");
            for (int i = 0; i < 10; i++) {
                assertThat(other.client.call("GET", "/v1/node", "", wrong).status())
                        .isEqualTo(401);
            }
            Reply reply = other.client.call("GET", "/v1/node", "", wrong);
            assertThat(reply.status()).isEqualTo(429);
            assertThat(reply.headers().firstValueAsLong("Retry-After").orElse(0))
                    .isBetween(50L, 61L);
            assertThat(other.client.get("/health/live").status()).isEqualTo(200);
        }
    }
}
