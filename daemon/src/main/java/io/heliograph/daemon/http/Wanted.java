package io.heliograph.daemon.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heliograph.kv.Revision;
import java.util.LinkedHashMap;
import java.util.Map;

/** What stores are to hold, head to revision, as nodes tell each other: {@code {"revision":["head",…],…}}. */
final class Wanted {

    private Wanted() {}

    static ObjectNode json(Map<String, Revision> wanted) {
        ObjectNode json = Json.object();
        wanted.forEach((head, revision) -> {
            String field = Long.toString(revision.value());
            ArrayNode heads = json.get(field) instanceof ArrayNode known ? known : json.putArray(field);
            heads.add(head);
        });
        return json;
    }

    /**
     * Reads it back.
     *
     * @throws HttpProblem 400 when it is something else
     */
    static Map<String, Revision> parse(JsonNode json) {
        Map<String, Revision> wanted = new LinkedHashMap<>();
        json.properties().forEach(each -> {
            Revision revision = revision(each.getKey());
            each.getValue().forEach(head -> wanted.put(head.asText(), revision));
        });
        return wanted;
    }

    private static Revision revision(String text) {
        try {
            return new Revision(Long.parseLong(text));
        } catch (IllegalArgumentException e) {
            throw new HttpProblem(ProblemKind.BAD_REQUEST, "'" + text + "' is not a revision");
        }
    }
}
