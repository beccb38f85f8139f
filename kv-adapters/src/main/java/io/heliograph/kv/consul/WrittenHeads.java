package io.heliograph.kv.consul;

import io.heliograph.kv.Revision;
import io.heliograph.kv.WriteSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Heads as we wrote them last, so that the next write set of the same head need not ask first what Consul holds: its
 * transaction checks the ModifyIndex that we know, and fails where anybody wrote or deleted the head since. Nothing here
 * is believed any longer than that.
 *
 * <p>Threads: the one that delivers.
 */
final class WrittenHeads {

    /** About 2 MB. */
    private static final int MOST = 20_000;

    private record Written(long modifyIndex, Revision revision) {}

    private final Map<String, Written> byHead = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Written> eldest) {
            return size() > MOST;
        }
    };

    /** What a transaction came to that Consul carried out. */
    void written(Transaction transaction, Map<String, Long> modifyIndexes) {
        for (Pending member : transaction.members()) {
            WriteSet set = member.set();
            Long index = modifyIndexes.get(set.head());
            if (set.isDeletion() || index == null || index == 0) {
                byHead.remove(set.head());
            } else {
                byHead.put(set.head(), new Written(index, set.revision()));
            }
        }
    }

    void forget(String head) {
        byHead.remove(head);
    }

    /** The write set over what we wrote; empty where we do not know of anything older. */
    Optional<Pending> over(WriteSet set) {
        Written written = byHead.get(set.head());
        return written != null && set.revision().isNewerThan(written.revision())
                ? Optional.of(Pending.of(set, written.modifyIndex(), 0))
                : Optional.empty();
    }
}
