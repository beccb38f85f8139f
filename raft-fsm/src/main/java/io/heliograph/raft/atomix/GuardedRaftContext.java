package io.heliograph.raft.atomix;

import io.atomix.cluster.ClusterMembershipService;
import io.atomix.cluster.MemberId;
import io.atomix.primitive.PrimitiveTypeRegistry;
import io.atomix.protocols.raft.RaftServer;
import io.atomix.protocols.raft.impl.RaftContext;
import io.atomix.protocols.raft.impl.RaftServiceManager;
import io.atomix.protocols.raft.partition.impl.RaftNamespaces;
import io.atomix.protocols.raft.protocol.RaftServerProtocol;
import io.atomix.protocols.raft.storage.RaftStorage;
import io.atomix.protocols.raft.storage.log.RaftLog;
import io.atomix.protocols.raft.storage.log.RaftLogReader;
import io.atomix.protocols.raft.storage.log.RaftLogWriter;
import io.atomix.protocols.raft.storage.snapshot.Snapshot;
import io.atomix.protocols.raft.storage.snapshot.SnapshotStore;
import io.atomix.storage.StorageLevel;
import io.atomix.storage.journal.JournalReader;
import io.atomix.storage.journal.SegmentedJournal;
import io.atomix.utils.concurrent.ThreadContext;
import io.atomix.utils.concurrent.ThreadContextFactory;
import io.heliograph.raft.FailStop;
import io.heliograph.raft.LogApplication;
import java.nio.file.Path;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The library's server state with our log, our snapshots and our driver of the state machine in the place of its own.
 *
 * <p>The superclass calls the overridden methods while it is being constructed, before any field here is set: each
 * falls back to the superclass then. What it sets up in that time is a log of its own, which stays empty. No message is
 * let in before {@link #isOpen}.
 */
final class GuardedRaftContext extends RaftContext {

    /**
     * Small, so that a snapshot soon frees disk. At least twice the largest entry, because the library wipes that much
     * of a truncated tail.
     */
    static final int SEGMENT_BYTES = 2 * 1024 * 1024;

    static final int MAX_ENTRY_BYTES = SEGMENT_BYTES / 2;

    private final @Nullable ForcedLog guardedLog;
    private final @Nullable RaftLogReader guardedReader;
    private final @Nullable DurableSnapshotStore guardedSnapshots;
    private final @Nullable StateMachineDriver driver;
    private final @Nullable VoteRecord vote;
    private final @Nullable GroupMembership membership;
    private final ThreadContext timerless;
    private final AppendChecks appendChecks;
    private final VoteChecks voteChecks;
    private final InFlight inFlight = new InFlight();
    private final boolean open;
    private volatile SnapshotMark snapshotMark = SnapshotMark.NONE;

    @SuppressWarnings("ThisEscapedInObjectConstruction")
    GuardedRaftContext(
            MemberId self,
            ClusterMembershipService localMember,
            RaftServerProtocol protocol,
            RaftStorage scratch,
            RaftStorage storage,
            PrimitiveTypeRegistry types,
            ThreadContextFactory threads,
            LogApplication application,
            FailStop failStop,
            AppliedIndex applied,
            VoteRecord vote,
            GroupMembership membership,
            BooleanSupplier leadsWithQuorum) {
        super("heliograph", self, localMember, protocol, scratch, types, threads, true);
        Path directory = storage.directory().toPath();
        this.timerless = new NoTimers(threadContext);
        this.guardedLog = new ForcedLog(openJournal(directory), directory, failStop, membership);
        this.guardedReader = guardedLog.openReader(1, JournalReader.Mode.ALL);
        this.vote = vote;
        this.membership = membership;
        if (vote.term() > super.getTerm()) {
            super.setTerm(vote.term());
        }
        this.appendChecks = new AppendChecks(this, failStop);
        this.voteChecks = new VoteChecks(this, leadsWithQuorum);
        this.guardedSnapshots = new DurableSnapshotStore(storage, failStop);
        this.driver = new StateMachineDriver(
                this,
                super.getServiceManager().executor(),
                threads,
                application,
                failStop,
                applied,
                membership.history());
        this.open = true;
    }

    /** The log's files. */
    static SegmentedJournal<io.atomix.protocols.raft.storage.log.entry.RaftLogEntry> openJournal(Path directory) {
        return SegmentedJournal.<io.atomix.protocols.raft.storage.log.entry.RaftLogEntry>builder()
                .withName("log")
                .withDirectory(directory.toFile())
                .withStorageLevel(StorageLevel.DISK)
                .withNamespace(RaftNamespaces.RAFT_STORAGE)
                .withMaxSegmentSize(SEGMENT_BYTES)
                .withMaxEntrySize(MAX_ENTRY_BYTES)
                .withFlushOnCommit(false)
                .build();
    }

    /** Whether construction is complete, and messages may come in. */
    boolean isOpen() {
        return open;
    }

    @SuppressWarnings("NullAway")
    ForcedLog log() {
        return guardedLog;
    }

    @SuppressWarnings("NullAway")
    DurableSnapshotStore snapshots() {
        return guardedSnapshots;
    }

    @SuppressWarnings("NullAway")
    StateMachineDriver driver() {
        return driver;
    }

    AppendChecks appendChecks() {
        return appendChecks;
    }

    InFlight inFlight() {
        return inFlight;
    }

    VoteChecks voteChecks() {
        return voteChecks;
    }

    /** Where the newest snapshot stands. Threads: any. */
    SnapshotMark snapshotMark() {
        return snapshotMark;
    }

    /** A snapshot is now the newest on disk. */
    void snapshotStored(SnapshotMark mark) {
        snapshotMark = mark;
    }

    /**
     * A snapshot was received whole. A log that does not lead up to it is discarded (Raft paper, figure 13, steps 6 and
     * 7). Runs on the Raft thread, before the leader's next message.
     */
    @SuppressWarnings("NullAway") // membership is null only within the super constructor
    void snapshotArrived() {
        Snapshot newest = snapshots().getCurrentSnapshot();
        if (newest == null || newest.index() <= snapshotMark.index()) {
            return;
        }
        SnapshotEnvelope envelope = driver().read(newest);
        snapshotMark = new SnapshotMark(envelope.index(), envelope.term());
        beginLogAfterSnapshot();
        membership.learned(new MemberHistory.At(envelope.membersIndex(), envelope.members()), envelope.index());
        driver().snapshotArrived();
    }

    /** Keeps the log where it holds the snapshot's last entry; else begins it after the snapshot. */
    void beginLogAfterSnapshot() {
        if (snapshotMark.index() > 0 && !holdsSnapshotsEntry()) {
            getLogWriter().reset(snapshotMark.index() + 1);
        }
    }

    private boolean holdsSnapshotsEntry() {
        long index = snapshotMark.index();
        if (index == log().firstIndex() - 1) {
            return true;
        }
        if (index < log().firstIndex() || index > getLogWriter().getLastIndex()) {
            return false;
        }
        try (RaftLogReader reader = log().peek(index)) {
            return reader.hasNext() && reader.next().entry().term() == snapshotMark.term();
        }
    }

    @Override
    public void setTerm(long term) {
        if (vote != null) {
            vote.begin(term);
        }
        super.setTerm(term);
    }

    /** The vote of this term from our record; the library's own is cleared too early. */
    @Override
    @SuppressWarnings("NullAway") // the library takes null for "no vote"
    public MemberId getLastVotedFor() {
        String recorded = vote == null ? null : vote.votedFor(getTerm());
        return recorded == null ? null : MemberId.from(recorded);
    }

    @Override
    public void setLastVotedFor(MemberId candidate) {
        if (vote != null && candidate != null) {
            vote.vote(getTerm(), candidate.id());
        }
        super.setLastVotedFor(candidate);
    }

    /**
     * Votes by our record alone, also for a candidate the library has not heard of.
     *
     * @return whether the vote of this term is the candidate's, and on disk
     */
    @SuppressWarnings("NullAway") // vote is null only within the super constructor
    boolean voteFor(String candidate) {
        if (vote.votedFor(getTerm()) == null) {
            vote.vote(getTerm(), candidate);
        }
        return candidate.equals(vote.votedFor(getTerm()));
    }

    @Override
    public RaftLog getLog() {
        return guardedLog == null ? super.getLog() : guardedLog;
    }

    @Override
    public RaftLogWriter getLogWriter() {
        return guardedLog == null ? super.getLogWriter() : guardedLog.writer();
    }

    @Override
    public RaftLogReader getLogReader() {
        return guardedReader == null ? super.getLogReader() : guardedReader;
    }

    @Override
    public SnapshotStore getSnapshotStore() {
        return guardedSnapshots == null ? super.getSnapshotStore() : guardedSnapshots;
    }

    @Override
    public RaftServiceManager getServiceManager() {
        return driver == null ? super.getServiceManager() : driver;
    }

    @Override
    public ThreadContext getThreadContext() {
        if (open) {
            return super.getThreadContext();
        }
        return timerless == null ? new NoTimers(super.getThreadContext()) : timerless;
    }

    @Override
    public CompletableFuture<Void> compact() {
        return driver().compact();
    }

    /**
     * A new leader opens readers for its members; the ones it had before are closed here. Nobody stands who has no vote.
     */
    @Override
    public void transition(RaftServer.Role role) {
        if (membership != null && role == RaftServer.Role.CANDIDATE && !membership.hasVote()) {
            return;
        }
        InFlight.Before before = open && role == RaftServer.Role.LEADER && getRole() != role
                ? inFlight.before(getCluster().getRemoteMemberStates())
                : null;
        super.transition(role);
        if (before != null) {
            before.restore();
        }
        if (open && role == RaftServer.Role.LEADER) {
            Set<RaftLogReader> inUse = Collections.newSetFromMap(new IdentityHashMap<>());
            inUse.add(getLogReader());
            getCluster().getRemoteMemberStates().forEach(member -> inUse.add(member.getLogReader()));
            log().closeAllBut(inUse);
        }
    }

    /**
     * Counts an entry as committed only once it is on this node's disk too: the leader counts itself into the quorum
     * (Raft paper, section 5.3 and figure 2).
     */
    @Override
    public long setCommitIndex(long index) {
        ForcedLogWriter writer = log().writer();
        long reachable = Math.min(index, writer.getLastIndex());
        if (writer.forcedIndex() < reachable) {
            writer.force();
        }
        long previous = super.setCommitIndex(index);
        writer.commit(reachable);
        if (membership != null) {
            membership.committed(index);
        }
        return previous;
    }

    @Override
    public void close() {
        log().writer().stop();
        super.close();
        log().close();
    }
}
