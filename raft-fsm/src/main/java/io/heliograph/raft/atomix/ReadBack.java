package io.heliograph.raft.atomix;

import io.heliograph.raft.FailStop;
import java.io.IOException;

/**
 * Notices a committed entry that could not be read back. The library passes over it in silence, and over all that
 * follow: the node would fall behind for good while it goes on voting and acknowledging (Raft paper, section 5.3: what
 * is committed is applied).
 *
 * <p>Threads: the Raft thread.
 */
final class ReadBack {

    private final GuardedRaftContext raft;
    private final FailStop failStop;
    private long handedOver;
    private boolean stopping;

    ReadBack(GuardedRaftContext raft, FailStop failStop) {
        this.raft = raft;
        this.failStop = failStop;
    }

    /** The library read the entry at {@code index} and hands it over to be applied. */
    void handedOver(long index) {
        handedOver = Math.max(handedOver, index);
    }

    /** Looks, once the library has done what it has begun, whether everything up to {@code index} was handed over. */
    void expect(long index) {
        raft.getThreadContext().execute(() -> check(index));
    }

    private void check(long index) {
        long done = Math.max(
                handedOver, Math.max(raft.snapshots().newestIndex(), raft.log().firstIndex() - 1));
        if (index <= done || index > raft.getLogWriter().getLastIndex() || stopping) {
            return;
        }
        stopping = true;
        failStop.stop(
                FailStop.CORRUPTED_DATA,
                "cannot read back entry " + (done + 1) + ", which is committed, from "
                        + raft.log().segmentFile(done + 1)
                        + "; start this node again: it says then what is damaged, and"
                        + " what to do",
                new IOException("unreadable entry"));
    }
}
