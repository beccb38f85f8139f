package io.heliograph.raft.atomix;

import io.atomix.protocols.raft.impl.OperationResult;
import io.atomix.protocols.raft.impl.RaftServiceManager;
import io.atomix.protocols.raft.storage.log.entry.CommandEntry;
import io.atomix.protocols.raft.storage.log.entry.RaftLogEntry;
import io.atomix.protocols.raft.storage.snapshot.Snapshot;
import io.atomix.protocols.raft.storage.snapshot.SnapshotReader;
import io.atomix.protocols.raft.storage.snapshot.SnapshotWriter;
import io.atomix.storage.journal.Indexed;
import io.atomix.utils.concurrent.ThreadContext;
import io.atomix.utils.concurrent.ThreadContextFactory;
import io.atomix.utils.time.WallClockTimestamp;
import io.heliograph.raft.FailStop;
import io.heliograph.raft.LogApplication;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Applies committed entries to the application, and takes and installs its snapshots. Stands in for the library's
 * sessions, services and timers, of which nothing is used.
 *
 * <h2>Rules kept</h2>
 *
 * <ul>
 *   <li>Entries are applied once, in order, without a hole (Raft paper, section 5.3, State Machine Safety). A hole ends
 *       the process.
 *   <li>Whatever the application throws ends the process: an entry never counts as applied when it was not.
 *   <li>A snapshot's index is exactly the index of the last entry applied before it was taken (section 7).
 *   <li>A snapshot that was asked for exists on disk when the future completes.
 * </ul>
 *
 * <h2>Threads</h2>
 *
 * The application and {@link #appliedHere} belong to the state thread; files belong to the Raft thread.
 */
final class StateMachineDriver extends RaftServiceManager {

    private static final Logger LOG = LoggerFactory.getLogger(StateMachineDriver.class);

    private static final int MAX_SEGMENTS = 4;

    private final AtomicBoolean shortening = new AtomicBoolean();
    private final GuardedRaftContext raft;
    private final LogApplication application;
    private final FailStop failStop;
    private final AppliedIndex applied;
    private final MemberHistory members;
    private long appliedHere;
    private long appliedTerm;
    private final ReadBack readBack;

    StateMachineDriver(
            GuardedRaftContext raft,
            ThreadContext stateThread,
            ThreadContextFactory threads,
            LogApplication application,
            FailStop failStop,
            AppliedIndex applied,
            MemberHistory members) {
        super(raft, stateThread, threads);
        this.raft = raft;
        this.application = application;
        this.failStop = failStop;
        this.applied = applied;
        this.members = members;
        this.readBack = new ReadBack(raft, failStop);
    }

    @Override
    public void applyAll(long index) {
        super.applyAll(index);
        readBack.expect(index);
    }

    @Override
    public <T> CompletableFuture<T> apply(long index) {
        CompletableFuture<T> future = super.apply(index);
        readBack.expect(index);
        return future;
    }

    /**
     * Applies one committed entry. Called by the library on the Raft thread, in order.
     *
     * @return completes with the library's result of a command, or null for an entry of the library itself
     */
    @Override
    @SuppressWarnings("unchecked")
    public <T> CompletableFuture<T> apply(Indexed<? extends RaftLogEntry> entry) {
        readBack.handedOver(entry.index());
        CompletableFuture<T> future = new CompletableFuture<>();
        executor().execute(() -> {
            try {
                future.complete((T) applyHere(entry));
            } catch (Throwable e) {
                failStop.stop(
                        FailStop.STATE_MACHINE,
                        "cannot apply entry " + entry.index() + " of the log: " + e.getMessage(),
                        e);
                future.completeExceptionally(e);
            }
        });
        return future;
    }

    @SuppressWarnings("NullAway")
    private OperationResult applyHere(Indexed<? extends RaftLogEntry> entry) {
        installIfNewer();
        if (entry.index() <= appliedHere) {
            return null;
        }
        if (entry.index() != appliedHere + 1) {
            throw new IllegalStateException("a hole in the log: entry " + (appliedHere + 1) + " was never applied");
        }
        OperationResult result = null;
        if (entry.entry() instanceof CommandEntry command) {
            byte[] output = CommandSession.isMembers(command)
                    ? new byte[0]
                    : application.apply(entry.index(), command.operation().value());
            result = OperationResult.succeeded(entry.index(), 0, output);
        }
        advance(entry.index(), entry.entry().term());
        shortenLongLog();
        return result;
    }

    /** Each segment costs memory, so a log of large entries is cut before it is long in entries. */
    private void shortenLongLog() {
        if (raft.log().segments() > MAX_SEGMENTS && shortening.compareAndSet(false, true)) {
            takeSnapshot().whenComplete((index, error) -> shortening.set(false));
        }
    }

    private void advance(long index, long term) {
        appliedHere = index;
        appliedTerm = term;
        applied.advance(index);
    }

    /** Installs the newest snapshot on disk where it is newer than what was applied; called after one has arrived. */
    void snapshotArrived() {
        executor().execute(() -> {
            try {
                if (installIfNewer()) {
                    raft.setLastApplied(appliedHere);
                }
            } catch (Throwable e) {
                failStop.stop(
                        FailStop.CORRUPTED_DATA,
                        "cannot install the snapshot in "
                                + raft.snapshots().file(raft.snapshots().newestIndex()) + ": " + e.getMessage()
                                + "; remove this node, wipe its directory and add it again",
                        e);
            }
        });
    }

    private boolean installIfNewer() {
        Snapshot newest = raft.snapshots().getCurrentSnapshot();
        if (newest == null || newest.index() <= appliedHere) {
            return false;
        }
        SnapshotEnvelope envelope = read(newest);
        application.restore(envelope.application().array());
        LOG.info(
                "Installed snapshot {} of {} bytes",
                newest.index(),
                envelope.application().array().length);
        advance(newest.index(), envelope.term());
        return true;
    }

    /**
     * Reads and checks a snapshot.
     *
     * @throws UncheckedIOException when it is damaged
     */
    SnapshotEnvelope read(Snapshot snapshot) {
        byte[] bytes;
        try (SnapshotReader reader = snapshot.openReader()) {
            bytes = reader.readBytes(reader.remaining());
        }
        try {
            SnapshotEnvelope envelope = SnapshotEnvelope.decode(bytes);
            if (envelope.index() != snapshot.index()) {
                throw new IOException(
                        "the snapshot at index " + snapshot.index() + " says it is at index " + envelope.index());
            }
            return envelope;
        } catch (IOException e) {
            throw new UncheckedIOException(raft.snapshots().file(snapshot.index()) + ": " + e.getMessage(), e);
        }
    }

    /** The newest snapshot's bytes, checked. Threads: any. */
    byte[] readNewest() {
        Snapshot newest = raft.snapshots().getCurrentSnapshot();
        if (newest == null) {
            throw new IllegalStateException("there is no snapshot");
        }
        return read(newest).encode();
    }

    /** The library asks for this when the disk fills up. */
    @Override
    public CompletableFuture<Void> compact() {
        return takeSnapshot().thenApply(index -> null);
    }

    /**
     * Takes a snapshot of what has been applied, puts it on disk and drops the part of the log it makes unnecessary.
     *
     * @return completes with the index of the newest snapshot on disk
     */
    CompletableFuture<Long> takeSnapshot() {
        CompletableFuture<Long> future = new CompletableFuture<>();
        executor().execute(() -> {
            try {
                long index = appliedHere;
                if (index == 0 || raft.snapshots().newestIndex() >= index) {
                    future.complete(raft.snapshots().newestIndex());
                    return;
                }
                MemberHistory.At list = members.at(index);
                SnapshotEnvelope envelope = new SnapshotEnvelope(
                        index,
                        appliedTerm,
                        list.index(),
                        list.members(),
                        new SnapshotEnvelope.Bytes(application.snapshot()));
                raft.getThreadContext().execute(() -> store(envelope, future));
            } catch (Throwable e) {
                failStop.stop(FailStop.STATE_MACHINE, "cannot take a snapshot: " + e.getMessage(), e);
                future.completeExceptionally(e);
            }
        });
        return future;
    }

    private void store(SnapshotEnvelope envelope, CompletableFuture<Long> future) {
        long index = envelope.index();
        try {
            byte[] bytes = envelope.encode();
            if (raft.snapshots().newestIndex() < index) {
                Snapshot snapshot = raft.snapshots().newTemporarySnapshot(index, new WallClockTimestamp());
                try (SnapshotWriter writer = snapshot.openWriter()) {
                    writer.write(bytes);
                }
                Snapshot onDisk = snapshot.persist();
                onDisk.complete();
                snapshot.close();
                raft.snapshotStored(new SnapshotMark(index, envelope.term()));
            }
            long newest = raft.snapshots().newestIndex();
            if (newest < index || !Files.isRegularFile(raft.snapshots().file(newest))) {
                throw new IllegalStateException("no file for the snapshot at index " + index);
            }
            raft.log().compact(newest);
            LOG.info("Snapshot {} is on disk, {} bytes", newest, bytes.length);
            future.complete(newest);
        } catch (Throwable e) {
            LOG.error("Cannot store a snapshot at index {}: {}", index, e.toString());
            future.completeExceptionally(e);
        }
    }

    /** Restores the newest snapshot on disk before the node takes part. Called once, by the constructing thread. */
    CompletableFuture<Void> restoreAtStart() {
        CompletableFuture<Void> future = new CompletableFuture<>();
        executor().execute(() -> {
            try {
                installIfNewer();
                raft.setLastApplied(appliedHere);
                future.complete(null);
            } catch (Throwable e) {
                future.completeExceptionally(e);
            }
        });
        return future;
    }
}
