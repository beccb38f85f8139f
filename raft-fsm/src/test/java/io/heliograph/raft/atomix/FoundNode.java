package io.heliograph.raft.atomix;

import io.atomix.protocols.raft.partition.impl.RaftNamespaces;
import io.atomix.protocols.raft.storage.log.entry.CommandEntry;
import io.atomix.protocols.raft.storage.log.entry.RaftLogEntry;
import io.heliograph.raft.CorruptLogException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a node finds in its directory when it starts: the same checks, and then everything read without the library.
 *
 * @param vote the vote record
 * @param log the entries by index
 * @param snapshotIndex index of the newest snapshot, 0 for none
 * @param snapshot the commands in it
 */
record FoundNode(VoteRecord vote, TreeMap<Long, Entry> log, long snapshotIndex, Set<String> snapshot) {

    /** @param command null for an entry of the library or of the members */
    record Entry(long term, String command) {}

    /** Decoding is the slowest part, and the same entries come again and again. */
    private static final Map<Long, Entry> DECODED = new HashMap<>();

    /** @throws CorruptLogException when the node would not start */
    static FoundNode open(Path directory) throws IOException, CorruptLogException {
        Group.RecordedStop stops = new Group.RecordedStop();
        VoteRecord vote = VoteRecord.open(directory, stops);
        if (!NodeIdentity.exists(directory)) {
            try (var files = Files.list(directory)) {
                if (files.anyMatch(file -> file.getFileName().toString().matches("vote|.*\\.(log|snapshot)"))) {
                    throw new CorruptLogException("files, but no identity", new IOException());
                }
            }
            return new FoundNode(vote, new TreeMap<>(), 0, Set.of());
        }
        boolean member = NodeIdentity.read(directory).kind() == io.heliograph.raft.Standing.Kind.MEMBER;
        SnapshotFiles.audit(directory);
        long snapshotIndex = SnapshotFiles.newestWhole(directory);
        SnapshotEnvelope envelope = null;
        if (snapshotIndex > 0) {
            envelope = SnapshotEnvelope.decode(Files.readAllBytes(SnapshotFiles.file(directory, snapshotIndex)));
        }
        TreeMap<Long, Entry> log = entries(directory);
        long term = Math.max(
                envelope == null ? 0 : envelope.term(),
                log.isEmpty() ? 0 : log.lastEntry().getValue().term());
        if (member && (term > vote.term() || !VoteRecord.exists(directory))) {
            throw new CorruptLogException("vote record of term " + vote.term() + ", log of " + term, new IOException());
        }
        Group.Recorder state = new Group.Recorder();
        if (envelope != null) {
            state.restore(envelope.application().array());
        }
        return new FoundNode(vote, log, snapshotIndex, Set.copyOf(state.commands));
    }

    private static TreeMap<Long, Entry> entries(Path directory) throws IOException {
        TreeMap<Long, Entry> entries = new TreeMap<>();
        try (var files = Files.list(directory)) {
            for (Path file : files.toList()) {
                String name = String.valueOf(file.getFileName());
                if (name.matches("log-\\d+\\.log")) {
                    long id = Long.parseLong(name.substring(4, name.length() - 4));
                    readInto(entries, SegmentScan.read(file, id, Long.MAX_VALUE));
                }
            }
        }
        return entries;
    }

    private static void readInto(TreeMap<Long, Entry> entries, SegmentScan segment) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(segment.file()));
        int position = SegmentScan.HEADER_BYTES;
        for (long index = segment.firstIndex(); index < segment.nextIndex(); index++) {
            int length = bytes.getInt(position);
            long key = (long) length << 32 | (bytes.getInt(position + 4) & 0xffffffffL);
            entries.put(index, decoded(key, bytes.slice(position + 8, length)));
            position += 8 + length;
        }
    }

    /** @param key length and checksum */
    private static Entry decoded(long key, ByteBuffer payload) {
        synchronized (DECODED) {
            Entry known = DECODED.get(key);
            if (known != null) {
                return known;
            }
            byte[] bytes = new byte[payload.remaining()];
            payload.get(bytes);
            RaftLogEntry entry = RaftNamespaces.RAFT_STORAGE.deserialize(bytes);
            boolean command = entry instanceof CommandEntry own && !CommandSession.isMembers(own);
            Entry read = new Entry(
                    entry.term(),
                    command ? new String(((CommandEntry) entry).operation().value(), StandardCharsets.UTF_8) : "");
            DECODED.put(key, read);
            return read;
        }
    }

    /** Whether what was committed at {@code index} is here. */
    boolean holds(long index, String command) {
        Entry entry = log.get(index);
        return (entry != null && entry.command().equals(command))
                || (index <= snapshotIndex && snapshot.contains(command));
    }
}
