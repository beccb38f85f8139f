package io.heliograph.fsm;

import io.heliograph.kv.WriteSet;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * What every store should hold: the newest write set of each head. Deletions are write sets too, and stay: a store that is
 * away learns of them when it is back. At most {@value #MAX_DELETIONS} are kept, the newest.
 *
 * <p>Threads: written by the state machine's thread only; read by any thread at any time. A write set is one immutable
 * object, so a reader never sees a half of it. Invariant: no key is in two write sets.
 */
public final class DesiredState {

    /** How many deletions are kept. */
    public static final int MAX_DELETIONS = 10_000;

    private final NavigableMap<String, WriteSet> sets = new ConcurrentSkipListMap<>();
    private final Map<String, String> headOfKey = new ConcurrentHashMap<>();
    /** Oldest first. The state machine's thread only. */
    private final NavigableSet<WriteSet> deletions =
            new TreeSet<>(Comparator.comparing(WriteSet::revision).thenComparing(WriteSet::head));

    /** The newest write set named by {@code head}; a deletion, too. */
    public Optional<WriteSet> get(String head) {
        return Optional.ofNullable(sets.get(head));
    }

    /** The write set that sets {@code key}, as its head or further down. */
    public Optional<WriteSet> owning(String key) {
        return holding(key).filter(set -> !set.isDeletion());
    }

    /** The write set that deletes {@code key}. */
    public Optional<WriteSet> deletionOf(String key) {
        return holding(key).filter(WriteSet::isDeletion);
    }

    private Optional<WriteSet> holding(String key) {
        String head = headOfKey.get(key);
        return head == null ? Optional.empty() : get(head);
    }

    /** Every write set, deletions too, sorted by head; a live view. */
    public Collection<WriteSet> all() {
        return sets.values();
    }

    /** Number of write sets, deletions too. */
    public int size() {
        return sets.size();
    }

    /**
     * The write sets that set {@code prefix} itself or a key below it, sorted by head.
     *
     * @param prefix a path without a trailing slash; empty for all
     */
    public List<WriteSet> below(String prefix) {
        List<WriteSet> found = new ArrayList<>();
        for (WriteSet set : sets.values()) {
            if (!set.isDeletion() && set.entries().stream().anyMatch(entry -> isBelow(entry.key(), prefix))) {
                found.add(set);
            }
        }
        return found;
    }

    /** Whether {@code key} is {@code prefix} or a path below it. */
    public static boolean isBelow(String key, String prefix) {
        return prefix.isEmpty() || key.equals(prefix) || key.startsWith(prefix + "/");
    }

    /**
     * Puts a write set in the place of whatever held any of its keys. Of a deletion only those keys go that it holds; the
     * others are still to be deleted.
     *
     * @return the heads that are not what they were: of what is left of deletions, which is to be delivered first, so that
     *     a late writer of such a deletion is turned away; of this write set; of the oldest deletion when there are too many
     */
    List<String> put(WriteSet set) {
        Set<String> keys = new HashSet<>(set.keys());
        List<WriteSet> left = new ArrayList<>();
        for (String key : set.keys()) {
            String head = headOfKey.get(key);
            if (head != null && !head.equals(set.head())) {
                leftOf(remove(head), set).ifPresent(left::add);
            }
        }
        List<String> changed = new ArrayList<>();
        List<String> own = new ArrayList<>();
        WriteSet before = add(set, own);
        if (before != null) {
            before.keys().stream().filter(key -> !keys.contains(key)).forEach(headOfKey::remove);
            leftOf(before, set).ifPresent(left::add);
        }
        left.forEach(deletion -> add(deletion, changed));
        changed.addAll(own);
        return changed;
    }

    /** What a deletion still has to delete when some of its keys are another write set's; of that one's revision. */
    private static Optional<WriteSet> leftOf(@Nullable WriteSet before, WriteSet taker) {
        if (before == null || !before.isDeletion()) {
            return Optional.empty();
        }
        List<String> others = new ArrayList<>(before.keys());
        others.removeAll(taker.keys());
        return others.isEmpty() ? Optional.empty() : Optional.of(WriteSet.deletion(taker.revision(), others));
    }

    /** Returns what had the same head; a reader sees the one or the other. */
    private @Nullable WriteSet add(WriteSet set, List<String> changed) {
        set.keys().forEach(key -> headOfKey.put(key, set.head()));
        WriteSet before = sets.put(set.head(), set);
        changed.add(set.head());
        if (before != null) {
            deletions.remove(before);
        }
        if (set.isDeletion()) {
            deletions.add(set);
            if (deletions.size() > MAX_DELETIONS) {
                String oldest = deletions.first().head();
                remove(oldest);
                changed.add(oldest);
            }
        }
        return before;
    }

    private @Nullable WriteSet remove(String head) {
        WriteSet removed = sets.remove(head);
        if (removed != null) {
            removed.keys().forEach(headOfKey::remove);
            deletions.remove(removed);
        }
        return removed;
    }
}
