package io.heliograph.raft.atomix;

import io.atomix.protocols.raft.RaftServer;
import io.atomix.protocols.raft.protocol.PollRequest;
import io.atomix.protocols.raft.protocol.VoteRequest;
import io.heliograph.raft.GroupMember;
import java.util.function.BooleanSupplier;

/**
 * What the library does not check before it votes. A node whose log begins after its snapshot counts the snapshot as its
 * last entry (Raft paper, sections 5.4.1 and 7), in its own candidacy too. And nobody is encouraged to stand who has no
 * vote, or while there is a leader (Ongaro's dissertation, sections 4.2.3 and 9.6).
 *
 * <p>Threads: the Raft thread.
 */
final class VoteChecks {

    private final GuardedRaftContext raft;
    private final MemberHistory members;
    private final BooleanSupplier leadsWithQuorum;

    VoteChecks(GuardedRaftContext raft, MemberHistory members, BooleanSupplier leadsWithQuorum) {
        this.raft = raft;
        this.members = members;
        this.leadsWithQuorum = leadsWithQuorum;
    }

    boolean refuses(VoteRequest request) {
        return isBehindSnapshot(request.lastLogIndex(), request.lastLogTerm());
    }

    /**
     * @param heardFromLeaderNanos when the leader was last heard of
     */
    boolean refuses(PollRequest request, long heardFromLeaderNanos) {
        GroupMember candidate =
                members.latest().members().get(request.candidate().id());
        boolean hasVote = candidate != null && candidate.voting();
        return !hasVote
                || isBehindSnapshot(request.lastLogIndex(), request.lastLogTerm())
                || thereIsALeader(heardFromLeaderNanos);
    }

    /** Half a timeout: the candidate may have missed no more than the last heartbeats. */
    private boolean thereIsALeader(long heardFromLeaderNanos) {
        if (raft.getRole() == RaftServer.Role.LEADER) {
            return leadsWithQuorum.getAsBoolean();
        }
        return System.nanoTime() - heardFromLeaderNanos
                < raft.getElectionTimeout().toNanos() / 2;
    }

    private boolean isBehindSnapshot(long lastIndex, long lastTerm) {
        SnapshotMark snapshot = raft.snapshotMark();
        return raft.log().writer().getLastEntry() == null
                && (lastTerm < snapshot.term() || (lastTerm == snapshot.term() && lastIndex < snapshot.index()));
    }

    VoteRequest completed(VoteRequest request) {
        SnapshotMark snapshot = raft.snapshotMark();
        if (request.lastLogIndex() >= snapshot.index()) {
            return request;
        }
        return VoteRequest.builder()
                .withTerm(request.term())
                .withCandidate(request.candidate())
                .withLastLogIndex(snapshot.index())
                .withLastLogTerm(snapshot.term())
                .build();
    }

    PollRequest completed(PollRequest request) {
        SnapshotMark snapshot = raft.snapshotMark();
        if (request.lastLogIndex() >= snapshot.index()) {
            return request;
        }
        return PollRequest.builder()
                .withTerm(request.term())
                .withCandidate(request.candidate())
                .withLastLogIndex(snapshot.index())
                .withLastLogTerm(snapshot.term())
                .build();
    }
}
