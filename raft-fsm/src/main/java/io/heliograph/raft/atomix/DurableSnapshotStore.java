package io.heliograph.raft.atomix;

import io.atomix.protocols.raft.storage.RaftStorage;
import io.atomix.protocols.raft.storage.snapshot.Snapshot;
import io.atomix.protocols.raft.storage.snapshot.SnapshotStore;
import io.atomix.storage.StorageLevel;
import io.atomix.utils.time.WallClockTimestamp;
import io.heliograph.raft.FailStop;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Snapshots that are on disk before an older one or any part of the log goes away (Raft paper, section 7). The library's
 * own store writes into the file it will read, marks it as whole afterwards, and deletes the older one while it loads.
 *
 * <p>A snapshot is the file {@code heliograph-<index>.snapshot}, a {@link SnapshotEnvelope} and nothing else. It is
 * written aside, forced and renamed. Only the newest that is whole counts; {@link SnapshotFiles} looks at start.
 *
 * <p>Threads: the Raft thread changes it; any may ask.
 */
final class DurableSnapshotStore extends SnapshotStore {

    private static final Logger LOG = LoggerFactory.getLogger(DurableSnapshotStore.class);

    private final Path directory;
    private final FailStop failStop;
    private volatile @Nullable Snapshot current;

    DurableSnapshotStore(RaftStorage storage, FailStop failStop) {
        super(nothing(storage));
        this.directory = storage.directory().toPath();
        this.failStop = failStop;
        try {
            this.current = newestOf(directory)
                    .map(newest -> FileSnapshot.onDisk(newest, lastModified(file(newest)), this))
                    .orElse(null);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The superclass looks for snapshots when it is constructed, and deletes what it cannot read. */
    private static RaftStorage nothing(RaftStorage storage) {
        return RaftStorage.builder()
                .withPrefix("none")
                .withDirectory(storage.directory().toPath().resolve("library").toFile())
                .withStorageLevel(StorageLevel.DISK)
                .build();
    }

    private static Optional<Long> newestOf(Path directory) throws IOException {
        long newest = SnapshotFiles.newestWhole(directory);
        return newest == 0 ? Optional.empty() : Optional.of(newest);
    }

    private static long lastModified(Path file) {
        try {
            return Files.getLastModifiedTime(file).toMillis();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public @Nullable Snapshot getCurrentSnapshot() {
        return current;
    }

    @Override
    public @Nullable Snapshot getSnapshot(long index) {
        Snapshot newest = current;
        return newest != null && newest.index() == index ? newest : null;
    }

    @Override
    public Snapshot newTemporarySnapshot(long index, WallClockTimestamp timestamp) {
        return FileSnapshot.empty(index, timestamp.unixTimestamp(), this);
    }

    @Override
    public Snapshot newSnapshot(long index, WallClockTimestamp timestamp) {
        return newTemporarySnapshot(index, timestamp);
    }

    /** The snapshot counts from now on; older ones go. */
    @Override
    protected synchronized void completeSnapshot(Snapshot snapshot) {
        Snapshot older = current;
        if (older != null && older.index() >= snapshot.index()) {
            return;
        }
        current = snapshot;
        if (older != null) {
            try {
                Files.deleteIfExists(file(older.index()));
            } catch (IOException e) {
                LOG.warn("Cannot delete {}, which is no longer needed: {}", file(older.index()), e.getMessage());
            }
        }
    }

    /** Puts a snapshot on disk; ends the process when it cannot be, or is not one. */
    void write(long index, byte[] envelope) {
        if (index <= newestIndex()) {
            return;
        }
        try {
            SnapshotEnvelope.decode(envelope);
            Disk.replace(file(index), envelope);
        } catch (IOException e) {
            failStop.stop(
                    FailStop.CORRUPTED_DATA,
                    "cannot put snapshot " + file(index) + " on disk: " + e.getMessage()
                            + "; mend the disk, then start again",
                    e);
            throw new UncheckedIOException(e);
        }
    }

    byte[] read(long index) {
        try {
            return Files.readAllBytes(file(index));
        } catch (IOException e) {
            failStop.stop(
                    FailStop.CORRUPTED_DATA,
                    "cannot read snapshot " + file(index) + ": " + e.getMessage() + "; mend the disk, then start again",
                    e);
            throw new UncheckedIOException(e);
        }
    }

    /** The file of the snapshot at {@code index}. */
    Path file(long index) {
        return SnapshotFiles.file(directory, index);
    }

    /** Index of the newest snapshot, 0 for none. */
    long newestIndex() {
        Snapshot newest = current;
        return newest == null ? 0 : newest.index();
    }
}
