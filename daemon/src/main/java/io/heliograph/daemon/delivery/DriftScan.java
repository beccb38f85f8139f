package io.heliograph.daemon.delivery;

import io.heliograph.fsm.DesiredState;
import io.heliograph.kv.Entry;
import io.heliograph.kv.Revision;
import io.heliograph.kv.StoreAdapter;
import io.heliograph.kv.StoreException;
import io.heliograph.kv.StoredEntry;
import io.heliograph.kv.TooLargeException;
import io.heliograph.kv.WriteSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Compares a store with what was delivered to it. One range read for each tree that the keys are in, a tree being what
 * begins with the same segment; where they are in very many, one read of everything.
 */
final class DriftScan {

    private static final int MAX_TREES = 64;

    /** Keys read one by one, in one call. */
    private static final int KEYS_TOGETHER = 2000;

    /**
     * What is not as it was delivered.
     *
     * @param why a few words
     * @param edited what the head's key holds, where somebody changed just that by hand
     * @param isNewer whether the store holds a newer revision: not drift, but somebody's newer write
     */
    record Drift(String why, Optional<String> edited, boolean isNewer) {
        Drift(String why) {
            this(why, Optional.empty(), false);
        }
    }

    private final Map<String, StoredEntry> found = new HashMap<>();

    private DriftScan() {}

    /**
     * Finds the write sets that are not as they were delivered, and why.
     *
     * @param delivered write sets the store was known to hold before this is called
     * @return by head, sorted
     * @throws StoreException when the store cannot be read
     */
    static Map<String, Drift> find(StoreAdapter adapter, Collection<WriteSet> delivered) throws StoreException {
        DriftScan scan = new DriftScan();
        Set<String> keys = new HashSet<>();
        delivered.forEach(set -> keys.addAll(set.keys()));
        for (String prefix : prefixes(delivered)) {
            scan.read(adapter, prefix, keys);
        }
        Map<String, Drift> drifted = new TreeMap<>();
        delivered.forEach(set -> scan.differenceOf(set).ifPresent(why -> drifted.put(set.head(), why)));
        return drifted;
    }

    /** Keeps what is ours. Where much else is below the prefix, it is left where it is. */
    private void read(StoreAdapter adapter, String prefix, Set<String> keys) throws StoreException {
        try {
            keep(adapter.read(prefix), keys);
        } catch (TooLargeException e) {
            List<String> ours = keys.stream()
                    .filter(key -> DesiredState.isBelow(key, prefix))
                    .toList();
            for (int from = 0; from < ours.size(); from += KEYS_TOGETHER) {
                keep(adapter.readKeys(ours.subList(from, Math.min(ours.size(), from + KEYS_TOGETHER))), keys);
            }
        }
    }

    private void keep(List<StoredEntry> entries, Set<String> keys) {
        entries.stream().filter(entry -> keys.contains(entry.key())).forEach(entry -> found.put(entry.key(), entry));
    }

    /** Of a deletion, what has come back with a revision of ours, out of a backup, and not what somebody made since. */
    private Optional<Drift> returned(WriteSet set) {
        return set.keys().stream()
                .filter(key -> {
                    StoredEntry stored = found.get(key);
                    return stored != null
                            && !stored.revision().equals(Revision.NONE)
                            && set.revision().isNewerThan(stored.revision());
                })
                .findFirst()
                .map(key -> new Drift(key + " was deleted and is back"));
    }

    private Optional<Drift> differenceOf(WriteSet set) {
        if (set.isDeletion()) {
            return returned(set);
        }
        StoredEntry head = found.get(set.head());
        Revision revision = head == null ? Revision.NONE : head.revision();
        if (revision.isNewerThan(set.revision())) {
            return Optional.of(new Drift(set.head() + " has the revision " + revision, Optional.empty(), true));
        }
        for (Entry entry : set.entries()) {
            StoredEntry stored = found.get(entry.key());
            if (stored == null) {
                return Optional.of(new Drift(entry.key() + " is missing"));
            }
            if (!stored.value().equals(entry.value())) {
                return Optional.of(new Drift(entry.key() + " has another value", editOf(set, stored), false));
            }
        }
        return revision.equals(set.revision())
                ? Optional.empty()
                : Optional.of(new Drift(set.head() + " has the revision " + revision));
    }

    /** An older revision is no hand edit but an old backup, or somebody's old write. */
    private static Optional<String> editOf(WriteSet set, StoredEntry stored) {
        boolean isByHand =
                stored.revision().equals(Revision.NONE) || stored.revision().equals(set.revision());
        return isByHand && stored.key().equals(set.head()) ? Optional.of(stored.value()) : Optional.empty();
    }

    /** The path that all keys of a tree share, for each tree. */
    static Collection<String> prefixes(Collection<WriteSet> sets) {
        Map<String, String> byTree = new TreeMap<>();
        for (WriteSet set : sets) {
            for (Entry entry : set.entries()) {
                String key = entry.key();
                int slash = key.indexOf('/');
                byTree.merge(slash < 0 ? key : key.substring(0, slash), key, DriftScan::commonPath);
            }
        }
        return byTree.size() > MAX_TREES ? List.of("") : byTree.values();
    }

    private static String commonPath(String a, String b) {
        int end = 0;
        int segmentEnd = 0;
        while (end < a.length() && end < b.length() && a.charAt(end) == b.charAt(end)) {
            if (a.charAt(end) == '/') {
                segmentEnd = end;
            }
            end++;
        }
        boolean aEnds = end == a.length() && (end == b.length() || b.charAt(end) == '/');
        boolean bEnds = end == b.length() && (end == a.length() || a.charAt(end) == '/');
        return a.substring(0, aEnds || bEnds ? end : segmentEnd);
    }
}
