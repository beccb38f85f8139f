package io.heliograph.raft;

/**
 * A member of the group, as the replicated log knows it. Known by its id; addresses may change.
 *
 * @param id node id
 * @param raft {@code host:port} at which the others reach its Raft server
 * @param http base URL at which everybody reaches its HTTP server
 * @param voting whether it counts in elections and commits; a new member does once it has caught up
 */
public record GroupMember(String id, String raft, String http, boolean voting) {

    /** The same member, voting or not. */
    public GroupMember withVoting(boolean votes) {
        return new GroupMember(id, raft, http, votes);
    }
}
