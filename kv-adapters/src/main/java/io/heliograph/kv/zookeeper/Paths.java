package io.heliograph.kv.zookeeper;

import java.util.ArrayList;
import java.util.List;

/**
 * Where keys and fences are kept.
 *
 * @param root path under which everything is kept, empty for the top
 */
record Paths(String root) {

    /** Key under which the fences are kept, each at the path of its write set's head. */
    static final String FENCES = "heliograph/fence";

    /** ZooKeeper's own tree at the top. */
    private static final String RESERVED = "zookeeper";

    String value(String key) {
        return root + "/" + key;
    }

    String fence(String head) {
        return root + "/" + FENCES + "/" + head;
    }

    /** The node whose children are the first segments of all keys. */
    String top() {
        return root.isEmpty() ? "/" : root;
    }

    /** Whether a key would be mixed up with the fences or with ZooKeeper's own nodes. */
    boolean isReserved(String key) {
        return isWithin(key, FENCES) || (root.isEmpty() && isWithin(key, RESERVED));
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
