package io.heliograph.raft.atomix;

import io.atomix.cluster.MemberId;
import io.atomix.protocols.raft.RaftServer;
import io.atomix.protocols.raft.cluster.impl.DefaultRaftMember;
import io.atomix.protocols.raft.cluster.impl.RaftMemberContext;
import io.atomix.protocols.raft.partition.impl.RaftNamespaces;
import io.atomix.protocols.raft.protocol.CommandRequest;
import io.atomix.protocols.raft.protocol.TransferRequest;
import io.atomix.protocols.raft.protocol.TransferResponse;
import io.atomix.protocols.raft.storage.log.RaftLogReader;
import io.atomix.protocols.raft.storage.log.entry.RaftLogEntry;
import io.atomix.storage.journal.Indexed;
import io.atomix.utils.concurrent.Scheduled;
import io.atomix.utils.concurrent.ThreadContextFactory;
import io.atomix.utils.concurrent.ThreadModel;
import io.atomix.utils.serializer.Namespace;
import io.atomix.utils.serializer.Namespaces;
import io.atomix.utils.serializer.Serializer;
import io.heliograph.raft.CommitOutcome;
import io.heliograph.raft.CommitOutcome.Reason;
import io.heliograph.raft.CommitOutcome.Rejected;
import io.heliograph.raft.CommitOutcome.Unknown;
import io.heliograph.raft.CorruptLogException;
import io.heliograph.raft.FailStop;
import io.heliograph.raft.GroupMember;
import io.heliograph.raft.Leadership;
import io.heliograph.raft.LogApplication;
import io.heliograph.raft.RaftSettings;
import io.heliograph.raft.Role;
import io.heliograph.raft.Standing;
import io.heliograph.raft.net.MemberNetwork;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This node's part in the group once it is a member: the library's server, put together with the parts of the guard.
 *
 * <p>Threads: any, unless a method says otherwise.
 */
final class RaftNode {

    private static final Logger LOG = LoggerFactory.getLogger(RaftNode.class);

    static final Serializer MESSAGES = Serializer.using(Namespace.builder()
            .register(RaftNamespaces.RAFT_PROTOCOL)
            .nextId(Namespaces.BEGIN_USER_CUSTOM_ID + 200)
            .register(TransferRequest.class)
            .register(TransferResponse.class)
            .build());

    private final RaftSettings settings;
    private final GuardedProtocol protocol;
    private final GuardedRaftContext raft;
    private final GroupMembership membership;
    private final CommandSession session;
    private final AppliedIndex applied;
    private final CheckQuorum checkQuorum;
    private final RecentAnswers answers;
    private @Nullable Scheduled promoting;
    private volatile long leaderSinceNanos;

    /**
     * Opens the log on disk and restores the newest snapshot. Takes no part before {@link #begin}.
     *
     * @param removed is told, on the Raft thread, once the group has committed that this node is no member
     * @throws CorruptLogException when what is on disk cannot be trusted
     */
    @SuppressWarnings("ThisEscapedInObjectConstruction")
    RaftNode(
            RaftSettings settings,
            NodeIdentity identity,
            MemberNetwork network,
            LogApplication application,
            FailStop failStop,
            AppliedIndex applied,
            Consumer<MemberHistory.At> removed)
            throws CorruptLogException {
        this.settings = settings;
        this.applied = applied;
        VoteRecord vote = VoteRecord.open(settings.directory(), failStop);
        this.protocol = new GuardedProtocol(
                subject(identity.generation()),
                MESSAGES,
                new NetworkCommunication(network, settings.electionTimeout().multipliedBy(2)));
        ThreadContextFactory threads =
                ThreadModel.SHARED_THREAD_POOL.factory("raft-%d", 2, LoggerFactory.getLogger("io.heliograph.raft"));
        MemberHistory history = new MemberHistory(new MemberHistory.At(identity.membersIndex(), identity.members()));
        this.membership = new GroupMembership(
                settings.self(), history, members -> network.setMembers(addresses(settings, members)), removed);
        this.raft = new GuardedRaftContext(
                MemberId.from(settings.self()),
                new LocalMember(settings),
                protocol,
                LogFiles.scratch(settings.directory()),
                LogFiles.snapshots(settings.directory()),
                CommandSession.types(),
                threads,
                application,
                failStop,
                applied,
                vote,
                membership,
                this::leaderHasQuorum);
        this.answers = new RecentAnswers(raft, settings);
        raft.setElectionTimeout(settings.electionTimeout());
        raft.setHeartbeatInterval(settings.heartbeatInterval());
        try {
            restore(history);
            checkVote(vote);
        } catch (UncheckedIOException | CompletionException e) {
            raft.close();
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new CorruptLogException("cannot restore from " + settings.directory() + ": " + e.getMessage(), cause);
        } catch (CorruptLogException e) {
            raft.close();
            throw e;
        }
        this.session = new CommandSession(raft, threads);
        this.checkQuorum = new CheckQuorum(raft, this::leaderHasQuorum);
    }

