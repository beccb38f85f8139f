package io.heliograph.raft.atomix;

import io.heliograph.raft.GroupMember;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The list of members in bytes, as it stands in the log, in snapshots and in the identity: byte version 1, short count,
 * then per member its id, Raft address and HTTP URL (each a short length and modified UTF-8) and a byte 1 when it votes.
 */
final class MembersCodec {

    private static final byte VERSION = 1;

    private MembersCodec() {}

    static byte[] encode(Map<String, GroupMember> members) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            out.writeShort(members.size());
            for (GroupMember member : new TreeMap<>(members).values()) {
                out.writeUTF(member.id());
                out.writeUTF(member.raft());
                out.writeUTF(member.http());
                out.writeBoolean(member.voting());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /**
     * @throws IOException when the bytes are no list of members, or one of a newer version
     */
    static SortedMap<String, GroupMember> decode(byte[] bytes) throws IOException {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            int version = in.readByte();
            if (version != VERSION) {
                throw new IOException("a list of members of version " + version + ", this program knows " + VERSION);
            }
            int count = in.readUnsignedShort();
            TreeMap<String, GroupMember> members = new TreeMap<>();
            for (int i = 0; i < count; i++) {
                GroupMember member = new GroupMember(in.readUTF(), in.readUTF(), in.readUTF(), in.readBoolean());
                members.put(member.id(), member);
            }
            if (in.available() > 0) {
                throw new IOException("a list of members with " + in.available() + " bytes left over");
            }
            return Collections.unmodifiableSortedMap(members);
        }
    }
}
