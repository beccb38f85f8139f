package io.heliograph.kv.zookeeper;

import io.heliograph.kv.Limits;
import io.heliograph.kv.Owner;
import java.util.ArrayList;
import java.util.List;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.data.ACL;

/**
 * Where keys and fences are kept, and whose the nodes are.
 *
 * @param root path under which everything is kept, empty for the top
 * @param acl who may touch the nodes we make
 */
record Paths(String root, List<ACL> acl) {

    /** Key under which the fences are kept, each at the path of its write set's head. */
    private static final String FENCES = Limits.RESERVED + "/fence";

    /** ZooKeeper's own tree at the top. */
    private static final String SYSTEM = "zookeeper";

    Paths {
        acl = List.copyOf(acl);
    }

    /** With nodes that are open to everybody. */
    Paths(String root) {
        this(root, ZooDefs.Ids.OPEN_ACL_UNSAFE);
    }

    String value(String key) {
        return root + "/" + key;
    }

    String fence(String head) {
        return root + "/" + FENCES + "/" + head;
    }

    /** The node below which all fences are. */
    String fences() {
        return root + "/" + FENCES;
    }

    /** The node that says whose the store is. */
    String owner() {
        return root + "/" + Owner.KEY;
    }

    /** The node whose children are the first segments of all keys. */
    String top() {
        return root.isEmpty() ? "/" : root;
    }

    /** Whether a key would be mixed up with what we keep for ourselves or with ZooKeeper's own nodes. */
    boolean isReserved(String key) {
        return Limits.isReserved(key) || (root.isEmpty() && isWithin(key, SYSTEM));
    }

    /** The nodes above {@code path}, uppermost first. */
    static List<String> above(String path) {
        List<String> above = new ArrayList<>();
        for (int slash = path.indexOf('/', 1); slash > 0; slash = path.indexOf('/', slash + 1)) {
            above.add(path.substring(0, slash));
        }
        return above;
    }

    private static boolean isWithin(String key, String tree) {
        return key.equals(tree) || key.startsWith(tree + "/");
    }
}