    /** What the subjects of a group's messages begin with. */
    static String subject(long generation) {
        return "heliograph-" + generation;
    }

    /** Where to reach the members, and those of the configuration that are none: they may know of another group. */
    private static Map<String, String> addresses(RaftSettings settings, Map<String, GroupMember> members) {
        Map<String, String> addresses = new TreeMap<>();
        settings.members().forEach((id, member) -> addresses.put(id, member.raft()));
        members.values().stream()
                .map(settings::resolved)
                .filter(member -> !member.raft().isEmpty())
                .forEach(member -> addresses.put(member.id(), member.raft()));
        return addresses;
    }

    private void restore(MemberHistory history) throws CorruptLogException {
        var newest = raft.snapshots().getCurrentSnapshot();
        if (newest != null) {
            SnapshotEnvelope envelope = raft.driver().read(newest);
            raft.snapshotStored(new SnapshotMark(envelope.index(), envelope.term()));
            history.learned(new MemberHistory.At(envelope.membersIndex(), envelope.members()), envelope.index());
        }
        long first = raft.log().firstIndex();
        if (first > raft.snapshotMark().index() + 1) {
            throw new CorruptLogException(
                    "the log in " + settings.directory() + " begins at " + first + ", the newest snapshot ends at "
                            + raft.snapshotMark().index() + "; what is between is missing; move the directory away"
                            + " and start empty, the group takes the node in again",
                    new IOException("a hole"));
        }
        raft.beginLogAfterSnapshot();
        try (RaftLogReader reader = raft.log().peek(raft.log().firstIndex())) {
            while (reader.hasNext()) {
                Indexed<RaftLogEntry> entry = reader.next();
                membership.read(entry.index(), entry.entry());
            }
        }
        raft.driver().restoreAtStart().join();
    }

    /** Whoever has an entry of a term has been in it, and had it on disk before. */
    private void checkVote(VoteRecord vote) throws CorruptLogException {
        Indexed<RaftLogEntry> last = raft.log().writer().getLastEntry();
        long term = Math.max(
                raft.snapshotMark().term(), last == null ? 0 : last.entry().term());
        if (term > vote.term() || !VoteRecord.exists(settings.directory())) {
            throw new CorruptLogException(
                    "the vote record " + settings.directory().resolve(VoteRecord.FILE)
                            + (VoteRecord.exists(settings.directory())
                                    ? " is old: it knows term " + vote.term() + ", the log is of term " + term
                                    : " is missing")
                            + "; this node may have voted and must not vote again:"
                            + " move the directory away and start empty, the group takes the node in again",
                    new IOException("vote record"));
        }
    }

    /** Takes part from now on. */
    void begin() {
        raft.addRoleChangeListener(role -> {
            if (role == RaftServer.Role.LEADER) {
                leaderSinceNanos = System.nanoTime();
            }
        });
        protocol.open(raft);
        checkQuorum.start(settings.heartbeatInterval());
        raft.getThreadContext().execute(() -> {
            membership.begin(raft);
            CatchUpWatch watch = new CatchUpWatch(raft, membership, this::promote);
            promoting = raft.getThreadContext()
                    .schedule(settings.heartbeatInterval(), settings.heartbeatInterval(), watch::look);
        });
    }

    private void promote(GroupMember member) {
        SortedMap<String, GroupMember> members =
                new TreeMap<>(membership.history().latest().members());
        members.put(member.id(), member.withVoting(true));
        if (!answers.isFrom(member.id()) || !answers.areQuorumOf(members.values())) {
            return;
        }
        LOG.info("{} has caught up and gets its vote", member.id());
        submit(session.membersRequest(MembersCodec.encode(members)));
    }

    /** Appends a command where this node leads. */
    CompletableFuture<CommitOutcome> append(byte[] command) {
        CompletableFuture<CommitOutcome> outcome = new CompletableFuture<>();
        raft.getThreadContext().execute(() -> {
            if (raft.getRole() != RaftServer.Role.LEADER) {
                outcome.complete(new Rejected(Reason.NOT_LEADER, "this node does not lead"));
                return;
            }
            submit(session.request(command)).whenComplete((result, error) -> complete(outcome, result, error));
        });
        return outcome;
    }

    /** The next list of members, from the one in force; runs on the Raft thread of a leader with nothing pending. */
    interface NextMembers {
        /**
         * @throws IllegalArgumentException when the change cannot be made; one line
         */
        SortedMap<String, GroupMember> from(SortedMap<String, GroupMember> members);
    }

