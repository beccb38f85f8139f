package io.heliograph.raft.atomix;

import io.atomix.protocols.raft.storage.log.RaftLogReader;
import io.atomix.protocols.raft.storage.log.RaftLogWriter;
import io.atomix.protocols.raft.storage.log.entry.RaftLogEntry;
import io.atomix.storage.StorageException;
import io.atomix.storage.journal.Indexed;
import io.atomix.storage.journal.SegmentedJournalWriter;
import io.heliograph.raft.FailStop;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the log and knows which part of it has been forced to disk. Servers answer only for what is on stable storage
 * (Raft paper, section 5.1 and figure 2: persistent state is "updated on stable storage before responding to RPCs").
 *
 * <p>Threads: appended to and truncated by the Raft thread; {@link #force} may run on any thread beside it; {@link
 * #forceAsync} runs it on a thread of its own, one force for all who wait.
 *
 * <p>Invariant: entries up to {@link #forcedIndex} are on disk and are part of the log.
 */
final class ForcedLogWriter extends RaftLogWriter {

    private static final Logger LOG = LoggerFactory.getLogger(ForcedLogWriter.class);

    /** Room for some segments, so that nothing is ever half written for want of it. */
    static final long MIN_FREE_BYTES = 32L * 1024 * 1024;

    private final ForcedLog log;
    private final FailStop failStop;
    private final LogChanges changes;
    private final ExecutorService forcer = Executors.newSingleThreadExecutor(runnable -> {
        Thread thread = new Thread(runnable, "raft-force");
        thread.setDaemon(true);
        return thread;
    });
    private final Object lock = new Object();

    /** Written by the Raft thread only. */
    private volatile long lastIndex;
    /** Guarded by lock for writing. Starts at 0: what an earlier process wrote may be in no more than the page cache. */
    private volatile long forcedIndex;
    /** Counts truncations: a force that began before one says nothing about what was written after. Guarded by lock. */
    private long truncations;
    /** Guarded by lock. */
    private @Nullable CompletableFuture<Void> queued;
    /** How many segment files the directory held when it was forced, -1 to force it again. */
    private volatile int segmentsForced;

    private volatile boolean stopped;
    /** Guarded by lock; null until the first force. */
    private @Nullable ForcedMark mark;

    private final PendingCut pendingCut;
    /** Written by the Raft thread only. */
    private long committed;

    private @Nullable Indexed<RaftLogEntry> lastEntry;

    ForcedLogWriter(
            SegmentedJournalWriter<RaftLogEntry> delegate, ForcedLog log, FailStop failStop, LogChanges changes) {
        super(delegate, log);
        this.log = log;
        this.failStop = failStop;
        this.changes = changes;
        this.lastIndex = super.getLastIndex();
        this.pendingCut = new PendingCut(log.directory());
    }

    long forcedIndex() {
        return forcedIndex;
    }

    /** Index of the last entry, forced or not; any thread. */
    long appendedIndex() {
        return lastIndex;
    }

    @Override
    public <T extends RaftLogEntry> Indexed<T> append(T entry) {
        stopWhenDiskIsFull();
        try {
            Indexed<T> appended = super.append(entry);
            lastEntry = null;
            lastIndex = appended.index();
            changes.appended(lastIndex, entry);
            return appended;
        } catch (StorageException.TooLarge | StorageException.OutOfDiskSpace e) {
            throw e;
        } catch (RuntimeException e) {
            failStop.stop(
                    FailStop.CORRUPTED_DATA,
                    "cannot write entry " + (lastIndex + 1) + " to the log in " + log.directory() + ": "
                            + e.getMessage() + "; free or mend the disk, then start again",
                    e);
            throw e;
        }
    }

    /** On a full disk the library writes a part of an entry and does not notice; and it stops in other ways too. */
    private void stopWhenDiskIsFull() {
        long free = log.directory().toFile().getUsableSpace();
        if (free < MIN_FREE_BYTES) {
            failStop.stop(
                    FailStop.CORRUPTED_DATA,
                    "the disk of " + log.directory() + " is full: " + free + " bytes are free, " + MIN_FREE_BYTES
                            + " are needed; nothing was written; free some space, then start again",
                    new IOException("disk full"));
            throw new StorageException.OutOfDiskSpace("disk full");
        }
    }

    @Override
    public void commit(long index) {
        committed = Math.max(committed, index);
        super.commit(index);
    }

    /** Deletes the entries after {@code index}; what they were cannot come back, whatever happens meanwhile. */
    @Override
    public void truncate(long index) {
        if (index >= lastIndex) {
            return;
        }
        if (index < committed) {
            throw new IllegalStateException(
                    "asked to delete entry " + (index + 1) + " of the log, which is committed up to " + committed);
        }
        cut(index, () -> super.truncate(index));
    }

    /**
     * Begins the log anew at {@code index}, for a leader that has nothing before it. Where our log reaches up to there
     * with entries that are committed, nothing is deleted: only a conflict deletes entries (Raft paper, figure 2,
     * AppendEntries, step 3), and what follows may have been acknowledged.
     */
    @Override
    public void reset(long index) {
        long committedHere = Math.max(committed, log.firstIndex() - 1);
        if (index - 1 <= committedHere && index <= lastIndex + 1) {
            if (index < log.firstIndex()) {
                throw new IllegalStateException("asked to begin the log at " + index + ", its beginning at "
                        + log.firstIndex() + " is committed");
            }
            return;
        }
        cut(0, () -> {
            if (index <= log.newestSegmentIndex()) {
                log.dropAllButNewest();
                super.truncate(committed);
            }
            super.reset(index);
        });
    }

    /**
     * Cuts in an order that a power loss cannot break: the intention, the cut, the mark, the end of the intention, each
     * on disk before the next. Waits for a force that is under way: it must not find its segment closed.
     */
    private void cut(long lastKept, Runnable change) {
        synchronized (lock) {
            truncations++;
            forcedIndex = Math.min(forcedIndex, lastKept);
            try {
                pendingCut.begin(lastKept);
                synchronized (this) {
                    change.run();
                    super.flush();
                }
                Disk.forceDirectory(log.directory());
                ForcedMark lowered = openMark();
                lowered.lower(log.newestSegment(Math.min(lowered.current().forcedIndex(), lastKept)));
                pendingCut.done();
            } catch (IOException | RuntimeException e) {
                stopUnlessClosed("cannot cut the log in " + log.directory() + " behind entry " + lastKept, e);
                throw new IllegalStateException("the log was not cut behind entry " + lastKept, e);
            }
            lastEntry = null;
            lastIndex = super.getLastIndex();
            namesChanged();
        }
        log.rereadAll();
        changes.cutBack(lastIndex);
    }

    private void stopUnlessClosed(String what, Exception e) {
        if (!stopped) {
            failStop.stop(
                    FailStop.CORRUPTED_DATA, what + ": " + e.getMessage() + "; mend the disk, then start again", e);
        }
    }

    /** The next force forces the directory too, whatever number of files it holds. */
    void namesChanged() {
        segmentsForced = -1;
    }

    /**
     * The last entry, also when the last segment is still empty: there the library's own writer sees none, and the node
     * would vote for any candidate (Raft paper, section 5.4.1).
     */
    @Override
    public @Nullable Indexed<RaftLogEntry> getLastEntry() {
        Indexed<RaftLogEntry> inSegment = super.getLastEntry();
        if (inSegment != null) {
            return inSegment;
        }
        long last = super.getLastIndex();
        if (last < log.firstIndex()) {
            return null;
        }
        if (lastEntry == null || lastEntry.index() != last) {
            try (RaftLogReader reader = log.peek(last)) {
                lastEntry = reader.hasNext() ? reader.next() : null;
            }
        }
        return lastEntry;
    }

    /**
     * Forces everything appended so far. Blocks for as long as the disk takes.
     *
     * @throws IllegalStateException when it is not on disk: the disk failed, or the log was cut or closed meanwhile
     */
    void force() {
        long target;
        long truncationsBefore;
        synchronized (lock) {
            target = lastIndex;
            truncationsBefore = truncations;
        }
        if (forcedIndex >= target) {
            return;
        }
        try {
            forceFiles();
        } catch (IOException | RuntimeException e) {
            stopUnlessClosed("cannot force the log in " + log.directory() + " to disk", e);
            throw new IllegalStateException("the log was not forced up to entry " + target, e);
        }
        synchronized (lock) {
            if (truncations != truncationsBefore) {
                throw new IllegalStateException("the log was cut while it was forced up to entry " + target);
            }
            if (target > forcedIndex) {
                raiseMark(target);
                forcedIndex = target;
            }
        }
    }

    /** Before anybody is told of a force, so that after the end of this process the mark is exact. */
    private void raiseMark(long target) {
        try {
            openMark().raise(log.newestSegment(target));
        } catch (IOException e) {
            stopUnlessClosed("cannot write " + ForcedMark.file(log.directory()), e);
            throw new IllegalStateException("the mark was not raised to entry " + target, e);
        }
    }

    private ForcedMark openMark() throws IOException {
        if (stopped) {
            throw new IOException("the log is closed");
        }
        ForcedMark opened = mark;
        if (opened == null) {
            opened = ForcedMark.open(log.directory(), log.newestSegment(0));
            mark = opened;
        }
        return opened;
    }

    private synchronized void forceFiles() throws IOException {
        super.flush();
        int segments = log.segments();
        if (segments != segmentsForced) {
            Disk.forceDirectory(log.directory());
            segmentsForced = segments;
        }
    }

    @Override
    public void flush() {
        force();
    }

    /**
     * Forces everything appended so far on the forcing thread. Callers that come while a force is waiting to begin
     * share it.
     *
     * @return completes when all of it is on disk, exceptionally when it is not
     */
    CompletableFuture<Void> forceAsync() {
        if (forcedIndex >= lastIndex) {
            return CompletableFuture.completedFuture(null);
        }
        synchronized (lock) {
            if (queued != null) {
                return queued;
            }
            CompletableFuture<Void> future = new CompletableFuture<>();
            queued = future;
            try {
                forcer.execute(() -> {
                    synchronized (lock) {
                        queued = null;
                    }
                    try {
                        force();
                        future.complete(null);
                    } catch (IllegalStateException e) {
                        future.completeExceptionally(e);
                    }
                });
            } catch (RejectedExecutionException e) {
                future.completeExceptionally(e);
            }
            return future;
        }
    }

    void stop() {
        stopped = true;
        forcer.shutdown();
        synchronized (lock) {
            try {
                if (mark != null) {
                    mark.close();
                }
            } catch (IOException e) {
                LOG.warn("Cannot close {}: {}", ForcedMark.file(log.directory()), e.getMessage());
            }
        }
    }
}
