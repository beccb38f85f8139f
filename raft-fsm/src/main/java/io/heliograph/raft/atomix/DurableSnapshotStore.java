package io.heliograph.raft.atomix;

import io.atomix.protocols.raft.storage.RaftStorage;
import io.atomix.protocols.raft.storage.snapshot.Snapshot;
import io.atomix.protocols.raft.storage.snapshot.SnapshotStore;
import io.heliograph.raft.FailStop;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Snapshots that are on disk before an older snapshot or any part of the log goes away (Raft paper, section 7), and
 * that are never deleted for having the same index as another.
 */
final class DurableSnapshotStore extends SnapshotStore {

    private static final Pattern NAME = Pattern.compile("heliograph-([1-9][0-9]{0,17})\\.snapshot");
    private static final int LOCKED_OFFSET = 20;
    private static final int LENGTH_OFFSET = 64;
    private static final int PAYLOAD_OFFSET = LENGTH_OFFSET + Integer.BYTES;

    private final RaftStorage storage;
    private final @Nullable FailStop failStop;

    DurableSnapshotStore(RaftStorage storage, FailStop failStop) {
        super(storage);
        this.storage = storage;
        this.failStop = failStop;
    }

    @Override
    protected synchronized void completeSnapshot(Snapshot snapshot) {
        // null while the superclass loads what is on disk already
        if (failStop != null) {
            if (getSnapshot(snapshot.index()) != null) {
                return;
            }
            force(snapshot.index());
        }
        super.completeSnapshot(snapshot);
    }

    /** Forces the file of the snapshot at {@code index} and its name. */
    void force(long index) {
        Path file = file(index);
        try {
            Disk.forceFile(file);
            Disk.forceDirectory(storage.directory().toPath());
        } catch (IOException e) {
            if (failStop != null) {
                failStop.stop(
                        FailStop.CORRUPTED_DATA, "cannot force snapshot " + file + " to disk: " + e.getMessage(), e);
            }
        }
    }

    /** The file of the snapshot at {@code index}, named as the library names it. */
    Path file(long index) {
        return storage.directory().toPath().resolve(storage.prefix() + "-" + index + ".snapshot");
    }

    /** Index of the newest snapshot in a directory that is marked as complete, 0 for none. */
    static long newestOnDisk(Path directory) throws IOException {
        long newest = 0;
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Matcher name = NAME.matcher(String.valueOf(file.getFileName()));
                if (name.matches() && isComplete(file, Long.parseLong(name.group(1)))) {
                    newest = Math.max(newest, Long.parseLong(name.group(1)));
                }
            }
        }
        return newest;
    }

    private static boolean isComplete(Path file, long index) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
        return bytes.limit() >= PAYLOAD_OFFSET
                && bytes.getLong(0) == index
                && bytes.get(LOCKED_OFFSET) == 1
                && bytes.getInt(LENGTH_OFFSET) >= 0
                && bytes.getInt(LENGTH_OFFSET) <= bytes.limit() - PAYLOAD_OFFSET;
    }

    /** Index of the newest snapshot, 0 for none. */
    long newestIndex() {
        Snapshot newest = getCurrentSnapshot();
        return newest == null ? 0 : newest.index();
    }
}
