package io.heliograph.raft.atomix;

import io.heliograph.raft.GroupMember;
import io.heliograph.raft.MemberChange;
import java.util.SortedMap;
import java.util.TreeMap;

/** What a change makes of the list of members. Each changes the vote of at most one member. */
final class MemberChanges {

    private MemberChanges() {}

    /**
     * @param leader id of the leader, which must not lose its own vote: another must lead first
     * @return the new list; the same when there is nothing to do
     * @throws IllegalArgumentException when the change cannot be made; one line
     */
    static SortedMap<String, GroupMember> apply(
            MemberChange change, SortedMap<String, GroupMember> members, String leader) {
        TreeMap<String, GroupMember> next = new TreeMap<>(members);
        GroupMember known = members.get(change.id());
        if (change instanceof MemberChange.Add add) {
            refuseTakenAddress(members, add.id(), add.raft());
            boolean votes = known != null && known.voting();
            next.put(add.id(), new GroupMember(add.id(), add.raft(), add.http(), votes));
            return next;
        }
        if (known == null) {
            throw new IllegalArgumentException("no member has the id '" + change.id() + "'");
        }
        if (change.id().equals(leader)) {
            throw new IllegalArgumentException(
                    change.id() + " leads; hand leadership to another member first (heliograph leader transfer)");
        }
        if (change instanceof MemberChange.Replace replace) {
            refuseTakenAddress(members, replace.id(), replace.raft());
            next.put(replace.id(), new GroupMember(replace.id(), replace.raft(), replace.http(), false));
        } else {
            next.remove(change.id());
        }
        return next;
    }

    private static void refuseTakenAddress(SortedMap<String, GroupMember> members, String id, String raft) {
        members.values().stream()
                .filter(member -> !member.id().equals(id) && member.raft().equals(raft))
                .findFirst()
                .ifPresent(member -> {
                    throw new IllegalArgumentException("the address " + raft + " belongs to member " + member.id());
                });
    }
}
