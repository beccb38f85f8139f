package io.heliograph.raft.atomix;

import io.atomix.protocols.raft.protocol.AppendRequest;
import io.atomix.protocols.raft.protocol.AppendResponse;
import io.atomix.protocols.raft.protocol.RaftResponse;
import java.util.Optional;

/**
 * What the library does not check in an append. Its leader sends a previous term of 0 where its log begins, and its
 * follower believes such a message without comparing anything.
 *
 * <p>Threads: the Raft thread.
 */
final class AppendChecks {

    private final GuardedRaftContext raft;
    private long verifiedTerm;
    private long verifiedIndex;

    AppendChecks(GuardedRaftContext raft) {
        this.raft = raft;
    }

    /**
     * Refuses entries that would leave a hole: those that follow a prefix the leader no longer has and of which we hold
     * no state either. The refusal makes the leader send its snapshot.
     */
    Optional<AppendResponse> refuse(AppendRequest request) {
        boolean followsUnknownPrefix = request.prevLogTerm() == 0
                && request.prevLogIndex() > 0
                && !request.entries().isEmpty()
                && request.term() >= raft.getTerm()
                && raft.snapshots().newestIndex() < request.prevLogIndex()
                && raft.getLastApplied() < request.prevLogIndex();
        if (!followsUnknownPrefix) {
            return Optional.empty();
        }
        return Optional.of(AppendResponse.builder()
                .withStatus(RaftResponse.Status.OK)
                .withTerm(Math.max(request.term(), raft.getTerm()))
                .withSucceeded(false)
                .withLastLogIndex(Math.min(raft.getLogWriter().getLastIndex(), request.prevLogIndex() - 1))
                .build());
    }

    /**
     * Caps the commit index of a message that verifies nothing at what this leader has verified before: the minimum of
     * its commit index and the index of the last new entry (Raft paper, figure 2, AppendEntries, step 5).
     */
    AppendRequest capped(AppendRequest request) {
        boolean verifiesNothing = request.prevLogTerm() == 0
                && request.prevLogIndex() > 0
                && request.entries().isEmpty();
        long limit = verifiedTerm == request.term() ? verifiedIndex : 0;
        if (!verifiesNothing || request.commitIndex() <= limit) {
            return request;
        }
        return AppendRequest.builder()
                .withTerm(request.term())
                .withLeader(request.leader())
                .withPrevLogIndex(request.prevLogIndex())
                .withPrevLogTerm(0)
                .withEntries(request.entries())
                .withCommitIndex(limit)
                .build();
    }

    /** Remembers how far the log is known to be this leader's, after it accepted a message. */
    void accepted(AppendRequest request) {
        boolean verifies = request.prevLogTerm() != 0 || !request.entries().isEmpty() || request.prevLogIndex() == 0;
        if (verifies) {
            if (verifiedTerm != request.term()) {
                verifiedTerm = request.term();
                verifiedIndex = 0;
            }
            verifiedIndex = Math.max(
                    verifiedIndex, request.prevLogIndex() + request.entries().size());
        }
    }
}
