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

    private @Nullable Indexed<RaftLogEntry> lastEntry;

    ForcedLogWriter(
            SegmentedJournalWriter<RaftLogEntry> delegate, ForcedLog log, FailStop failStop, LogChanges changes) {
        super(delegate, log);
        this.log = log;
        this.failStop = failStop;
        this.changes = changes;
        this.lastIndex = super.getLastIndex();
    }

    long forcedIndex() {
        return forcedIndex;
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

    /** Waits for a force that is under way: it must not find its segment closed. */
    @Override
    public void truncate(long index) {
        forget(index);
        synchronized (this) {
            super.truncate(index);
        }
        afterCut();
    }

    @Override
    public void reset(long index) {
        forget(index - 1);
        synchronized (this) {
            super.reset(index);
        }
        afterCut();
    }

    /** The next force forces the directory too, whatever number of files it holds. */
    void namesChanged() {
        segmentsForced = -1;
    }

    private void forget(long keptIndex) {
        synchronized (lock) {
            truncations++;
            forcedIndex = Math.min(forcedIndex, keptIndex);
        }
    }

    private void afterCut() {
        lastEntry = null;
        lastIndex = super.getLastIndex();
        namesChanged();
        log.rereadAll();
        changes.cutBack(lastIndex);
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

    /** Forces everything appended so far. Blocks for as long as the disk takes. */
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
            if (stopped) {
                return;
            }
            failStop.stop(
                    FailStop.CORRUPTED_DATA,
                    "cannot force the log in " + log.directory() + " to disk: " + e.getMessage() + "; entries after "
                            + forcedIndex + " are not acknowledged",
                    e);
            return;
        }
        synchronized (lock) {
            if (truncations == truncationsBefore && target > forcedIndex) {
                forcedIndex = target;
            }
        }
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
     * @return completes when all of it is on disk
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
                    force();
                    future.complete(null);
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
    }
}
