package io.heliograph.kv;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The entries that change together: the unit of atomicity and of fencing. The first entry's key, the <em>head</em>,
 * names the write set; a store keeps the revision beside it.
 *
 * @param revision where in the log these values were decided; never {@link Revision#NONE}
 * @param entries one to {@link #MAX_ENTRIES} entries with distinct keys, in the order in which they were decided
 */
public record WriteSet(Revision revision, List<Entry> entries) {

    /** Most entries of one write set: a Consul transaction holds 64 operations. */
    public static final int MAX_ENTRIES = 64;

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

    /** The first key, which names the write set. */
    public String head() {
        return entries.get(0).key();
    }
}
