package io.heliograph.daemon.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.heliograph.fsm.RegisteredCluster;
import io.heliograph.kv.WriteSet;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Requests that were drawn, at every path: nothing is answered with 500, nothing hangs, and what is refused has written
 * nothing. {@code -Dheliograph.seed=N} draws the same ones again.
 */
class HttpFuzzTest {

    private static final int REQUESTS = 2_500;
    private static final String[] METHODS = {"GET", "PUT", "POST", "DELETE", "HEAD", "OPTIONS", "PATCH", "get", "BREW"};
    private static final String[] PARTS = {
        "orders",
        "a",
        "..",
        ".",
        "%2e%2e",
        "%00",
        "%0a",
        "%ff",
        "%",
        "%zz",
        "%C3%BC",
        "+",
        "a%20b",
        "~",
        "*",
        "<b>",
        "|",
        "\\",
        "\"",
        "{x}",
        ";j=1",
        "zookeeper",
        "1e9",
        "-1",
        "99999999999999999999",
        "x".repeat(300),
        "%F0%9F%92%A9"
    };
    private static final String[] BODIES = {
        "{\"master\":\"db1:3306\"}",
        "{\"master\":\"[::1]:1\",\"expected\":\"db1:3306\",\"reason\":\"x\"}",
        "{\"value\":\"v\"}",
        "{\"to\":\"dc1\"}",
        "{\"id\":\"d\",\"raft\":\"h:1\",\"http\":\"http://h:2\"}",
        "{\"atLeast\":1}",
        "{\"revisions\":{\"a\":1},\"timeout\":\"1ms\"}",
        "[[[[[[[[",
        "nul",
        ""
    };
    private static final String[] QUERIES = {
        "",
        "?",
        "?wait=all&timeout=1ms",
        "?deleteKeys=maybe",
        "?prefix=..%2f",
        "?store=internal",
        "?alias=%00",
        "?a=%",
        "?=&=&",
        "?alias=x|y",
        "?wait=local&wait=all",
        "?" + "q".repeat(500)
    };
    private static final String[] HEADERS = {
        "Authorization: Bearer x.y",
        "Authorization: Basic ????",
        "Content-Type: text/plain",
        "Expect: 100-continue",
        "X-Heliograph-Caller: a b c",
        "X-Heliograph-Forwarded-By: dc9",
        "Accept: */*",
        "Sec-Fetch-Site: none",
        "Content-Encoding: gzip",
        "Origin: null",
        "X: \u0001",
        "Transfer-Encoding: identity",
        "Host: two"
    };

    private final long seed = Long.getLong("heliograph.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private TestNode node;

    @BeforeEach
    void start() throws Exception {
        node = TestNode.alone();
        node.delivery.open();
        node.decisions.master("orders", "db1:3306");
    }

    @AfterEach
    void stop() {
        node.close();
    }

    private <T> T one(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    private String one(String... of) {
        return of[random.nextInt(of.length)];
    }

    private String path(List<Router.Known> routes) {
        if (random.nextInt(10) == 0) {
            StringBuilder path = new StringBuilder();
            for (int i = random.nextInt(6); i >= 0; i--) {
                path.append('/').append(one(PARTS));
            }
            return path.toString();
        }
        StringBuilder path = new StringBuilder();
        for (String segment : one(routes).pattern().substring(1).split("/")) {
            boolean changed = segment.startsWith("{") || random.nextInt(15) == 0;
            path.append('/').append(changed ? one(PARTS) : segment);
        }
        return path.toString();
    }

    /** One of the good bodies, most of the time with some of its bytes changed, cut or doubled. */
    private byte[] body() {
        byte[] bytes = one(BODIES).getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream changed = new ByteArrayOutputStream();
        for (byte each : bytes) {
            int dice = random.nextInt(40);
            if (dice == 0) {
                changed.write(random.nextInt(256));
            } else if (dice == 1) {
                changed.write(each);
                changed.write(each);
            } else if (dice != 2) {
                changed.write(each);
            }
        }
        return random.nextBoolean() ? bytes : changed.toByteArray();
    }

    private byte[] request(List<Router.Known> routes) throws IOException {
        Router.Known route = one(routes);
        String method = random.nextInt(3) == 0 ? one(METHODS) : route.method();
        byte[] body = body();
        StringBuilder head = new StringBuilder(method + " " + path(routes) + one(QUERIES) + " HTTP/1.1\r\nHost: x\r\n");
        for (int i = random.nextInt(3); i > 0; i--) {
            head.append(one(HEADERS)).append("\r\n");
        }
        int length = random.nextInt(20) == 0 ? body.length + random.nextInt(3) - 1 : body.length;
        head.append("Connection: close\r\nContent-Length: ").append(length).append("\r\n\r\n");
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.write(head.toString().getBytes(StandardCharsets.UTF_8));
        all.write(body);
        return all.toByteArray();
    }

    /** The first line that comes back; empty when the connection just ends. */
    private String send(byte[] request) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", node.port())) {
            socket.setSoTimeout(8_000);
            socket.getOutputStream().write(request);
            socket.shutdownOutput();
            InputStream in = socket.getInputStream();
            byte[] start = in.readNBytes(12);
            return new String(start, StandardCharsets.ISO_8859_1);
        }
    }

    private List<String> state() {
        List<String> state = new ArrayList<>();
        for (WriteSet set : node.decisions.desired().all()) {
            state.add(set.toString());
        }
        for (RegisteredCluster cluster :
                node.decisions.machine().state().clusters().all()) {
            state.add(cluster.toString());
        }
        return state;
    }

    @Test
    void when_anything_is_sent_to_any_path_then_there_is_an_answer_and_what_is_refused_wrote_nothing()
            throws Exception {
        List<Router.Known> routes = node.routes().stream()
                .filter(route -> !route.pattern().equals("/v1/events"))
                .toList();
        int answered = 0;
        for (int i = 0; i < REQUESTS; i++) {
            byte[] request = request(routes);
            String shown = "seed " + seed + ", request " + i + ": " + new String(request, StandardCharsets.UTF_8);
            List<String> before = state();
            String status = send(request);
            assertThat(status).as(shown).matches("HTTP/1\\.1 [1-5][0-9][0-9]");
            int code = Integer.parseInt(status.substring(9));
            boolean older = new String(request, StandardCharsets.UTF_8).contains(" /api/");
            if (!older) {
                assertThat(code).as(shown).isNotEqualTo(500);
            }
            if (code >= 400 && code != 504) {
                assertThat(state()).as(shown).isEqualTo(before);
            }
            answered += code < 400 ? 1 : 0;
        }
        assertThat(answered).as("some of them are good").isGreaterThan(REQUESTS / 20);
        assertThat(node.client.get("/v1/node").status()).isEqualTo(200);
    }
}
