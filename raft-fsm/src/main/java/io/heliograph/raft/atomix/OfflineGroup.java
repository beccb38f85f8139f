package io.heliograph.raft.atomix;

import io.atomix.protocols.raft.storage.log.RaftLogReader;
import io.atomix.protocols.raft.storage.log.entry.CommandEntry;
import io.atomix.protocols.raft.storage.log.entry.RaftLogEntry;
import io.atomix.protocols.raft.storage.snapshot.Snapshot;
import io.atomix.protocols.raft.storage.snapshot.SnapshotReader;
import io.atomix.protocols.raft.storage.snapshot.SnapshotWriter;
import io.atomix.storage.journal.Indexed;
import io.atomix.utils.time.WallClockTimestamp;
import io.heliograph.raft.CorruptLogException;
import io.heliograph.raft.FailStop;
import io.heliograph.raft.GroupMember;
import io.heliograph.raft.LogApplication;
import io.heliograph.raft.Standing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What can be done with a node's directory while no process uses it: read everything it holds, and begin a group of one
 * with a given state. For when a majority is gone for good.
 */
public final class OfflineGroup {

    /**
     * Where a state stands.
     *
     * @param index last index of the log it holds
     * @param term term of the entry at that index
     * @param generation of the group it belonged to, 0 when that is not known
     * @param members the members as of {@code index}, by id
     */
    public record Found(long index, long term, long generation, SortedMap<String, GroupMember> members) {}

    private static final FailStop THROW = (exitCode, message, cause) -> {
        throw new IllegalStateException(message, cause);
    };

    private OfflineGroup() {}

    /**
     * Hands the newest snapshot and every entry after it to the application: also those of which this node does not know
     * whether they were committed, because nobody is left to ask and an acknowledged one may be among them.
     *
     * @throws CorruptLogException when the directory cannot be trusted
     * @throws IOException when there is nothing in it
     */
    public static Found read(Path directory, LogApplication application) throws IOException, CorruptLogException {
        if (!NodeIdentity.exists(directory)) {
            throw new IOException(directory + " holds no node's log");
        }
        NodeIdentity identity = NodeIdentity.read(directory);
        if (identity.kind() != Standing.Kind.MEMBER) {
            throw new IOException(directory + " is of a node that is not part of its group any more (" + identity.kind()
                    + "): the group went on without it");
        }
        SnapshotFiles.audit(directory);
        VoteRecord vote = VoteRecord.open(directory, THROW);
        MemberHistory members = new MemberHistory(new MemberHistory.At(identity.membersIndex(), identity.members()));
        SnapshotMark at = SnapshotMark.NONE;
        try (DurableSnapshotStore snapshots = new DurableSnapshotStore(LogFiles.snapshots(directory), THROW)) {
            Snapshot newest = snapshots.getCurrentSnapshot();
            if (newest != null) {
                SnapshotEnvelope envelope = decode(newest, snapshots.file(newest.index()));
                application.restore(envelope.application().array());
                members.learned(new MemberHistory.At(envelope.membersIndex(), envelope.members()), envelope.index());
                at = new SnapshotMark(envelope.index(), envelope.term());
            }
        }
        at = replay(directory, application, members, at);
        if (at.index() == 0) {
            throw new IOException(directory + " holds an empty log: there is nothing to begin a group with");
        }
        if (at.term() > vote.term()) {
            throw new CorruptLogException(
                    "the vote record in " + directory + " knows term " + vote.term() + ", the log is of term "
                            + at.term(),
                    new IOException("vote record"));
        }
        return new Found(
                at.index(),
                at.term(),
                identity.generation(),
                members.at(at.index()).members());
    }

    private static SnapshotEnvelope decode(Snapshot snapshot, Path file) throws CorruptLogException {
        try (SnapshotReader reader = snapshot.openReader()) {
            return SnapshotEnvelope.decode(reader.readBytes(reader.remaining()));
        } catch (IOException e) {
            throw new CorruptLogException(file + ": " + e.getMessage(), e);
        }
    }

