package io.heliograph.kv;

import java.util.Objects;

/**
 * One key and its value.
 *
 * @param key path of one or more segments separated by {@code /}, without a leading slash; see {@link Limits#checkKey}
 * @param value any text, at most {@link Limits#MAX_VALUE_BYTES} bytes of UTF-8; may be empty
 */
public record Entry(String key, String value) implements Comparable<Entry> {

    public Entry {
        Limits.checkKey(key);
        Limits.checkValue(key, value);
        Objects.requireNonNull(value, "value");
    }

    /** By key, in code unit order. */
    @Override
    public int compareTo(Entry other) {
        return key.compareTo(other.key);
    }
}
