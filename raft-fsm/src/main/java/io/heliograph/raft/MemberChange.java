package io.heliograph.raft;

/**
 * A change of the group by one member (Ongaro's dissertation, section 4.1: "Safety with single-server changes"). Each is
 * an entry of the log.
 */
public sealed interface MemberChange {

    /** The member it is about. */
    String id();

    /**
     * Takes a node in, without a vote until it has caught up; for a member with these addresses it changes nothing, for
     * one with others it changes the addresses.
     *
     * @param raft {@code host:port} of its Raft server
     * @param http base URL of its HTTP server
     */
    record Add(String id, String raft, String http) implements MemberChange {}

    /** Takes a member out for good. */
    record Remove(String id) implements MemberChange {}

    /**
     * Puts a new, empty machine in the place of a member: the vote is taken away until the new machine has caught up.
     *
     * @param raft {@code host:port} of the new machine's Raft server
     * @param http base URL of the new machine's HTTP server
     */
    record Replace(String id, String raft, String http) implements MemberChange {}
}