    private static SnapshotMark replay(
            Path directory, LogApplication application, MemberHistory members, SnapshotMark snapshot)
            throws CorruptLogException {
        GroupMembership lists = new GroupMembership("", members, ignored -> {}, ignored -> {});
        SnapshotMark at = snapshot;
        try (ForcedLog log = new ForcedLog(GuardedRaftContext.openJournal(directory), directory, THROW, lists)) {
            if (log.firstIndex() > snapshot.index() + 1) {
                throw new CorruptLogException(
                        "the log in " + directory + " begins at " + log.firstIndex() + ", the newest snapshot ends at "
                                + snapshot.index(),
                        new IOException("a hole"));
            }
            if (!leadsUpTo(log, snapshot)) {
                // what the log holds is not what the group decided after the snapshot
                log.writer().stop();
                return at;
            }
            try (RaftLogReader reader = log.peek(log.firstIndex())) {
                while (reader.hasNext()) {
                    Indexed<RaftLogEntry> entry = reader.next();
                    if (entry.index() <= at.index()) {
                        continue;
                    }
                    lists.read(entry.index(), entry.entry());
                    if (entry.entry() instanceof CommandEntry command && !CommandSession.isMembers(command)) {
                        application.apply(entry.index(), command.operation().value());
                    }
                    at = new SnapshotMark(entry.index(), entry.entry().term());
                }
            }
            log.writer().stop();
        }
        return at;
    }

    /** Whether the log begins right after the snapshot, or holds its last entry. */
    private static boolean leadsUpTo(ForcedLog log, SnapshotMark snapshot) {
        if (log.firstIndex() == snapshot.index() + 1) {
            return true;
        }
        try (RaftLogReader reader = log.peek(snapshot.index())) {
            return reader.hasNext()
                    && reader.getNextIndex() == snapshot.index()
                    && reader.next().entry().term() == snapshot.term();
        }
    }

    /**
     * Makes an empty directory that of the only member of a new group, with a state to begin with.
     *
     * @param generation higher than that of every group of the cluster before
     * @param term higher than every term this node was in
     * @param index where the state stands; the log goes on after it
     * @param only id of the node
     * @param application the state, as the application's snapshot
     * @throws IOException when the directory is not empty, or cannot be written
     */
    public static void found(Path directory, long generation, long term, long index, String only, byte[] application)
            throws IOException, CorruptLogException {
        Files.createDirectories(directory);
        try (var files = Files.list(directory)) {
            if (files.findAny().isPresent()) {
                throw new IOException(directory + " is not empty");
            }
        }
        TreeMap<String, GroupMember> members = new TreeMap<>(Map.of(only, GroupMember.asConfigured(only, true)));
        VoteRecord vote = VoteRecord.open(directory, THROW);
        vote.begin(term);
        vote.create();
        SnapshotEnvelope envelope =
                new SnapshotEnvelope(index, term, index, members, new SnapshotEnvelope.Bytes(application));
        try (DurableSnapshotStore snapshots = new DurableSnapshotStore(LogFiles.snapshots(directory), THROW)) {
            Snapshot snapshot = snapshots.newTemporarySnapshot(index, new WallClockTimestamp());
            try (SnapshotWriter writer = snapshot.openWriter()) {
                writer.write(envelope.encode());
            }
            Snapshot onDisk = snapshot.persist();
            onDisk.complete();
            snapshot.close();
        }
        long incarnation = new SecureRandom().nextLong();
        NodeIdentity.founder(incarnation, generation, members.keySet(), Map.of(only, incarnation))
                .write(directory);
        Disk.forceDirectory(directory);
    }

    /**
     * Whether a directory is that of a node that has been a member of a group.
     *
     * @throws CorruptLogException when its identity cannot be read
     */
    public static boolean wasMember(Path directory) throws CorruptLogException {
        return NodeIdentity.exists(directory) && NodeIdentity.read(directory).kind() != Standing.Kind.JOINING;
    }

    /**
     * Reads a snapshot that was saved to a file.
     *
     * @param saved what {@code ReplicatedLog.saveSnapshot} gave
     * @throws IOException when the bytes are damaged; one line
     */
    public static Found inspect(byte[] saved, LogApplication application) throws IOException {
        SnapshotEnvelope envelope = SnapshotEnvelope.decode(saved);
        application.restore(envelope.application().array());
        return new Found(envelope.index(), envelope.term(), 0, envelope.members());
    }
}
