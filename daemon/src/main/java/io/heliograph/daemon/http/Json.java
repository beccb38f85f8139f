package io.heliograph.daemon.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** Reading and building JSON. */
final class Json {

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private Json() {}

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    static ArrayNode array() {
        return JsonNodeFactory.instance.arrayNode();
    }

    /**
     * @throws JsonProcessingException when the text is not one JSON value
     */
    static JsonNode parse(String text) throws JsonProcessingException {
        JsonNode node = MAPPER.readTree(text);
        return node == null ? JsonNodeFactory.instance.missingNode() : node;
    }

    /** What an answer holds; empty when it is not a JSON object. */
    static Optional<ObjectNode> of(Answer answer) {
        try {
            return parse(answer.body()) instanceof ObjectNode object ? Optional.of(object) : Optional.empty();
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    /**
     * A request's body, which must be an object with no other fields than these.
     *
     * @throws HttpProblem 400 saying what is wrong
     */
    static ObjectNode body(String text, List<String> fields) {
        JsonNode node;
        try {
            node = parse(text);
        } catch (JsonProcessingException e) {
            throw new HttpProblem(
                    ProblemKind.BAD_REQUEST,
                    "the body is not JSON: " + e.getOriginalMessage() + " at line "
                            + Optional.ofNullable(e.getLocation())
                                    .map(at -> at.getLineNr())
                                    .orElse(0));
        }
        if (!(node instanceof ObjectNode object)) {
            throw new HttpProblem(ProblemKind.BAD_REQUEST, "the body should be a JSON object with " + fields);
        }
        TreeSet<String> unknown = new TreeSet<>();
        object.fieldNames().forEachRemaining(unknown::add);
        fields.forEach(unknown::remove);
        if (!unknown.isEmpty()) {
            throw new HttpProblem(
                    ProblemKind.BAD_REQUEST,
                    "the body has an unknown field " + unknown.first() + "; known are " + fields);
        }
        return object;
    }

    /**
     * A text field.
     *
     * @return empty when the field is absent or null
     * @throws HttpProblem 400 when it is not text
     */
    static Optional<String> text(ObjectNode body, String field) {
        JsonNode value = body.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return Optional.empty();
        }
        if (!value.isTextual()) {
            throw new HttpProblem(ProblemKind.BAD_REQUEST, "the field " + field + " should be text");
        }
        return Optional.of(value.textValue());
    }

    /**
     * @throws HttpProblem 400 when the field is absent
     */
    static String requiredText(ObjectNode body, String field) {
        return text(body, field)
                .orElseThrow(() -> new HttpProblem(ProblemKind.BAD_REQUEST, "the field " + field + " is missing"));
    }
}
