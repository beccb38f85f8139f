package io.heliograph.raft.atomix;

import io.atomix.protocols.raft.RaftServer;
import io.atomix.protocols.raft.protocol.PollRequest;
import io.atomix.protocols.raft.protocol.PollResponse;
import io.atomix.protocols.raft.protocol.RaftResponse;
import io.atomix.protocols.raft.protocol.VoteRequest;
import io.atomix.protocols.raft.protocol.VoteResponse;
import io.atomix.protocols.raft.storage.log.entry.RaftLogEntry;
import io.atomix.storage.journal.Indexed;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

/**
 * Votes and polls by the rules where the library has others.
 *
 * <ul>
 *   <li>A node whose log begins after its snapshot counts the snapshot as its last entry (Raft paper, sections 5.4.1 and
 *       7), in its own candidacy too.
 *   <li>Nobody is encouraged to stand while there is a leader (Ongaro's dissertation, sections 4.2.3 and 9.6).
 *   <li>A vote is asked for and given by the candidate's list of members. The voter's own may be older, and tell of
 *       neither's vote; were it asked, a leader that died in the middle of a change would leave a group that elects
 *       nobody (dissertation, section 4.1).
 *   <li>But a node without a vote by its own list does not stand: the library would count its vote all the same.
 * </ul>
 *
 * <p>Threads: the Raft thread.
 */
final class VoteChecks {

    private final GuardedRaftContext raft;
    private final BooleanSupplier leadsWithQuorum;

    VoteChecks(GuardedRaftContext raft, BooleanSupplier leadsWithQuorum) {
        this.raft = raft;
        this.leadsWithQuorum = leadsWithQuorum;
    }

    CompletableFuture<VoteResponse> answer(VoteRequest request) {
        if (isBehindSnapshot(request.lastLogIndex(), request.lastLogTerm())) {
            return CompletableFuture.completedFuture(vote(false));
        }
        if (request.term() <= raft.getTerm()) {
            // the library stumbles over a vote that was given to one it does not know
            return CompletableFuture.completedFuture(vote(isGranted(request)));
        }
        // it takes note of the term, whatever it answers
        return raft.getRaftRole()
                .onVote(request)
                .thenApply(answer -> answer.voted() ? answer : vote(isGranted(request)));
    }

    private boolean isGranted(VoteRequest request) {
        return request.term() == raft.getTerm()
                && raft.getLeader() == null
                && isUpToDate(request.lastLogIndex(), request.lastLogTerm())
                && raft.voteFor(request.candidate().id());
    }

    private VoteResponse vote(boolean granted) {
        return VoteResponse.builder()
                .withStatus(RaftResponse.Status.OK)
                .withTerm(raft.getTerm())
                .withVoted(granted)
                .build();
    }

    /**
     * @param heardFromLeaderNanos when the leader was last heard of
     */
    CompletableFuture<PollResponse> answer(PollRequest request, long heardFromLeaderNanos) {
        if (isBehindSnapshot(request.lastLogIndex(), request.lastLogTerm()) || thereIsALeader(heardFromLeaderNanos)) {
            return CompletableFuture.completedFuture(poll(false));
        }
        if (raft.getRole() != RaftServer.Role.PROMOTABLE) {
            return raft.getRaftRole().onPoll(request);
        }
        raft.setTerm(request.term());
        return CompletableFuture.completedFuture(
                poll(request.term() == raft.getTerm() && isUpToDate(request.lastLogIndex(), request.lastLogTerm())));
    }

    private PollResponse poll(boolean accepted) {
        return PollResponse.builder()
                .withStatus(RaftResponse.Status.OK)
                .withTerm(raft.getTerm())
                .withAccepted(accepted)
                .build();
    }

    /** Half a timeout: the candidate may have missed no more than the last heartbeats. */
    private boolean thereIsALeader(long heardFromLeaderNanos) {
        if (raft.getRole() == RaftServer.Role.LEADER) {
            return leadsWithQuorum.getAsBoolean();
        }
        return System.nanoTime() - heardFromLeaderNanos
                < raft.getElectionTimeout().toNanos() / 2;
    }

    private boolean isUpToDate(long lastIndex, long lastTerm) {
        Indexed<RaftLogEntry> own = raft.log().writer().getLastEntry();
        if (own == null) {
            return !isBehindSnapshot(lastIndex, lastTerm);
        }
        long ownTerm = own.entry().term();
        return lastTerm > ownTerm || (lastTerm == ownTerm && lastIndex >= own.index());
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
