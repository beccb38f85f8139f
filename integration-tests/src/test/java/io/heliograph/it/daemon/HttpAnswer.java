package io.heliograph.it.daemon;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * What a daemon answered.
 *
 * @param body the JSON, or a text node where the answer is none
 */
public record HttpAnswer(int status, JsonNode body) {
    /** The body of a 2xx answer; anything else is a failed test. */
    public JsonNode orThrow() {
        if (status / 100 != 2) {
            throw new AssertionError("answer " + status + ": " + body);
        }
        return body;
    }
}
