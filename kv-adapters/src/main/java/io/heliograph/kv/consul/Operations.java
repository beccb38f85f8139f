package io.heliograph.kv.consul;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/** The operations of a transaction ({@code PUT /v1/txn}), as ASCII JSON. An index is a key's ModifyIndex. */
final class Operations {

    private static final ObjectMapper JSON =
            JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    private Operations() {}

    /** Reads a key; one that is not there makes the transaction fail. */
    static String get(String key) {
        return json(plain("get", key));
    }

    static String set(String key, String value, long flags) {
        return json(withValue("set", key, value, flags));
    }

    /** Sets a key that has not changed since; an index of 0 makes it, where it is not there. */
    static String cas(String key, String value, long flags, long index) {
        Map<String, Object> operation = withValue("cas", key, value, flags);
        operation.put("Index", index);
        return json(operation);
    }

    static String delete(String key) {
        return json(plain("delete", key));
    }

    /** Deletes a key that is there and has not changed since. */
    static String deleteCas(String key, long index) {
        Map<String, Object> operation = plain("delete-cas", key);
        operation.put("Index", index);
        return json(operation);
    }

    static String checkNotExists(String key) {
        return json(plain("check-not-exists", key));
    }

    static String checkIndex(String key, long index) {
        Map<String, Object> operation = plain("check-index", key);
        operation.put("Index", index);
        return json(operation);
    }

    private static Map<String, Object> plain(String verb, String key) {
        Map<String, Object> operation = new LinkedHashMap<>();
        operation.put("Verb", verb);
        operation.put("Key", key);
        return operation;
    }

    private static Map<String, Object> withValue(String verb, String key, String value, long flags) {
        Map<String, Object> operation = plain(verb, key);
        operation.put("Value", Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8)));
        operation.put("Flags", flags);
        return operation;
    }

    private static String json(Map<String, ?> operation) {
        try {
            return JSON.writeValueAsString(Map.of("KV", operation));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
