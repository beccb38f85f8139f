package io.heliograph.raft.atomix;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32;

/**
 * What one segment file of the log holds, read without the library. Big-endian. A header of 64 bytes: int version at 0,
 * long id at 4, long first index at 12, int size at 20, int greatest number of entries at 24. Then entries: int length,
 * int CRC32 of the payload, payload. The log goes on until a length that is not positive or too large, or a checksum
 * that does not match: the library takes any of these for the end.
 *
 * @param file the file
 * @param id the number in its name
 * @param firstIndex index of its first entry, or where it would be
 * @param entries how many whole entries there are from the beginning
 * @param end offset behind the last of them
 * @param length of the file, in bytes
 * @param headerProblem what is wrong with the header, empty when nothing is; nothing else is known then
 * @param blank whether every byte of the file is zero
 * @param leftovers whether there is a byte other than zero behind {@code end}
 */
record SegmentScan(
        Path file,
        long id,
        long firstIndex,
        int entries,
        int end,
        int length,
        String headerProblem,
        boolean blank,
        boolean leftovers) {

    static final int HEADER_BYTES = 64;

    private static final int VERSION = 1;
    private static final byte[] ZEROS = new byte[4096];
    private static final int ENTRY_HEADER_BYTES = 2 * Integer.BYTES;
    private static final int MAX_ENTRIES = 1024 * 1024;

    /** The library wipes a truncated tail by writing zeros for two of the largest entries, past the segment's end. */
    private static final int MAX_LENGTH =
            GuardedRaftContext.SEGMENT_BYTES + 2 * (GuardedRaftContext.MAX_ENTRY_BYTES + ENTRY_HEADER_BYTES);

    /** Bytes to compute checksums of in the search for a whole entry, so that it ends soon whatever the bytes are. */
    private static final long SEARCH_BYTES = 512L * 1024 * 1024;

    /**
     * @param id the number in the file's name
     * @param lastWanted index of the entry to stop behind
     */
    static SegmentScan read(Path file, long id, long lastWanted) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        String problem = headerProblem(buffer, id);
        if (!problem.isEmpty()) {
            return new SegmentScan(file, id, 0, 0, 0, bytes.length, problem, isZero(bytes, 0), !isZero(bytes, 0));
        }
        long firstIndex = buffer.getLong(12);
        int position = HEADER_BYTES;
        int entries = 0;
        while (firstIndex + entries <= lastWanted && isEntry(buffer, position)) {
            position += ENTRY_HEADER_BYTES + buffer.getInt(position);
            entries++;
        }
        return new SegmentScan(
                file, id, firstIndex, entries, position, bytes.length, "", false, !isZero(bytes, position));
    }

    private static String headerProblem(ByteBuffer bytes, long id) {
        if (bytes.limit() < HEADER_BYTES) {
            return "offset 0: the header is cut off, the file has " + bytes.limit() + " bytes";
        }
        if (bytes.getInt(0) != VERSION) {
            return "offset 0: the format version is " + bytes.getInt(0) + ", known is " + VERSION;
        }
        if (bytes.getLong(4) != id) {
            return "offset 4: the header says it is segment " + bytes.getLong(4) + ", the name says " + id;
        }
        if (bytes.getLong(12) < 1) {
            return "offset 12: a first index of " + bytes.getLong(12) + " is impossible";
        }
        if (bytes.getInt(20) != GuardedRaftContext.SEGMENT_BYTES) {
            return "offset 20: the header says the segment has " + bytes.getInt(20) + " bytes, all segments have "
                    + GuardedRaftContext.SEGMENT_BYTES;
        }
        if (bytes.limit() > MAX_LENGTH) {
            return "the file has " + bytes.limit() + " bytes, no segment file grows beyond " + MAX_LENGTH;
        }
        if (bytes.getInt(24) != MAX_ENTRIES) {
            return "offset 24: the header says at most " + bytes.getInt(24) + " entries, all segments have "
                    + MAX_ENTRIES;
        }
        return "";
    }

    private static boolean isEntry(ByteBuffer bytes, int position) {
        if (position + ENTRY_HEADER_BYTES > bytes.limit()) {
            return false;
        }
        int length = bytes.getInt(position);
        if (length <= 0
                || length > GuardedRaftContext.MAX_ENTRY_BYTES
                || length > bytes.limit() - position - ENTRY_HEADER_BYTES) {
            return false;
        }
        CRC32 crc = new CRC32();
        crc.update(bytes.slice(position + ENTRY_HEADER_BYTES, length));
        return (int) crc.getValue() == bytes.getInt(position + Integer.BYTES);
    }

    private static boolean isZero(byte[] bytes, int from) {
        for (int at = from; at < bytes.length; at += ZEROS.length) {
            int length = Math.min(ZEROS.length, bytes.length - at);
            if (!Arrays.equals(bytes, at, at + length, ZEROS, 0, length)) {
                return false;
            }
        }
        return true;
    }

    boolean hasHeader() {
        return headerProblem.isEmpty();
    }

    /** Index of the entry after the last. */
    long nextIndex() {
        return firstIndex + entries;
    }

    /**
     * Whether a whole entry lies anywhere behind the end. Also true when there are so many things that look like the
     * beginning of an entry that not all were tried.
     */
    boolean wholeEntryFollows() throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
        long budget = SEARCH_BYTES;
        for (int position = end + 1; position + ENTRY_HEADER_BYTES < bytes.limit(); position++) {
            int claimed = bytes.getInt(position);
            if (claimed > 0 && claimed <= GuardedRaftContext.MAX_ENTRY_BYTES) {
                budget -= claimed;
                if (budget < 0 || isEntry(bytes, position)) {
                    return true;
                }
            }
        }
        return false;
    }
}