    /** Changes the members where this node leads; committed at once when the list stays as it is. */
    CompletableFuture<CommitOutcome> changeMembers(NextMembers change) {
        CompletableFuture<CommitOutcome> outcome = new CompletableFuture<>();
        raft.getThreadContext().execute(() -> {
            if (raft.getRole() != RaftServer.Role.LEADER) {
                outcome.complete(new Rejected(Reason.NOT_LEADER, "this node does not lead"));
            } else if (!membership.isSettled()) {
                outcome.complete(new Rejected(
                        Reason.UNAVAILABLE, "another change of the members is under way; try again in a moment"));
            } else {
                changeSettled(change, outcome);
            }
        });
        return outcome;
    }

    private void changeSettled(NextMembers change, CompletableFuture<CommitOutcome> outcome) {
        MemberHistory.At now = membership.history().latest();
        SortedMap<String, GroupMember> next;
        try {
            next = change.from(now.members());
        } catch (IllegalArgumentException e) {
            outcome.complete(new Rejected(Reason.REFUSED, String.valueOf(e.getMessage())));
            return;
        }
        if (next.equals(now.members())) {
            outcome.complete(new CommitOutcome.Committed(now.index(), new CommitOutcome.Result(new byte[0])));
            return;
        }
        if (!answers.areQuorumOf(next.values())) {
            outcome.complete(new Rejected(
                    Reason.REFUSED,
                    "of the members that would have a vote then, too few answer at the moment: "
                            + answers.silentOf(next.values()) + " do not"));
            return;
        }
        submit(session.membersRequest(MembersCodec.encode(next)))
                .whenComplete((result, error) -> complete(outcome, result, error));
    }

    private CompletableFuture<CommitOutcome> submit(CommandRequest request) {
        return raft.getRaftRole().onCommand(request).thenApply(Outcomes::of);
    }

    private static void complete(
            CompletableFuture<CommitOutcome> outcome, @Nullable CommitOutcome result, @Nullable Throwable error) {
        outcome.complete(result != null ? result : new Unknown(String.valueOf(error)));
    }

    /** Forgets how far a member was known to be: it begins anew. Runs on the Raft thread. */
    void forgetProgress(String id) {
        RaftMemberContext member = raft.getCluster().getMemberState(MemberId.from(id));
        if (member != null) {
            InFlight.Before forgotten = raft.inFlight().before(List.of(member));
            member.resetState(raft.log());
            forgotten.restore();
        }
    }

    /** The list of members that is known to be committed. */
    MemberHistory.At committedMembers() {
        return membership.history().at(Math.max(raft.getCommitIndex(), applied.get()));
    }

    MemberHistory.At latestMembers() {
        return membership.history().latest();
    }

    @Nullable
    String leader() {
        DefaultRaftMember leader = raft.getLeader();
        return leader == null ? null : leader.memberId().id();
    }

    Leadership leadership() {
        Role role = role();
        String leader = leader();
        return new Leadership(
                settings.self(),
                role,
                raft.getTerm(),
                leader,
                role == Role.LEADER ? leaderHasQuorum() : leader != null && hearsLeader(),
                raft.getCommitIndex(),
                applied.get(),
                raft.snapshots().newestIndex());
    }

    private Role role() {
        return switch (raft.getRole()) {
            case LEADER -> Role.LEADER;
            case FOLLOWER, PROMOTABLE -> Role.FOLLOWER;
            case CANDIDATE -> Role.CANDIDATE;
            default -> Role.INACTIVE;
        };
    }

    private boolean leaderHasQuorum() {
        return answers.areQuorum() || isRecent(leaderSinceNanos);
    }

    /** Whether a leader was heard of within the last two election timeouts. */
    boolean hearsLeader() {
        return isRecent(protocol.heardFromLeaderNanos());
    }

    private boolean isRecent(long nanos) {
        return System.nanoTime() - nanos < 2 * settings.electionTimeout().toNanos();
    }

    RecentAnswers answers() {
        return answers;
    }

    GuardedRaftContext raft() {
        return raft;
    }

    /** Takes no part any more; keeps what is on disk. */
    void leave(Standing.Kind why) {
        LOG.warn("This node takes no part in its group any more: {}", why);
        protocol.shut();
        raft.getThreadContext().execute(() -> raft.transition(RaftServer.Role.INACTIVE));
    }

    void close() {
        CompletableFuture<@Nullable Void> inactive = new CompletableFuture<>();
        raft.getThreadContext().execute(() -> {
            checkQuorum.stop();
            if (promoting != null) {
                promoting.cancel();
            }
            raft.transition(RaftServer.Role.INACTIVE);
            inactive.complete(null);
        });
        inactive.completeOnTimeout(null, 2, TimeUnit.SECONDS).join();
        raft.close();
    }
}
