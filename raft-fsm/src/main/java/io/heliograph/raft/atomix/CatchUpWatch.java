package io.heliograph.raft.atomix;

import io.atomix.cluster.MemberId;
import io.atomix.protocols.raft.RaftServer;
import io.atomix.protocols.raft.cluster.impl.RaftMemberContext;
import io.heliograph.raft.GroupMember;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Finds the members without a vote that have caught up (Ongaro's dissertation, section 4.2.1): those that have, by one
 * look, all that was committed by the look before.
 *
 * <p>Threads: the Raft thread.
 */
final class CatchUpWatch {

    private final GuardedRaftContext raft;
    private final GroupMembership membership;
    private final Consumer<GroupMember> caughtUp;
    private final Map<String, Long> goals = new HashMap<>();

    CatchUpWatch(GuardedRaftContext raft, GroupMembership membership, Consumer<GroupMember> caughtUp) {
        this.raft = raft;
        this.membership = membership;
        this.caughtUp = caughtUp;
    }

    /** Looks once; does something only on a leader. */
    void look() {
        if (raft.getRole() != RaftServer.Role.LEADER || !membership.isSettled()) {
            goals.clear();
            return;
        }
        for (GroupMember member : membership.history().latest().members().values()) {
            RaftMemberContext state = raft.getCluster().getMemberState(MemberId.from(member.id()));
            if (member.voting() || state == null) {
                continue;
            }
            Long goal = goals.put(member.id(), raft.getCommitIndex());
            if (goal != null && state.getMatchIndex() >= goal) {
                goals.clear();
                caughtUp.accept(member);
                return;
            }
        }
    }
}
