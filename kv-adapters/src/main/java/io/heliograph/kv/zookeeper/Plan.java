package io.heliograph.kv.zookeeper;

import io.heliograph.kv.Entry;
import io.heliograph.kv.WriteSet;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.ZooDefs;
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
     * @param fence what the fence holds, null when there is none
     * @param missing paths of the values that are not there
     */
    static Plan of(WriteSet set, Paths paths, @Nullable Node fence, Set<String> missing) {
        SortedSet<String> parents = new TreeSet<>();
        List<Op> operations = new ArrayList<>();
        String fencePath = paths.fence(set.head());
        byte[] revision = bytes(set.revision().toString());
        if (fence == null) {
            parents.addAll(Paths.above(fencePath));
            operations.add(create(fencePath, revision));
        } else {
            operations.add(Op.setData(fencePath, revision, fence.version()));
        }
        SortedMap<String, Op> values = new TreeMap<>();
        for (Entry entry : set.entries()) {
            String path = paths.value(entry.key());
            byte[] value = bytes(entry.value());
            boolean isNew = missing.contains(path);
            values.put(path, isNew ? create(path, value) : Op.setData(path, value, ANY_VERSION));
            if (isNew) {
                addParents(path, missing, parents, values);
            }
        }
        // in the order of the paths, so that a node comes after the one it is below
        operations.addAll(values.values());
        return new Plan(set, parents, operations);
    }

    /**
     * A parent can be made beforehand, unless it is itself a value that the transaction makes, or below one: an empty
     * node there would show a reader a part of the write set.
     */
    private static void addParents(
            String path, Set<String> missing, SortedSet<String> parents, Map<String, Op> values) {
        boolean isBelowNewValue = false;
        for (String parent : Paths.above(path)) {
            if (missing.contains(parent)) {
                isBelowNewValue = true;
            } else if (isBelowNewValue) {
                values.putIfAbsent(parent, create(parent, null));
            } else {
                parents.add(parent);
            }
        }
    }

    private static Op create(String path, byte @Nullable [] data) {
        return Op.create(path, data, ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
