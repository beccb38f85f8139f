package io.heliograph.raft.atomix;

import io.atomix.protocols.raft.storage.log.RaftLog;
import io.atomix.protocols.raft.storage.log.RaftLogReader;
import io.atomix.protocols.raft.storage.log.entry.RaftLogEntry;
import io.atomix.storage.journal.JournalReader;
import io.atomix.storage.journal.JournalSegment;
import io.atomix.storage.journal.SegmentedJournal;
import io.heliograph.raft.FailStop;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The Raft log: a segmented journal of our own whose writer knows what is on disk.
 *
 * <p>Keeps two rules that the library's own log does not. A reader never hands out entries it read ahead and that were
 * truncated since (Raft paper, section 5.3: a follower's conflicting entries are deleted): all readers are positioned
 * anew on each truncation. And compaction is ours alone: the library's own timer finds nothing to compact, because it
 * would write a snapshot of a state machine it does not know.
 */
final class ForcedLog extends RaftLog {

    private final SegmentedJournal<RaftLogEntry> journal;
    private final Path directory;
    private final FailStop failStop;
    private final @Nullable ForcedLogWriter writer;
    private final @Nullable IdentityHashMap<RaftLogReader, JournalReader.Mode> readers;

    @SuppressWarnings("ThisEscapedInObjectConstruction")
    ForcedLog(SegmentedJournal<RaftLogEntry> journal, Path directory, FailStop failStop, LogChanges changes) {
        super(journal, false);
        this.journal = journal;
        this.directory = directory;
        this.failStop = failStop;
        this.readers = new IdentityHashMap<>();
        this.writer = new ForcedLogWriter(journal.writer(), this, failStop, changes);
    }

    /** The writer; the library's plain one while the superclass is being constructed. */
    @Override
    @SuppressWarnings("NullAway")
    public ForcedLogWriter writer() {
        return writer;
    }

    @Override
    public RaftLogReader openReader(long index) {
        return openReader(index, JournalReader.Mode.ALL);
    }

    @Override
    public synchronized RaftLogReader openReader(long index, JournalReader.Mode mode) {
        if (readers == null) {
            return super.openReader(index, mode);
        }
        QuietReader reader;
        if (mode == JournalReader.Mode.ALL && index > firstIndex()) {
            // the entry before is read, so that a leader never says "nothing comes before" at the start of a segment:
            // its followers would begin their logs anew
            reader = new QuietReader(index - 1, mode);
            if (reader.hasNext()) {
                reader.next();
            }
        } else {
            reader = new QuietReader(index, mode);
        }
        readers.put(reader, mode);
        return reader;
    }

    /** Closes the readers that the library opened for members and forgot; on the Raft thread. */
    synchronized void closeAllBut(Collection<RaftLogReader> inUse) {
        if (readers == null) {
            return;
        }
        List<RaftLogReader> unused = readers.entrySet().stream()
                .filter(entry -> entry.getValue() == JournalReader.Mode.ALL)
                .map(Map.Entry::getKey)
                .filter(reader -> !inUse.contains(reader))
                .toList();
        for (RaftLogReader reader : unused) {
            readers.remove(reader);
            reader.close();
        }
    }

    /** A reader for one look, closed by the caller before the log changes. */
    RaftLogReader peek(long index) {
        return super.openReader(index, JournalReader.Mode.ALL);
    }

    /** Positions every reader anew, so that nothing it read ahead is handed out. */
    synchronized void rereadAll() {
        if (readers == null) {
            return;
        }
        for (RaftLogReader reader : readers.keySet()) {
            reader.reset(reader.getNextIndex());
        }
    }

    /** Never, as far as the library's own timer is concerned. */
    @Override
    public boolean isCompactable(long index) {
        return false;
    }

    /**
     * Deletes the segments that hold only entries up to {@code index}. The caller has a snapshot at or past it on disk.
     */
    @Override
    public void compact(long index) {
        super.compact(index);
        writer().namesChanged();
        try {
            Disk.forceDirectory(directory);
        } catch (IOException e) {
            failStop.stop(FailStop.CORRUPTED_DATA, "cannot force directory " + directory + ": " + e.getMessage(), e);
        }
    }

    /** Index of the first entry, or where it would be. */
    long firstIndex() {
        return journal.segments().iterator().next().index();
    }

    /** The mark of a log that is forced up to {@code forcedIndex}, as its newest segment is now. */
    ForcedMark.Mark newestSegment(long forcedIndex) {
        JournalSegment<RaftLogEntry> newest = newest();
        return new ForcedMark.Mark(forcedIndex, newest.id(), newest.index());
    }

    /** The file that holds the entry at {@code index}. */
    Path segmentFile(long index) {
        JournalSegment<RaftLogEntry> holder = newest();
        for (JournalSegment<RaftLogEntry> segment : journal.segments()) {
            if (segment.index() <= index) {
                holder = segment;
            }
        }
        return holder.file().file().toPath();
    }

    /** Index of the newest segment's first entry. */
    long newestSegmentIndex() {
        return newest().index();
    }

    private JournalSegment<RaftLogEntry> newest() {
        JournalSegment<RaftLogEntry> newest = null;
        for (JournalSegment<RaftLogEntry> segment : journal.segments()) {
            newest = segment;
        }
        return Objects.requireNonNull(newest, "a journal always has a segment");
    }

    /**
     * Takes every segment out of the journal, and deletes all files but the newest. The journal's writer then finds
     * that its segment is no longer part of the log: its next truncation deletes that too and begins at index 1.
     */
    void dropAllButNewest() {
        JournalSegment<RaftLogEntry> newest = newest();
        for (JournalSegment<RaftLogEntry> segment : journal.segments()) {
            if (segment != newest) {
                segment.close();
                segment.delete();
            }
        }
        journal.segments().clear();
    }

    int segments() {
        return journal.segments().size();
    }

    Path directory() {
        return directory;
    }

    /**
     * A reader that does not look into the file where nothing can be. The library's reads up to two megabytes each time
     * it is asked at the end of the log, and it is asked about ten times for every entry.
     */
    private final class QuietReader extends RaftLogReader {

        QuietReader(long index, Mode mode) {
            super(journal.openReader(index, mode), ForcedLog.this, mode);
        }

        @Override
        public boolean hasNext() {
            return getNextIndex() <= writer().appendedIndex() && super.hasNext();
        }
    }
}
