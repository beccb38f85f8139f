package io.heliograph.raft.atomix;

import io.heliograph.raft.CorruptLogException;
import io.heliograph.raft.GroupMember;
import io.heliograph.raft.Standing;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Who this node is in its group, on disk in the file {@code identity}. A node that lost its directory has forgotten what
 * it voted and acknowledged, and must not do either again under its old id until the group has taken it in anew; it
 * shows by another incarnation, or by having no standing at all.
 *
 * @param incarnation drawn at random when the directory was empty
 * @param kind {@code JOINING} until the group is founded with this incarnation, or the leader has taken it in
 * @param generation counts the groups of this cluster that an operator founded from a survivor's state; 1 for the first,
 *     0 while joining. Nodes of different generations do not talk Raft to each other
 * @param membersIndex index of the entry in the log that made {@code members} so, 0 for the first list
 * @param members the members when this node became one, newer lists are in the log and in snapshots; while joining, those
 *     of its configuration
 * @param founders the incarnations the group was founded with, by id; empty when this node does not know
 */
record NodeIdentity(
        long incarnation,
        Standing.Kind kind,
        long generation,
        long membersIndex,
        SortedMap<String, GroupMember> members,
        SortedMap<String, Long> founders) {

    static final String FILE = "identity";

    private static final int VERSION = 1;

    NodeIdentity {
        members = Collections.unmodifiableSortedMap(new TreeMap<>(members));
        founders = Collections.unmodifiableSortedMap(new TreeMap<>(founders));
    }

    /** An empty node, with the members its configuration lists. */
    static NodeIdentity joining(long incarnation, Map<String, GroupMember> configured) {
        return new NodeIdentity(incarnation, Standing.Kind.JOINING, 0, 0, new TreeMap<>(configured), new TreeMap<>());
    }

    /** A founder of a group, whose members are where the configurations say. */
    static NodeIdentity founder(long incarnation, long generation, Collection<String> ids, Map<String, Long> founders) {
        TreeMap<String, GroupMember> members = new TreeMap<>();
        ids.forEach(id -> members.put(id, GroupMember.asConfigured(id, true)));
        return new NodeIdentity(incarnation, Standing.Kind.MEMBER, generation, 0, members, new TreeMap<>(founders));
    }

    /** A node that the leader has taken in; it fills its own incarnation in. */
    static NodeIdentity admitted(
            long generation, long membersIndex, SortedMap<String, GroupMember> members, Map<String, Long> founders) {
        return new NodeIdentity(0, Standing.Kind.MEMBER, generation, membersIndex, members, new TreeMap<>(founders));
    }

    /** The same node, no longer part of its group. */
    NodeIdentity left(Standing.Kind why) {
        return new NodeIdentity(incarnation, why, generation, membersIndex, members, founders);
    }

    static boolean exists(Path directory) {
        return Files.exists(directory.resolve(FILE));
    }

    /**
     * @throws CorruptLogException when the file is damaged, or of a newer version
     */
    static NodeIdentity read(Path directory) throws CorruptLogException {
        Path file = directory.resolve(FILE);
        try {
            return decode(CheckedFile.read(file));
        } catch (IOException | RuntimeException e) {
            throw new CorruptLogException(
                    "the node's identity cannot be read: " + e.getMessage() + "; move " + directory
                            + " away and start empty, the group takes the node in again",
                    e);
        }
    }

    void write(Path directory) throws IOException {
        CheckedFile.write(directory.resolve(FILE), encode());
    }

    /** Also how nodes tell each other who they are. */
    byte[] encode() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeInt(VERSION);
            out.writeLong(incarnation);
            out.writeByte(wireId(kind));
            out.writeLong(generation);
            out.writeLong(membersIndex);
            byte[] list = MembersCodec.encode(members);
            out.writeInt(list.length);
            out.write(list);
            out.writeShort(founders.size());
            for (Map.Entry<String, Long> founder : founders.entrySet()) {
                out.writeUTF(founder.getKey());
                out.writeLong(founder.getValue());
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    static NodeIdentity decode(byte[] bytes) throws IOException {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            int version = in.readInt();
            if (version != VERSION) {
                throw new IOException("an identity of version " + version + ", this program knows " + VERSION);
            }
            long incarnation = in.readLong();
            Standing.Kind kind = kind(in.readByte());
            long generation = in.readLong();
            long membersIndex = in.readLong();
            SortedMap<String, GroupMember> members = MembersCodec.decode(in.readNBytes(in.readInt()));
            TreeMap<String, Long> founders = new TreeMap<>();
            int count = in.readUnsignedShort();
            for (int i = 0; i < count; i++) {
                founders.put(in.readUTF(), in.readLong());
            }
            return new NodeIdentity(incarnation, kind, generation, membersIndex, members, founders);
        }
    }

    private static int wireId(Standing.Kind kind) {
        return switch (kind) {
            case JOINING -> 1;
            case MEMBER -> 2;
            case REMOVED -> 3;
            case SUPERSEDED -> 4;
        };
    }

    private static Standing.Kind kind(int wireId) throws IOException {
        for (Standing.Kind kind : Standing.Kind.values()) {
            if (wireId(kind) == wireId) {
                return kind;
            }
        }
        throw new IOException("an identity of kind " + wireId);
    }
}
