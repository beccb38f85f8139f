package io.heliograph.raft.atomix;

/**
 * Where the newest snapshot stands in the log.
 *
 * @param index last index its state holds, 0 for no snapshot
 * @param term term of the entry at that index
 */
record SnapshotMark(long index, long term) {

    static final SnapshotMark NONE = new SnapshotMark(0, 0);
}
