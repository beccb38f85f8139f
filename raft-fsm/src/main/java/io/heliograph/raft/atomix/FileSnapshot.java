package io.heliograph.raft.atomix;

import io.atomix.protocols.raft.storage.snapshot.Snapshot;
import io.atomix.protocols.raft.storage.snapshot.SnapshotDescriptor;
import io.atomix.protocols.raft.storage.snapshot.SnapshotReader;
import io.atomix.protocols.raft.storage.snapshot.SnapshotWriter;
import io.atomix.storage.buffer.HeapBuffer;
import java.io.ByteArrayOutputStream;
import java.lang.ref.SoftReference;
import org.jspecify.annotations.Nullable;

/**
 * A snapshot that is gathered in memory, piece by piece when a leader sends it, and is a file once it is complete. In
 * between there is nothing that could be taken for one: the file appears whole, under its name, or not at all.
 *
 * <p>Threads: the Raft thread writes; any may read once it is complete.
 */
final class FileSnapshot extends Snapshot {

    private static final int INITIAL_BYTES = 4096;

    private final DurableSnapshotStore owner;
    private final ByteArrayOutputStream gathered = new ByteArrayOutputStream();
    /** The leader reads it once for each piece it sends. */
    private SoftReference<byte[]> cached = new SoftReference<>(null);

    private boolean persisted;

    private FileSnapshot(SnapshotDescriptor descriptor, DurableSnapshotStore owner, boolean persisted) {
        super(descriptor, owner);
        this.owner = owner;
        this.persisted = persisted;
    }

    /** A snapshot yet to be written. */
    static FileSnapshot empty(long index, long timestamp, DurableSnapshotStore owner) {
        return new FileSnapshot(descriptor(index, timestamp), owner, false);
    }

    /** A snapshot that is a file. */
    static FileSnapshot onDisk(long index, long timestamp, DurableSnapshotStore owner) {
        return new FileSnapshot(descriptor(index, timestamp), owner, true);
    }

    private static SnapshotDescriptor descriptor(long index, long timestamp) {
        return SnapshotDescriptor.builder()
                .withIndex(index)
                .withTimestamp(timestamp)
                .build();
    }

    @Override
    public synchronized SnapshotWriter openWriter() {
        checkWriter();
        SnapshotWriter writer = new SnapshotWriter(HeapBuffer.allocate(INITIAL_BYTES, Integer.MAX_VALUE), this);
        return openWriter(writer, descriptor);
    }

    @Override
    protected synchronized void closeWriter(SnapshotWriter writer) {
        byte[] piece = new byte[writer.buffer().position()];
        writer.buffer().flip().read(piece);
        gathered.writeBytes(piece);
        super.closeWriter(writer);
    }

    @Override
    public synchronized SnapshotReader openReader() {
        byte[] bytes = cached.get();
        if (bytes == null) {
            bytes = owner.read(index());
            cached = new SoftReference<>(bytes);
        }
        return new SnapshotReader(HeapBuffer.wrap(bytes), this);
    }

    @Override
    public synchronized boolean isPersisted() {
        return persisted;
    }

    /** Puts the file on disk. What was gathered may be given up afterwards. */
    @Override
    public synchronized Snapshot persist() {
        if (!persisted) {
            owner.write(index(), gathered.toByteArray());
            gathered.reset();
            persisted = true;
        }
        return this;
    }

    @Override
    public @Nullable Snapshot complete() {
        persist();
        return super.complete();
    }

    /** A snapshot given up halfway has no file; the store deletes the others. */
    @Override
    public void delete() {}
}
