package io.heliograph.it.stores;

import io.heliograph.kv.Entry;
import io.heliograph.kv.Revision;
import io.heliograph.kv.StoredEntry;
import io.heliograph.kv.WriteSet;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Write sets as a cluster has them: five keys, every value derived from the revision. */
final class WriteSets {

    private WriteSets() {}

    /** The five keys of a cluster whose head is {@code head}. */
    static WriteSet cluster(String head, long revision) {
        return new WriteSet(
                new Revision(revision),
                List.of(
                        new Entry(head, "db" + revision + ":" + revision),
                        new Entry(head + "/hostname", "db" + revision),
                        new Entry(head + "/port", Long.toString(revision)),
                        new Entry(head + "/ipv4", "10.0.0." + revision % 256),
                        new Entry(head + "/ipv6", "fd00::" + revision)));
    }

    static WriteSet single(String key, String value, long revision) {
        return new WriteSet(new Revision(revision), List.of(new Entry(key, value)));
    }

    /** What {@link io.heliograph.kv.StoreAdapter#read} shows of a write set, by key. */
    static Map<String, StoredEntry> stored(WriteSet set) {
        return set.entries().stream()
                .collect(Collectors.toMap(
                        Entry::key, entry -> new StoredEntry(entry.key(), entry.value(), set.revision())));
    }

    static Map<String, StoredEntry> byKey(List<StoredEntry> entries) {
        return entries.stream().collect(Collectors.toMap(StoredEntry::key, Function.identity()));
    }
}
