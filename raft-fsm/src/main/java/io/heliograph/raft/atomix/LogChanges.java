package io.heliograph.raft.atomix;

import io.atomix.protocols.raft.storage.log.entry.RaftLogEntry;

/** Hears how the log changes. Threads: the Raft thread, within the change. */
interface LogChanges {

    /** An entry is now the last one. */
    void appended(long index, RaftLogEntry entry);

    /** Entries after {@code lastIndex} are gone. */
    void cutBack(long lastIndex);
}
