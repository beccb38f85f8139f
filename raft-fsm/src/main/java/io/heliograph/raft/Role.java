package io.heliograph.raft;

/** What a node is in its Raft group at the moment (Raft paper, section 5.1). */
public enum Role {
    LEADER,
    FOLLOWER,
    CANDIDATE,
    /** Not taking part: starting, stopping or removed. */
    INACTIVE
}
