package io.heliograph.kv;

/**
 * An entry as a store holds it.
 *
 * @param key the key
 * @param value the value; whatever somebody wrote there
 * @param revision the revision kept beside it, {@link Revision#NONE} where the store keeps none
 */
public record StoredEntry(String key, String value, Revision revision) {}
