package io.heliograph.raft;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How a node takes part in its Raft group.
 *
 * @param cluster name of the Heliograph cluster; nodes of another one are refused
 * @param self this node's id, a key of {@code members}
 * @param members the members the group begins with, by node id; later ones are in the log
 * @param listen the address to listen on, as {@code host:port}
 * @param directory where log, vote and snapshots are kept
 * @param electionTimeout a follower that hears nothing for one to two of these asks for votes
 * @param tls how members know each other; null when they speak without encryption
 */
public record RaftSettings(
        String cluster,
        String self,
        Map<String, GroupMember> members,
        String listen,
        Path directory,
        Duration electionTimeout,
        @Nullable TlsFiles tls) {

    public RaftSettings {
        members = Collections.unmodifiableMap(new TreeMap<>(members));
        if (!members.containsKey(self)) {
            throw new IllegalArgumentException("node " + self + " is not one of the members " + members.keySet());
        }
    }

    /** A member with its addresses: its own, or those of this node's configuration. */
    public GroupMember resolved(GroupMember member) {
        return member.resolved(members.get(member.id()));
    }

    /** How often the leader makes itself heard: a fifth of the election timeout. */
    public Duration heartbeatInterval() {
        return electionTimeout.dividedBy(5);
    }
}
