package io.heliograph.raft.atomix;

import io.heliograph.raft.GroupMember;
import io.heliograph.raft.MemberChange;
import io.heliograph.raft.RaftSettings;
import java.util.SortedMap;
import java.util.TreeMap;

/** What a change makes of the list of members. Each changes the vote of at most one member. */
final class MemberChanges {

    private MemberChanges() {}

    /**
     * @param settings of this node, which leads; it must not lose its own vote: another must lead first
     * @return the new list; the same when there is nothing to do
     * @throws IllegalArgumentException when the change cannot be made; one line
     */
    static SortedMap<String, GroupMember> apply(
            MemberChange change, SortedMap<String, GroupMember> members, RaftSettings settings) {
        TreeMap<String, GroupMember> next = new TreeMap<>(members);
        GroupMember known = members.get(change.id());
        if (change instanceof MemberChange.Add add) {
            refuseTakenAddress(members, settings, add.id(), add.raft());
            GroupMember wanted = new GroupMember(add.id(), add.raft(), add.http(), known != null && known.voting());
            if (known == null || !settings.resolved(known).equals(wanted)) {
                next.put(add.id(), wanted);
            }
            return next;
        }
        if (known == null) {
            throw new IllegalArgumentException("no member has the id '" + change.id() + "'");
        }
        if (change.id().equals(settings.self())) {
            throw new IllegalArgumentException(
                    change.id() + " leads; hand leadership to another member first (heliograph leader transfer)");
        }
        if (change instanceof MemberChange.Replace replace) {
            refuseTakenAddress(members, settings, replace.id(), replace.raft());
            next.put(replace.id(), new GroupMember(replace.id(), replace.raft(), replace.http(), false));
        } else {
            next.remove(change.id());
        }
        return next;
    }

    private static void refuseTakenAddress(
            SortedMap<String, GroupMember> members, RaftSettings settings, String id, String raft) {
        members.values().stream()
                .map(settings::resolved)
                .filter(member -> !member.id().equals(id) && member.raft().equals(raft))
                .findFirst()
                .ifPresent(member -> {
                    throw new IllegalArgumentException("the address " + raft + " belongs to member " + member.id());
                });
    }
}
