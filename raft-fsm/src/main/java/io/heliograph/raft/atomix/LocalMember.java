package io.heliograph.raft.atomix;

import io.atomix.cluster.ClusterMembershipEventListener;
import io.atomix.cluster.ClusterMembershipService;
import io.atomix.cluster.Member;
import io.atomix.cluster.MemberId;
import io.atomix.utils.net.Address;
import io.heliograph.raft.RaftSettings;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * This node, as the library wants to hear of it. Who else is a member is in the log, and who is reachable is what Raft's
 * own messages show: there is no gossip.
 */
final class LocalMember implements ClusterMembershipService {

    private final Member self;

    LocalMember(RaftSettings settings) {
        self = Member.builder(settings.self())
                .withAddress(Address.from(settings.listen()))
                .build();
    }

    @Override
    public Member getLocalMember() {
        return self;
    }

    @Override
    public Set<Member> getMembers() {
        return Set.of(self);
    }

    @Override
    public @Nullable Member getMember(MemberId id) {
        return self.id().equals(id) ? self : null;
    }

    @Override
    public void addListener(ClusterMembershipEventListener listener) {
        // members never come or go by themselves
    }

    @Override
    public void removeListener(ClusterMembershipEventListener listener) {
        // see addListener
    }
}
