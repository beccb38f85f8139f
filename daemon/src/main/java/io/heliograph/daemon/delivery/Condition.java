package io.heliograph.daemon.delivery;

import io.heliograph.kv.Revision;
import io.heliograph.kv.WriteSet;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How one store stands, and one line in the log when that changes: down, or up but not taking some write sets.
 *
 * <p>Threads: it is told by the worker's only, and read by any.
 */
final class Condition {

    private static final Logger LOG = LoggerFactory.getLogger(Condition.class);
    private static final int MAX_REASONS = 100;

    private final String store;
    /** Head to the newer revision that the store holds of it. */
    private final Map<String, Revision> fencedBy = new ConcurrentHashMap<>();
    /** Head to why the store does not take it. */
    private final Map<String, String> refused = new ConcurrentHashMap<>();
    /** The reasons that have been logged. The worker's thread only. */
    private final Set<String> logged = new HashSet<>();

    private volatile boolean down;
    private volatile boolean silent;
    private volatile String lastError = "";

    Condition(String store) {
        this.store = store;
    }

    /** Says no more: its failures are nobody's concern. */
    void silence() {
        silent = true;
    }

    boolean isDown() {
        return down;
    }

    /**
     * The store answered.
     *
     * @param toCompare how many write sets there are to compare with it
     * @return whether it had been down
     */
    boolean answered(int toCompare) {
        boolean isBack = down;
        if (isBack) {
            down = false;
            LOG.info("Store {} is back; {} write sets to compare", store, toCompare);
        }
        if (refused.isEmpty()) {
            lastError = "";
            logged.clear();
        }
        return isBack;
    }

    void failed(String cause) {
        if (!down && !silent) {
            down = true;
            LOG.warn("Store {} is down: {}; it is tried again until it is back", store, cause);
        }
        lastError = cause;
    }

    /** It answered, and what it said is neither good nor final. */
    void stumbled(String head, String detail) {
        lastError = head + ": " + detail;
    }

    /** The store does not take a write set; logged once for each reason, as long as anything is refused. */
    void refused(WriteSet set, String reason, long nextTrySeconds) {
        fencedBy.remove(set.head());
        refused.put(set.head(), reason);
        lastError = set.head() + ": " + reason;
        if (logged.size() < MAX_REASONS && logged.add(reason)) {
            LOG.warn(
                    "Store {} refuses {} at revision {}: {}; next try in {} s, and others that it refuses for this reason",
                    store,
                    set.head(),
                    set.revision(),
                    reason,
                    nextTrySeconds);
        }
    }

    /** The store holds something newer; logged for the first one. */
    void fenced(WriteSet set, Revision by) {
        refused.remove(set.head());
        boolean isFirst = fencedBy.isEmpty();
        fencedBy.put(set.head(), by);
        if (isFirst) {
            LOG.warn("Store {}: {}; it stays, and so does what else is newer there", store, fenceLine(set.head(), by));
        }
    }

    /** It holds this one now, or nobody wants it any more. */
    void settled(String head) {
        fencedBy.remove(head);
        refused.remove(head);
    }

    /** The newest revision for which the store turned ours away, none where it did not. */
    Revision fencedBy() {
        return fencedBy.values().stream().max(Revision::compareTo).orElse(Revision.NONE);
    }

    /** The last thing that went wrong, empty where all is well. */
    String lastError() {
        if (!lastError.isEmpty()) {
            return lastError;
        }
        return fencedBy.entrySet().stream()
                .findFirst()
                .map(each -> fenceLine(each.getKey(), each.getValue()))
                .orElse("");
    }

    StoreStatus.State state() {
        if (down) {
            return StoreStatus.State.DOWN;
        }
        if (!refused.isEmpty()) {
            return StoreStatus.State.PARKED;
        }
        return fencedBy.isEmpty() ? StoreStatus.State.UP : StoreStatus.State.FENCED;
    }

    private static String fenceLine(String head, Revision by) {
        return "it holds revision " + by + " of " + head + ", newer than ours";
    }
}
