package io.heliograph.daemon.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * A response.
 *
 * @param status HTTP status
 * @param contentType media type
 * @param body text, sent as UTF-8
 * @param headers further headers
 */
record Answer(int status, String contentType, String body, Map<String, String> headers) {

    static final String JSON = "application/json; charset=UTF-8";
    static final String PROBLEM = "application/problem+json";
    static final String TEXT = "text/plain; charset=UTF-8";

    static Answer json(int status, JsonNode body) {
        return new Answer(status, JSON, body.toString(), Map.of());
    }

    static Answer text(int status, String body) {
        return new Answer(status, TEXT, body, Map.of());
    }

    /**
     * Problem details (RFC 9457).
     *
     * @param title the kind of problem, the same for all of a kind
     * @param detail this one, and what to do next
     */
    static Answer problem(int status, String title, String detail) {
        return problem(status, title, detail, Json.object());
    }

    static Answer problem(int status, String title, String detail, ObjectNode more) {
        ObjectNode body = Json.object();
        body.put("type", "about:blank")
                .put("title", title)
                .put("status", status)
                .put("detail", detail);
        body.setAll(more);
        return new Answer(status, PROBLEM, body.toString(), Map.of());
    }

    Answer withHeader(String name, String value) {
        return new Answer(status, contentType, body, Map.of(name, value));
    }

    byte[] bytes() {
        return body.getBytes(StandardCharsets.UTF_8);
    }
}
