package io.heliograph.fsm;

import io.heliograph.kv.Entry;
import io.heliograph.kv.WriteSet;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Collectors;

/**
 * What every store should hold: the newest write set of each head.
 *
 * <p>Threads: written by the state machine's thread only; read by any thread at any time. A write set is one immutable
 * object, so a reader never sees a half of it. Invariant: no key is in two write sets.
 */
public final class DesiredState {

    private final NavigableMap<String, WriteSet> sets = new ConcurrentSkipListMap<>();
    private final Map<String, String> headOfKey = new ConcurrentHashMap<>();

    /** The newest write set named by {@code head}. */
    public Optional<WriteSet> get(String head) {
        return Optional.ofNullable(sets.get(head));
    }

    /** The write set that holds {@code key}, as its head or further down. */
    public Optional<WriteSet> owning(String key) {
        String head = headOfKey.get(key);
        return head == null ? Optional.empty() : get(head);
    }

    /** Every write set, sorted by head; a live view. */
    public Collection<WriteSet> all() {
        return sets.values();
    }

    /** Number of write sets. */
    public int size() {
        return sets.size();
    }

    /**
     * The write sets whose entries include {@code prefix} itself or a key below it, sorted by head.
     *
     * @param prefix a path without a trailing slash; empty for all
     */
    public List<WriteSet> below(String prefix) {
        List<WriteSet> found = new ArrayList<>();
        for (WriteSet set : sets.values()) {
            if (set.entries().stream().anyMatch(entry -> isBelow(entry.key(), prefix))) {
                found.add(set);
            }
        }
        return found;
    }

    /** Whether {@code key} is {@code prefix} or a path below it. */
    public static boolean isBelow(String key, String prefix) {
        return prefix.isEmpty() || key.equals(prefix) || key.startsWith(prefix + "/");
    }

    /** Puts a write set in the place of whatever held any of its keys. */
    void put(WriteSet set) {
        for (Entry entry : set.entries()) {
            String head = headOfKey.get(entry.key());
            if (head != null && !head.equals(set.head())) {
                remove(head);
            }
        }
        set.entries().forEach(entry -> headOfKey.put(entry.key(), set.head()));
        WriteSet before = sets.put(set.head(), set);
        if (before != null) {
            Set<String> kept = set.entries().stream().map(Entry::key).collect(Collectors.toSet());
            before.entries().stream()
                    .map(Entry::key)
                    .filter(key -> !kept.contains(key))
                    .forEach(headOfKey::remove);
        }
    }

    private void remove(String head) {
        WriteSet removed = sets.remove(head);
        if (removed != null) {
            removed.entries().forEach(entry -> headOfKey.remove(entry.key()));
        }
    }
}
