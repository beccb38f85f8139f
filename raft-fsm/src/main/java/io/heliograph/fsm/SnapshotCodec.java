package io.heliograph.fsm;

import io.heliograph.command.Wire;
import io.heliograph.kv.Entry;
import io.heliograph.kv.Revision;
import io.heliograph.kv.WriteSet;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * The replicated state as bytes, big-endian: the four letters {@code HGSN}, int format version, cluster name, long
 * epoch, long last index, a byte that says whether a group begins with it, write sets sorted by head, each with its
 * revision, time and whether it is a deletion, clusters sorted by alias, failovers oldest first; at the end the CRC32C of
 * everything before it as an int.
 */
final class SnapshotCodec {

    static final int MAGIC = 0x4847534E;
    static final int VERSION = 4;

    /** Before deletions and times. */
    private static final int VERSION_WITHOUT_DELETIONS = 1;

    /** Before failovers said who asked for them. */
    private static final int VERSION_WITHOUT_CALLERS = 2;

    /** Before it was told whether a group begins with it. */
    private static final int VERSION_WITHOUT_BEGINNING = 3;

    private static final int CHECKSUM_BYTES = Integer.BYTES;

    private final String cluster;

    SnapshotCodec(String cluster) {
        this.cluster = cluster;
    }

    byte[] encode(ReplicatedState state) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        try {
            out.writeInt(MAGIC);
            out.writeInt(VERSION);
            Wire.writeString(out, cluster);
            out.writeLong(state.epoch());
            out.writeLong(state.lastIndex());
            out.writeBoolean(state.isRestored());
            writeSets(out, List.copyOf(state.desired().all()));
            writeClusters(out, List.copyOf(state.clusters().all()));
            writeFailovers(out, state.failovers().all());
            out.writeInt(crc(bytes.toByteArray(), bytes.size()));
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        }
        return bytes.toByteArray();
    }

    /**
     * @throws SnapshotException saying what is wrong
     */
    ReplicatedState decode(byte[] bytes) {
        if (bytes.length < 3 * Integer.BYTES || ByteBuffer.wrap(bytes).getInt() != MAGIC) {
            throw new SnapshotException("not a snapshot: " + bytes.length + " bytes without the mark at the start");
        }
        int version = ByteBuffer.wrap(bytes).getInt(Integer.BYTES);
        if (version < VERSION_WITHOUT_DELETIONS || version > VERSION) {
            throw new SnapshotException("a snapshot of format version " + version
                    + ", this version of heliograph knows " + VERSION + "; run the newer version");
        }
        int body = bytes.length - CHECKSUM_BYTES;
        if (ByteBuffer.wrap(bytes).getInt(body) != crc(bytes, body)) {
            throw new SnapshotException("a damaged snapshot: its checksum does not match its " + body + " bytes");
        }
        DataInputStream in =
                new DataInputStream(new ByteArrayInputStream(bytes, 2 * Integer.BYTES, body - 2 * Integer.BYTES));
        try {
            return readBody(in, version);
        } catch (IOException | IllegalArgumentException e) {
            throw new SnapshotException("a damaged snapshot: " + e.getMessage(), e);
        }
    }

    private ReplicatedState readBody(DataInputStream in, int version) throws IOException {
        String from = Wire.readString(in);
        if (!from.equals(cluster)) {
            throw new SnapshotException("a snapshot of cluster '" + from + "', this one is '" + cluster + "'");
        }
        ReplicatedState state = new ReplicatedState(in.readLong(), in.readLong());
        if (version > VERSION_WITHOUT_BEGINNING && in.readBoolean()) {
            state.restoredAnew();
        }
        readSets(in, version, state);
        readClusters(in, state);
        readFailovers(in, version, state);
        return state;
    }

    private static void writeSets(DataOutputStream out, List<WriteSet> sets) throws IOException {
        out.writeInt(sets.size());
        for (WriteSet set : sets) {
            out.writeLong(set.revision().value());
            out.writeLong(set.decidedAt());
            out.writeBoolean(set.isDeletion());
            out.writeInt(set.entries().size());
            for (Entry entry : set.entries()) {
                Wire.writeString(out, entry.key());
                Wire.writeString(out, entry.value());
            }
        }
    }

    private static void readSets(DataInputStream in, int version, ReplicatedState state) throws IOException {
        int count = in.readInt();
        for (int i = 0; i < count; i++) {
            Revision revision = new Revision(in.readLong());
            boolean isOld = version == VERSION_WITHOUT_DELETIONS;
            long decidedAt = isOld ? 0 : in.readLong();
            boolean deletion = !isOld && in.readBoolean();
            int size = in.readInt();
            List<Entry> entries = new ArrayList<>();
            for (int k = 0; k < size; k++) {
                entries.add(new Entry(Wire.readString(in), Wire.readString(in)));
            }
            WriteSet.Action action = deletion ? WriteSet.Action.DELETE : WriteSet.Action.SET;
            state.desired().put(new WriteSet(revision, decidedAt, action, entries));
        }
    }

    private static void writeClusters(DataOutputStream out, List<RegisteredCluster> clusters) throws IOException {
        out.writeInt(clusters.size());
        for (RegisteredCluster each : clusters) {
            Wire.writeString(out, each.alias());
            Wire.writeHostPort(out, each.name());
            Wire.writeString(out, each.prefix());
            Wire.writeMaster(out, each.master());
            out.writeLong(each.revision().value());
        }
    }

    private static void readClusters(DataInputStream in, ReplicatedState state) throws IOException {
        int count = in.readInt();
        for (int i = 0; i < count; i++) {
            state.clusters()
                    .put(new RegisteredCluster(
                            Wire.readString(in),
                            Wire.readHostPort(in),
                            Wire.readString(in),
                            Wire.readMaster(in),
                            new Revision(in.readLong())));
        }
    }

    private static void writeFailovers(DataOutputStream out, List<Failover> failovers) throws IOException {
        out.writeInt(failovers.size());
        for (Failover each : failovers) {
            Wire.writeString(out, each.alias());
            Wire.writeHostPort(out, each.from());
            Wire.writeHostPort(out, each.to());
            Wire.writeString(out, each.reason());
            out.writeLong(each.revision().value());
            out.writeLong(each.decidedAt());
            Wire.writeString(out, each.by());
        }
    }

    private static void readFailovers(DataInputStream in, int version, ReplicatedState state) throws IOException {
        int count = in.readInt();
        for (int i = 0; i < count; i++) {
            state.failovers()
                    .add(new Failover(
                            Wire.readString(in),
                            Wire.readHostPort(in),
                            Wire.readHostPort(in),
                            Wire.readString(in),
                            new Revision(in.readLong()),
                            in.readLong(),
                            version > VERSION_WITHOUT_CALLERS ? Wire.readString(in) : ""));
        }
    }

    private static int crc(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }
}
