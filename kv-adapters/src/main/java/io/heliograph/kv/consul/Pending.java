package io.heliograph.kv.consul;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.heliograph.kv.Entry;
import io.heliograph.kv.WriteSet;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.StringJoiner;

/**
 * A write set that is newer than what Consul holds, in the form in which it goes into a transaction.
 *
 * @param set the write set
 * @param modifyIndex the head's ModifyIndex when it was read, 0 when it was not there
 * @param operations JSON of the operations, separated by commas; ASCII, so that its length is its size
 */
record Pending(WriteSet set, long modifyIndex, String operations) {

    private static final ObjectMapper JSON =
            JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    /** {@code cas} on the head, so that nobody can come between, and {@code set} on the others. */
    static Pending of(WriteSet set, long modifyIndex) {
        StringJoiner operations = new StringJoiner(",");
        for (Entry entry : set.entries()) {
            Map<String, Object> operation = new LinkedHashMap<>();
            boolean isHead = entry.key().equals(set.head());
            operation.put("Verb", isHead ? "cas" : "set");
            operation.put("Key", entry.key());
            operation.put(
                    "Value", Base64.getEncoder().encodeToString(entry.value().getBytes(StandardCharsets.UTF_8)));
            operation.put("Flags", set.revision().value());
            if (isHead) {
                operation.put("Index", modifyIndex);
            }
            operations.add(json(Map.of("KV", operation)));
        }
        return new Pending(set, modifyIndex, operations.toString());
    }

    int size() {
        return set.entries().size();
    }

    private static String json(Map<String, ?> operation) {
        try {
            return JSON.writeValueAsString(operation);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
