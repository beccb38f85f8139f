package io.heliograph.kv.zookeeper;

import io.heliograph.kv.StoreResult;
import java.util.EnumSet;
import java.util.Set;
import org.apache.zookeeper.KeeperException.Code;
import org.jspecify.annotations.Nullable;

/** What ZooKeeper's answers mean. */
final class Codes {

    private static final Set<Code> RACE = EnumSet.of(Code.BADVERSION, Code.NODEEXISTS, Code.NONODE, Code.NOTEMPTY);

    private static final Set<Code> REFUSED = EnumSet.of(
            Code.NOAUTH,
            Code.INVALIDACL,
            Code.AUTHFAILED,
            Code.BADARGUMENTS,
            Code.QUOTAEXCEEDED,
            Code.NOCHILDRENFOREPHEMERALS,
            Code.UNIMPLEMENTED);

    /** The server said in so many words that it did not take the request. */
    private static final Set<Code> NOT_TAKEN = EnumSet.of(Code.SESSIONMOVED, Code.NOTREADONLY, Code.THROTTLEDOP);

    private Codes() {}

    static boolean isRace(Code code) {
        return RACE.contains(code);
    }

    /** Whether an answer leaves open what became of a transaction. */
    static boolean isLost(Code code) {
        return code != Code.OK && !isRace(code) && !REFUSED.contains(code) && !NOT_TAKEN.contains(code);
    }

    static StoreResult whileReading(Code code) {
        return REFUSED.contains(code)
                ? new StoreResult.Rejected("refused: " + code)
                : new StoreResult.Unavailable("no answer: " + code);
    }

    /**
     * For a code that is neither a race nor lost.
     *
     * @param path where it happened; null when that is not known
     */
    static StoreResult whileWriting(Code code, @Nullable String path) {
        if (code == Code.OK) {
            return new StoreResult.Delivered();
        }
        if (code == Code.NOAUTH) {
            String node = path == null ? "a node" : path;
            return new StoreResult.Rejected(
                    "refused: NOAUTH: the ACL of " + node + ", or of the node above it, does not"
                            + " let us write; compare the store's auth-file with whoever made it");
        }
        return whileReading(code);
    }
}
