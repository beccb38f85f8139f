package io.heliograph.raft.atomix;

import io.heliograph.raft.CorruptLogException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/**
 * The intention to cut the log, on disk before the cut begins and gone before anything is appended after it. A power
 * loss in between leaves any mixture of the old entries, of zeros and of deleted files; with the record the next start
 * finishes the cut instead of finding damage.
 *
 * <p>File {@code cut}, a {@link CheckedFile}: long index of the last entry that stays, 0 when none does.
 */
final class PendingCut {

    private final Path file;

    PendingCut(Path directory) {
        this.file = directory.resolve("cut");
    }

    /**
     * The last index to keep, empty when no cut was under way.
     *
     * @throws CorruptLogException when the record is damaged
     */
    OptionalLong read() throws IOException, CorruptLogException {
        if (!Files.exists(file)) {
            return OptionalLong.empty();
        }
        try {
            return OptionalLong.of(ByteBuffer.wrap(CheckedFile.read(file)).getLong());
        } catch (IOException | RuntimeException e) {
            throw new CorruptLogException(
                    "the record of a cut of the log is damaged: " + e.getMessage() + "; " + LogAudit.REJOIN, e);
        }
    }

    /** Announces a cut behind {@code lastKept}. On disk when this returns. */
    void begin(long lastKept) throws IOException {
        CheckedFile.write(
                file, ByteBuffer.allocate(Long.BYTES).putLong(lastKept).array());
    }

    /** Says that the cut is on disk. Gone from the disk when this returns. */
    void done() throws IOException {
        if (Files.deleteIfExists(file)) {
            Path directory = file.toAbsolutePath().getParent();
            if (directory != null) {
                Disk.forceDirectory(directory);
            }
        }
    }
}
