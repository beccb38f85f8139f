package io.heliograph.daemon.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.heliograph.daemon.http.Client.Reply;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that nobody should send: each is refused with a problem that says why, and nothing reaches the log. */
class BadRequestTest {

    private static TestNode node;

    @BeforeAll
    static void start() throws Exception {
        node = TestNode.alone();
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @AfterEach
    void nothingWasAppended() {
        assertThat(node.log.appended()).isZero();
    }

    private static void expect(Reply reply, int status, String detail) {
        assertThat(reply.status()).as(reply.body()).isEqualTo(status);
        assertThat(reply.type()).isEqualTo("application/problem+json");
        assertThat(reply.json().path("status").asInt()).isEqualTo(status);
        assertThat(reply.json().path("title").asText()).isNotEmpty();
        assertThat(reply.detail()).contains(detail).doesNotContain("\n").doesNotContain("Exception");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "''; should be a JSON object with [master]",
                "null; should be a JSON object",
                "[]; should be a JSON object",
                "\"db1:3306\"; should be a JSON object",
                "{; is not JSON",
                "{'master':1}; is not JSON",
                "{\"master\":\"db1:1\"} x; is not JSON",
                "{\"master\":\"db1:1\",\"master\":\"db2:1\"}; Duplicate field 'master' at line 1",
                "{}; the field master is missing",
                "{\"master\":null}; the field master is missing",
                "{\"master\":3306}; the field master should be text",
                "{\"master\":\"db1:1\",\"force\":true}; unknown field force",
                "{\"master\":\"db1\"}; the field master: 'db1' is not host:port",
                "{\"master\":\"db1:0\"}; the field master: port 0 is not between 1 and 65535",
                "{\"master\":\"db1:65536\"}; the field master: port 65536 is not between",
                "{\"master\":\"db\\u0000:1\"}; the field master: 'db?' is neither a host name nor an address"
            })
    void when_a_body_is_bad_then_it_is_400_and_says_what_is_wrong(String body, String detail) {
        expect(node.client.call("PUT", "/v1/clusters/orders", body), 400, detail);
    }

    @Test
    void when_fields_of_a_failover_are_bad_then_they_are_named() {
        String path = "/v1/clusters/orders/failover";
        expect(node.client.call("POST", path, "{\"expected\":\"db1:1\"}"), 400, "the field master is missing");
        expect(
                node.client.call("POST", path, "{\"master\":\"db1:1\",\"expected\":\"x\"}"),
                400,
                "the field expected: 'x' is not host:port");
        String reason = "r".repeat(1001);
        expect(
                node.client.call("POST", path, "{\"master\":\"db1:1\",\"reason\":\"" + reason + "\"}"),
                400,
                "the field reason has more than 1000 characters");
    }

    @ParameterizedTest
    @CsvSource({
        "a%20b, U+0020 at position 2",
        "%C3%BC!, '!' (U+0021) at position 2",
        "%F0%9F%98%80, (U+1F600) at position 1"
    })
    void when_an_alias_has_a_bad_character_then_it_is_named(String alias, String named) {
        for (String[] each : new String[][] {
            {"PUT", "", "{\"master\":\"db1:1\"}"}, {"POST", "/failover", "{\"master\":\"db1:1\"}"},
            {"POST", "/submit", ""}, {"DELETE", "", ""}
        }) {
            expect(node.client.call(each[0], "/v1/clusters/" + alias + each[1], each[2]), 400, named);
        }
    }

    @Test
    void when_an_alias_is_too_long_then_its_length_is_named() {
        expect(
                node.client.call("PUT", "/v1/clusters/" + "a".repeat(129), "{\"master\":\"db1:1\"}"),
                400,
                "1 to 128 characters, not 129");
    }

    @ParameterizedTest
    @ValueSource(strings = {"zookeeper/x", "a%20b", "a/..%20/b"})
    void when_a_key_cannot_be_stored_everywhere_then_it_is_400(String key) {
        expect(node.client.call("PUT", "/v1/kv/" + key, "{\"value\":\"1\"}"), 400, "key");
    }

