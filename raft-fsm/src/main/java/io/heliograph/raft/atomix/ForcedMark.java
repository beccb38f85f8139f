package io.heliograph.raft.atomix;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * How far the log had been forced to disk, in a small file beside it. Tells a damaged entry that somebody was told is
 * safe from one that was being written when the power failed.
 *
 * <h2>What it guarantees</h2>
 *
 * <ul>
 *   <li>It is never ahead of the disk: it is raised after a force, and lowered, and forced itself, before anything is
 *       cut from the log. So entries up to it are on disk whatever has happened.
 *   <li>It is raised before the force is told to anybody, so after the end of this process alone it is exact.
 *   <li>It is not forced when it is raised: after a power loss it may be old. Entries between it and the true end of
 *       what was forced are judged by their checksums then.
 *   <li>It is written in place, 36 bytes in one sector, so a power loss leaves the old one or the new one.
 * </ul>
 *
 * <p>It also remembers where the newest segment began, because the library keeps that number without a checksum and
 * every other index follows from it.
 *
 * <p>File {@code mark}, big-endian: the four letters {@code HGMK}, int format version, long forced index, long segment
 * id, long first index of the segment, int CRC32C of all before.
 *
 * <p>Threads: callers hold the writer's lock.
 */
final class ForcedMark implements AutoCloseable {

    private static final int MAGIC = 0x48474d4b;
    private static final int VERSION = 1;
    private static final int BYTES = 3 * Integer.BYTES + 3 * Long.BYTES;

    /**
     * @param forcedIndex entries up to here are on disk
     * @param segment id of the newest segment
     * @param segmentIndex index of that segment's first entry
     */
    record Mark(long forcedIndex, long segment, long segmentIndex) {}

    private final FileChannel channel;
    private Mark current;

    private ForcedMark(FileChannel channel, Mark current) {
        this.channel = channel;
        this.current = current;
    }

    static Path file(Path directory) {
        return directory.resolve("mark");
    }

    /** Reads the mark; empty when there is none, or it is damaged. */
    static Optional<Mark> read(Path directory) throws IOException {
        Path file = file(directory);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
        if (bytes.remaining() != BYTES
                || bytes.getInt() != MAGIC
                || bytes.getInt() != VERSION
                || bytes.getInt(BYTES - Integer.BYTES) != crc(bytes)) {
            return Optional.empty();
        }
        return Optional.of(new Mark(bytes.getLong(), bytes.getLong(), bytes.getLong()));
    }

    /** Opens the mark for writing; makes a new one where there is none or it is damaged. */
    static ForcedMark open(Path directory, Mark ifThereIsNone) throws IOException {
        Optional<Mark> found = read(directory);
        FileChannel channel = FileChannel.open(file(directory), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        ForcedMark mark = new ForcedMark(channel, found.orElse(ifThereIsNone));
        if (found.isEmpty()) {
            channel.truncate(BYTES);
            mark.write();
            channel.force(true);
            Disk.forceDirectory(directory);
        }
        return mark;
    }

    /** Says that more of the log has been forced. */
    void raise(Mark mark) throws IOException {
        current = mark;
        write();
    }

    /** Says that only so much of the log will stay. On disk when this returns. */
    void lower(Mark mark) throws IOException {
        current = mark;
        write();
        channel.force(false);
    }

    Mark current() {
        return current;
    }

    private void write() throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(BYTES)
                .putInt(MAGIC)
                .putInt(VERSION)
                .putLong(current.forcedIndex)
                .putLong(current.segment)
                .putLong(current.segmentIndex);
        bytes.putInt(crc(bytes)).flip();
        channel.write(bytes, 0);
    }

    private static int crc(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.slice(0, BYTES - Integer.BYTES));
        return (int) crc.getValue();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
