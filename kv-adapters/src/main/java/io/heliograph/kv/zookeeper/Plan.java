package io.heliograph.kv.zookeeper;

import io.heliograph.kv.Entry;
import io.heliograph.kv.Owner;
import io.heliograph.kv.WriteSet;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.Op;
import org.jspecify.annotations.Nullable;

/**
 * How to write one write set, given which of its nodes are there.
 *
 * @param set the write set
 * @param parents nodes to be made beforehand, uppermost first
 * @param operations the transaction
 */
record Plan(WriteSet set, SortedSet<String> parents, List<Op> operations) {

    private static final int ANY_VERSION = -1;

    /**
     * How to give the keys their values.
     *
     * @param fence what the fence holds, null when there is none
     * @param missing paths of the values that are not there
     */
    static Plan of(WriteSet set, Paths paths, @Nullable Node fence, Set<String> missing) {
        SortedSet<String> parents = new TreeSet<>();
        List<Op> operations = new ArrayList<>();
        operations.add(fence(set, paths, fence, parents));
        SortedMap<String, Op> values = new TreeMap<>();
        for (Entry entry : set.entries()) {
            String path = paths.value(entry.key());
            byte[] value = bytes(entry.value());
            boolean isNew = missing.contains(path);
            values.put(path, isNew ? create(paths, path, value) : Op.setData(path, value, ANY_VERSION));
            if (isNew) {
                addParents(paths, path, missing, parents, values);
            }
        }
        // in the order of the paths, so that a node comes after the one it is below
        operations.addAll(values.values());
        return new Plan(set, parents, operations);
    }

    /**
     * How to delete the keys. The fence stays.
     *
     * @param fence what the fence holds, null when there is none
     * @param children number of nodes below each value that is there, by path
     */
    static Plan deletion(WriteSet set, Paths paths, @Nullable Node fence, Map<String, Integer> children) {
        SortedSet<String> parents = new TreeSet<>();
        List<Op> operations = new ArrayList<>();
        operations.add(fence(set, paths, fence, parents));
        Map<String, Integer> left = new HashMap<>(children);
        // what is below comes first
        for (String path : new TreeSet<>(children.keySet()).descendingSet()) {
            if (left.getOrDefault(path, 0) == 0) {
                operations.add(Op.delete(path, ANY_VERSION));
                left.computeIfPresent(path.substring(0, path.lastIndexOf('/')), (above, number) -> number - 1);
            } else {
                // it leads to others; without data it is no entry
                operations.add(Op.setData(path, null, ANY_VERSION));
            }
        }
        return new Plan(set, parents, operations);
    }

    /** The operation that claims the store, or makes the transaction fail when the owner is another one by now. */
    static Op guard(Paths paths, Owner owner, @Nullable Node found) {
        return found == null
                ? create(paths, paths.owner(), bytes(owner.name()))
                : Op.check(paths.owner(), found.version());
    }

    /** The operation that makes us the owner, unless somebody else becomes it meanwhile. */
    static Op owner(Paths paths, Owner owner, @Nullable Node found) {
        byte[] name = bytes(owner.name());
        return found == null ? create(paths, paths.owner(), name) : Op.setData(paths.owner(), name, found.version());
    }

    /** The transaction with one more operation before all others. */
    List<Op> guarded(Op guard) {
        List<Op> all = new ArrayList<>();
        all.add(guard);
        all.addAll(operations);
        return all;
    }

    private static Op fence(WriteSet set, Paths paths, @Nullable Node fence, SortedSet<String> parents) {
        String path = paths.fence(set.head());
        byte[] revision = bytes(set.revision().toString());
        if (fence == null) {
            parents.addAll(Paths.above(path));
            return create(paths, path, revision);
        }
        return Op.setData(path, revision, fence.version());
    }

    /**
     * A parent can be made beforehand, unless it is itself a value that the transaction makes, or below one: an empty
     * node there would show a reader a part of the write set.
     */
    private static void addParents(
            Paths paths, String path, Set<String> missing, SortedSet<String> parents, Map<String, Op> values) {
        boolean isBelowNewValue = false;
        for (String parent : Paths.above(path)) {
            if (missing.contains(parent)) {
                isBelowNewValue = true;
            } else if (isBelowNewValue) {
                values.putIfAbsent(parent, create(paths, parent, null));
            } else {
                parents.add(parent);
            }
        }
    }

    private static Op create(Paths paths, String path, byte @Nullable [] data) {
        return Op.create(path, data, paths.acl(), CreateMode.PERSISTENT);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
