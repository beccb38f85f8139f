package io.heliograph.kv.consul;

import com.fasterxml.jackson.databind.JsonNode;
import com.orbitz.consul.model.kv.TxResponse;
import com.orbitz.consul.model.kv.Value;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What a transaction of reads came to: all of the values, or none of them and what was in the way.
 *
 * @param values what was read; empty when anything was in the way
 * @param missing positions of the keys that are not there, from 0
 * @param refused positions of the keys that the agent does not show for another reason
 */
record Together(List<Value> values, Set<Integer> missing, Set<Integer> refused) {

    static Together of(TxResponse response) {
        return new Together(
                response.results().stream()
                        .flatMap(result -> result.values().stream())
                        .toList(),
                Set.of(),
                Set.of());
    }

    /**
     * @param response body of a 409
     */
    static Together of(JsonNode response) {
        Set<Integer> missing = new HashSet<>();
        Set<Integer> refused = new HashSet<>();
        for (JsonNode error : response.path("Errors")) {
            boolean isMissing = error.path("What").asText().endsWith("doesn't exist");
            (isMissing ? missing : refused).add(error.path("OpIndex").asInt());
        }
        return new Together(List.of(), missing, refused);
    }
}
