package io.heliograph.raft.atomix;

import io.atomix.protocols.raft.RaftServer;
import io.atomix.protocols.raft.cluster.impl.RaftMemberContext;
import io.atomix.protocols.raft.protocol.AppendRequest;
import java.util.ArrayList;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.function.BiConsumer;

/**
 * Tells a follower what is committed as soon as it has all of the log. The library does so with its next message only,
 * and when nothing more is written that is the next heartbeat. It is the same message as a heartbeat, an append without
 * entries (Raft paper, figure 2, {@code leaderCommit}), which follows the last committed entry; a leader's commit index
 * is always at an entry of its own term (section 5.4.2).
 *
 * <p>Threads: the Raft thread.
 */
final class CommitNotice {

    private final GuardedRaftContext raft;
    private final BiConsumer<RaftMemberContext, AppendRequest> send;
    /** How far each member was told, by us or by the library; forgotten with the member. */
    private final Map<RaftMemberContext, Long> told = new WeakHashMap<>();

    /**
     * @param send sends a request and does not care for the answer
     */
    CommitNotice(GuardedRaftContext raft, BiConsumer<RaftMemberContext, AppendRequest> send) {
        this.raft = raft;
        this.send = send;
    }

    /** The library sends this to a member. */
    void sent(RaftMemberContext member, AppendRequest request) {
        long end = request.prevLogIndex() + request.entries().size();
        told.merge(member, Math.min(request.commitIndex(), end), Math::max);
    }

    /** The library has taken note of an answer: it may have committed something by it. */
    void answered() {
        if (raft.getRole() != RaftServer.Role.LEADER) {
            return;
        }
        long committed = raft.getCommitIndex();
        if (committed < raft.getLogWriter().getLastIndex()) {
            // more is on its way, and tells of this too
            return;
        }
        for (RaftMemberContext member : raft.getCluster().getRemoteMemberStates()) {
            if (member.getMatchIndex() == committed && told.getOrDefault(member, 0L) < committed) {
                told.put(member, committed);
                send.accept(member, notice(committed));
            }
        }
    }

    private AppendRequest notice(long committed) {
        return AppendRequest.builder()
                .withTerm(raft.getTerm())
                .withLeader(raft.getCluster().getMember().memberId())
                .withPrevLogIndex(committed)
                .withPrevLogTerm(raft.getTerm())
                .withEntries(new ArrayList<>())
                .withCommitIndex(committed)
                .build();
    }
}
