package io.heliograph.raft.atomix;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes away what a crash left half written at the end of the log, keeping what it held in a file beside. */
final class Torn {

    private static final Logger LOG = LoggerFactory.getLogger(Torn.class);

    private Torn() {}

    /** Removes a segment file that was never forced. */
    static void remove(SegmentScan segment) throws IOException {
        if (segment.blank()) {
            Files.delete(segment.file());
            LOG.warn("Removed {}: a crash left it without content, nothing in it was acknowledged", segment.file());
            return;
        }
        Path aside = aside(segment);
        Files.move(segment.file(), aside, StandardCopyOption.REPLACE_EXISTING);
        LOG.warn(
                "Moved {} to {}: a crash left it half written, nothing in it was acknowledged",
                segment.file(),
                aside.getFileName());
    }

    /** Removes a segment that an interrupted compaction left: the snapshot holds all of it. */
    static void removeCovered(SegmentScan segment, long snapshotIndex) throws IOException {
        Files.delete(segment.file());
        LOG.info("Removed {}: the snapshot at index {} covers it", segment.file(), snapshotIndex);
    }

    /** Wipes the torn tail of the last segment. */
    static void keepAsideAndWipe(SegmentScan segment) throws IOException {
        byte[] bytes = Files.readAllBytes(segment.file());
        int last = bytes.length;
        while (last > segment.end() && bytes[last - 1] == 0) {
            last--;
        }
        Path aside = aside(segment);
        try (FileChannel channel = FileChannel.open(
                aside, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            writeFully(channel, ByteBuffer.wrap(bytes, segment.end(), last - segment.end()), 0);
            channel.force(true);
        }
        wipe(segment);
        LOG.warn(
                "Cut {} behind entry {}, at offset {}: a crash left the {} bytes after it half written, nothing in them"
                        + " was acknowledged; they are kept in {}",
                segment.file(),
                segment.nextIndex() - 1,
                segment.end(),
                last - segment.end(),
                aside.getFileName());
    }

    /** Zeroes everything behind the last whole entry and gives the file its full length. */
    static void wipe(SegmentScan segment) throws IOException {
        try (FileChannel channel = FileChannel.open(segment.file(), StandardOpenOption.WRITE)) {
            int length = Math.max(segment.length(), GuardedRaftContext.SEGMENT_BYTES);
            writeFully(channel, ByteBuffer.allocate(length - segment.end()), segment.end());
            channel.force(true);
        }
    }

    private static Path aside(SegmentScan segment) {
        return segment.file().resolveSibling("torn-" + segment.id() + "-at-" + segment.end() + ".bytes");
    }

    private static void writeFully(FileChannel channel, ByteBuffer bytes, long position) throws IOException {
        long offset = position;
        while (bytes.hasRemaining()) {
            offset += channel.write(bytes, offset);
        }
    }
}
