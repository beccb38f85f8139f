package io.heliograph.daemon.http;

import com.fasterxml.jackson.databind.JsonNode;
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

    /** Problem details; {@link ProblemKind} makes them. */
    static Answer problem(int status, JsonNode body) {
        return new Answer(status, PROBLEM, body.toString(), Map.of());
    }

    Answer withHeader(String name, String value) {
        return new Answer(status, contentType, body, Map.of(name, value));
    }

    byte[] bytes() {
        return body.getBytes(StandardCharsets.UTF_8);
    }
}
