package io.heliograph.kv;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The entries that change together: the unit of atomicity and of fencing. The first entry's key, the <em>head</em>,
 * names the write set; a store keeps the revision beside it, also when the write set is a deletion and the key is gone.
 *
 * @param revision where in the log this was decided; never {@link Revision#NONE}
 * @param decidedAt when, in milliseconds since 1970 by the leader's clock; 0 where it was not recorded. For people: what
 *     is newer is for the revision to say
 * @param action what to do with the keys
 * @param entries one to {@link #MAX_ENTRIES} entries with distinct keys, in the order in which they were decided; of a
 *     deletion the values are empty and mean nothing
 */
public record WriteSet(Revision revision, long decidedAt, Action action, List<Entry> entries) {

    /** What to do with the keys of a write set. */
    public enum Action {
        /** They get these values. */
        SET,
        /** They go. */
        DELETE
    }

    /**
     * Most entries of one write set. A Consul transaction holds 64 operations, of which one guards the owner and one the
     * fence of what was deleted.
     */
    public static final int MAX_ENTRIES = 62;

    public WriteSet {
        entries = List.copyOf(entries);
        if (revision.equals(Revision.NONE)) {
            throw new IllegalArgumentException("a write set needs a revision");
        }
        if (entries.isEmpty() || entries.size() > MAX_ENTRIES) {
            throw new IllegalArgumentException(
                    "a write set has 1 to " + MAX_ENTRIES + " entries, not " + entries.size());
        }
        Set<String> keys = new HashSet<>();
        for (Entry entry : entries) {
            if (!keys.add(entry.key())) {
                throw new IllegalArgumentException("key twice in one write set: " + entry.key());
            }
        }
    }

    /** Sets keys; when it was decided is not recorded. */
    public WriteSet(Revision revision, List<Entry> entries) {
        this(revision, 0, Action.SET, entries);
    }

    /** Deletes {@code keys}, the head first. */
    public static WriteSet deletion(Revision revision, List<String> keys) {
        return new WriteSet(
                revision,
                0,
                Action.DELETE,
                keys.stream().map(key -> new Entry(key, "")).toList());
    }

    /** The same at another revision. */
    public WriteSet at(Revision other) {
        return new WriteSet(other, decidedAt, action, entries);
    }

    public boolean isDeletion() {
        return action == Action.DELETE;
    }

    /** The first key, which names the write set. */
    public String head() {
        return entries.get(0).key();
    }

    /** All keys, the head first. */
    public List<String> keys() {
        return entries.stream().map(Entry::key).toList();
    }
}
