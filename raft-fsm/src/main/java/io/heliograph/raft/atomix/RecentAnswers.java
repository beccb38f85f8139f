package io.heliograph.raft.atomix;

import io.atomix.cluster.MemberId;
import io.atomix.protocols.raft.cluster.impl.RaftMemberContext;
import io.heliograph.raft.GroupMember;
import io.heliograph.raft.RaftSettings;
import java.util.Collection;
import java.util.List;

/**
 * Who has answered this leader within the last two election timeouts.
 *
 * <p>Threads: any.
 */
final class RecentAnswers {

    private final GuardedRaftContext raft;
    private final String self;
    private final long windowMillis;

    RecentAnswers(GuardedRaftContext raft, RaftSettings settings) {
        this.raft = raft;
        this.self = settings.self();
        this.windowMillis = 2 * settings.electionTimeout().toMillis();
    }

    boolean isFrom(String id) {
        RaftMemberContext member = raft.getCluster().getMemberState(MemberId.from(id));
        return id.equals(self) || (member != null && isFrom(member));
    }

    private boolean isFrom(RaftMemberContext member) {
        return member.getResponseTime() >= System.currentTimeMillis() - windowMillis;
    }

    /** Whether they and this node are a majority by the library's list. */
    boolean areQuorum() {
        long answered = raft.getCluster().getActiveMemberStates().stream()
                .filter(this::isFrom)
                .count();
        return answered + 1 >= raft.getCluster().getQuorum();
    }

    /** Whether a majority of these members answers: else the group would stand still with this as its list. */
    boolean areQuorumOf(Collection<GroupMember> members) {
        long voters = members.stream().filter(GroupMember::voting).count();
        return voters - silentOf(members).size() > voters / 2;
    }

    /** The members with a vote that do not answer. */
    List<String> silentOf(Collection<GroupMember> members) {
        return members.stream()
                .filter(GroupMember::voting)
                .map(GroupMember::id)
                .filter(id -> !isFrom(id))
                .toList();
    }
}
