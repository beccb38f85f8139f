package io.heliograph.raft.atomix;

import io.atomix.cluster.ClusterMembershipEventListener;
import io.atomix.cluster.ClusterMembershipService;
import io.atomix.cluster.Member;
import io.atomix.cluster.MemberId;
import io.atomix.utils.net.Address;
import io.heliograph.raft.RaftSettings;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Members and their addresses from the configuration. There is no gossip: who is reachable is what Raft's own messages
 * show.
 */
final class StaticMembership implements ClusterMembershipService {

    private final Map<MemberId, Member> members = new LinkedHashMap<>();
    private final MemberId self;

    StaticMembership(RaftSettings settings) {
        settings.members()
                .forEach((id, address) -> members.put(
                        MemberId.from(id),
                        Member.builder(id).withAddress(Address.from(address)).build()));
        self = MemberId.from(settings.self());
    }

    @Override
    @SuppressWarnings("NullAway")
    public Member getLocalMember() {
        return members.get(self);
    }

    @Override
    public Set<Member> getMembers() {
        return new LinkedHashSet<>(members.values());
    }

    @Override
    public @Nullable Member getMember(MemberId id) {
        return members.get(id);
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
