package io.heliograph.raft;

import org.jspecify.annotations.Nullable;

/**
 * A member of the group, as the replicated log knows it. Known by its id; addresses may change.
 *
 * @param id node id
 * @param raft {@code host:port} at which the others reach its Raft server; empty where each node's own configuration says
 *     so: nodes may reach each other by different addresses
 * @param http base URL at which everybody reaches its HTTP server; empty together with {@code raft}
 * @param voting whether it counts in elections and commits; a new member does once it has caught up
 */
public record GroupMember(String id, String raft, String http, boolean voting) {

    /** A member that is where each node's own configuration says. */
    public static GroupMember asConfigured(String id, boolean voting) {
        return new GroupMember(id, "", "", voting);
    }

    /**
     * This member with the addresses of a node's configuration where it has none of its own.
     *
     * @param configured the member as configured, null when it is not
     */
    public GroupMember resolved(@Nullable GroupMember configured) {
        return raft.isEmpty() && configured != null
                ? new GroupMember(id, configured.raft, configured.http, voting)
                : this;
    }

    /** The same member, voting or not. */
    public GroupMember withVoting(boolean votes) {
        return new GroupMember(id, raft, http, votes);
    }
}
