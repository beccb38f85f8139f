package io.heliograph.raft.atomix;

import io.heliograph.raft.GroupMember;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The lists of members this node's log holds, by the index of their entry. A server uses the newest list in its log,
 * committed or not (Raft paper, section 6), so a truncation takes a list back, and a restart finds it again.
 *
 * <p>Threads: any.
 */
final class MemberHistory {

    /**
     * @param index index of the entry, 0 for the list the group began with
     * @param members by id
     */
    record At(long index, SortedMap<String, GroupMember> members) {}

    private final NavigableMap<Long, SortedMap<String, GroupMember>> lists = new TreeMap<>();

    /**
     * @param base the newest list that is known to be committed
     */
    MemberHistory(At base) {
        lists.put(base.index, base.members);
    }

    /** An entry with a list was appended. */
    synchronized void appended(long index, SortedMap<String, GroupMember> members) {
        if (index > lists.firstKey()) {
            lists.put(index, members);
        }
    }

    /** Entries after {@code lastIndex} are gone. The base is committed and never goes. */
    synchronized void cutBack(long lastIndex) {
        lists.tailMap(Math.max(lastIndex, lists.firstKey()), false).clear();
    }

    /**
     * The list that was in force at a snapshot, of which this node may not have the entry. Up to there nothing else was
     * ever committed: a list this node had in between was given up by the group.
     */
    synchronized void learned(At base, long snapshotIndex) {
        if (base.index >= lists.firstKey()) {
            lists.headMap(snapshotIndex, true).clear();
            lists.put(base.index, base.members);
        }
    }

    /** The list that is in force. */
    synchronized At latest() {
        return at(Long.MAX_VALUE);
    }

    /** The list that was in force after the entry at {@code index}; the oldest known one before that. */
    synchronized At at(long index) {
        Map.Entry<Long, SortedMap<String, GroupMember>> found = lists.floorEntry(index);
        Map.Entry<Long, SortedMap<String, GroupMember>> list = found == null ? lists.firstEntry() : found;
        return new At(list.getKey(), list.getValue());
    }
}
