package io.heliograph.raft.atomix;

import io.heliograph.raft.GroupMember;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.SortedMap;
import java.util.zip.CRC32C;

/**
 * What the file of a snapshot holds after the library's own header: where in the log the state was taken, with its term
 * and the members at that point (Raft paper, section 7: "lastIncludedIndex", "lastIncludedTerm" and the latest
 * configuration), then the application's bytes. Big-endian: the letters {@code HGRS}, int version 1, int CRC32C of all
 * that follows, long index, long term, long index of the members' entry, int length and bytes of the members, and the
 * application's bytes to the end.
 *
 * @param index last index the state holds
 * @param term term of the entry at that index
 * @param membersIndex index of the entry that made the members so, 0 when they are the group's first
 * @param members the members as of {@code index}
 * @param application what the application wrote
 */
record SnapshotEnvelope(
        long index, long term, long membersIndex, SortedMap<String, GroupMember> members, Bytes application) {

    /** Bytes that are not copied; nobody changes them. */
    @SuppressWarnings("ArrayRecordComponent")
    record Bytes(byte[] array) {}

    static final int VERSION = 1;

    private static final int MAGIC = 0x48475253;
    private static final int HEADER_BYTES = 3 * Integer.BYTES;

    byte[] encode() {
        byte[] list = MembersCodec.encode(members);
        ByteBuffer bytes = ByteBuffer.allocate(
                HEADER_BYTES + 3 * Long.BYTES + Integer.BYTES + list.length + application.array.length);
        bytes.putInt(MAGIC).putInt(VERSION).putInt(0);
        bytes.putLong(index).putLong(term).putLong(membersIndex);
        bytes.putInt(list.length).put(list).put(application.array);
        bytes.putInt(2 * Integer.BYTES, crc(bytes.array()));
        return bytes.array();
    }

    /** Whether a later version of this program wrote these bytes. */
    static boolean isNewer(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        return bytes.length >= HEADER_BYTES && in.getInt() == MAGIC && in.getInt() > VERSION;
    }

    /**
     * @throws IOException when the bytes are damaged, or of a newer version; one line
     */
    static SnapshotEnvelope decode(byte[] bytes) throws IOException {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        if (bytes.length < HEADER_BYTES || in.getInt() != MAGIC) {
            throw new IOException("the snapshot's mark is missing");
        }
        int version = in.getInt();
        if (version != VERSION) {
            throw new IOException("the snapshot is of version " + version + ", this program knows " + VERSION);
        }
        if (in.getInt() != crc(bytes)) {
            throw new IOException("the snapshot's checksum does not match its " + bytes.length + " bytes");
        }
        try {
            long index = in.getLong();
            long term = in.getLong();
            long membersIndex = in.getLong();
            byte[] list = new byte[in.getInt()];
            in.get(list);
            byte[] application = new byte[in.remaining()];
            in.get(application);
            return new SnapshotEnvelope(index, term, membersIndex, MembersCodec.decode(list), new Bytes(application));
        } catch (BufferUnderflowException | NegativeArraySizeException e) {
            throw new IOException("the snapshot ends early", e);
        }
    }

    private static int crc(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, HEADER_BYTES, bytes.length - HEADER_BYTES);
        return (int) crc.getValue();
    }
}