    @Test
    void when_a_value_is_too_large_then_it_is_400_and_the_limit_is_named() {
        String value = "x".repeat(512 * 1024 + 1);
        expect(node.client.call("PUT", "/v1/kv/k", "{\"value\":\"" + value + "\"}"), 400, "the limit is 524288 bytes");
    }

    @Test
    void when_a_body_is_too_large_then_it_is_413() {
        expect(
                node.client.call("PUT", "/v1/kv/k", "x".repeat(1024 * 1024 + 1)),
                413,
                "the body is larger than 1048576 bytes");
    }

    @Test
    void when_the_method_is_another_then_it_is_405_and_names_those_that_are_taken() {
        expect(node.client.call("POST", "/v1/clusters/orders", ""), 405, "/v1/clusters/orders takes DELETE, GET, PUT");
        expect(node.client.call("PATCH", "/v1/kv/a/b", ""), 405, "/v1/kv/a/b takes DELETE, GET, PUT");
        expect(node.client.call("DELETE", "/health/live", ""), 405, "takes GET");
        expect(node.client.call("POST", "/api/raft-snapshot", ""), 405, "takes GET");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/ui",
                "/ui/",
                "/ui/nosuch.js",
                "/v1",
                "/v2/node",
                "/v1/node/x",
                "/api",
                "/api/nosuch",
                "/V1/node",
                "/v1/clusters/a/b/c"
            })
    void when_nothing_is_there_then_it_is_404(String path) {
        expect(node.client.get(path), 404, "there is nothing at /");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "wait=some; wait=some is none of committed, local, quorum, all",
                "wait=; wait= is none of",
                "timeout=5; timeout=5 is not a duration, for example 750ms, 10s, 5m or 1h",
                "wait=all&timeout=-1s; timeout=-1s is not a duration",
                "wait=all&timeout=61s; timeout=61s is more than 60s"
            })
    void when_a_wish_to_wait_makes_no_sense_then_it_is_named(String query, String detail) {
        expect(node.client.call("POST", "/v1/submit?" + query, ""), 400, detail);
        expect(node.client.call("PUT", "/v1/clusters/a?" + query, "{\"master\":\"db1:1\"}"), 400, detail);
        expect(node.client.call("DELETE", "/v1/clusters/a?" + query, ""), 400, detail);
        expect(node.client.call("POST", "/v1/clusters/a/failover?" + query, "{\"master\":\"db1:1\"}"), 400, detail);
        expect(node.client.call("POST", "/v1/clusters/a/submit?" + query, ""), 400, detail);
        expect(node.client.call("PUT", "/v1/kv/a?" + query, "{\"value\":\"1\"}"), 400, detail);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "{\"revisions\":{\"x\":[\"a\"]},\"timeout\":\"1s\"}; 'x' is not a revision",
                "{\"revisions\":{}}; the field timeout is missing",
                "{\"revisions\":{},\"timeout\":\"2h\"}; timeout=2h is more than 60s",
                "{\"heads\":[]}; unknown field heads"
            })
    void when_a_node_asks_for_deliveries_in_other_words_then_it_is_400(String body, String detail) {
        expect(node.client.call("POST", "/v1/delivered", body), 400, detail);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /v1/clusters/a%2Fb",
                "GET /v1/clusters/%zz",
                "GET /v1/clusters/%C3",
                "GET /v1/../health/live",
                "GET /v1/clusters/%2e%2e/x",
                "GET http://x:y/",
                "GET /v1//clusters",
                "GET /v1/clusters/a%25b",
                "GET /v1/clusters/a%0Ab",
                "GET /v1/kv/k%00",
                "GET /v1/kv?prefix=%zz"
            })
    void when_a_request_line_is_crooked_then_it_is_refused_and_the_door_stays_open(String line) throws Exception {
        assertThat(node.client.raw(line)).matches("HTTP/1.1 4\\d\\d .*");
        assertThat(node.client.get("/health/live").status()).isEqualTo(200);
    }

    @Test
    void when_the_headers_are_too_large_then_it_is_refused() throws Exception {
        assertThat(node.client.raw("GET /v1/node?" + "x".repeat(20_000))).startsWith("HTTP/1.1 414 ");
    }
}
