package io.heliograph.raft;

/**
 * Whether this node is part of its group.
 *
 * @param kind one of four
 * @param note what is going on and what to do, one line; empty for a member
 */
public record Standing(Kind kind, String note) {

    /** Whether a node may vote and acknowledge. */
    public enum Kind {
        /** Not yet: an empty node that waits for the others, or for the leader to take it in. */
        JOINING,
        /** Part of the group. */
        MEMBER,
        /** Taken out of the group; its state is old. */
        REMOVED,
        /** Its group was given up: an operator made a new one from another node's state. */
        SUPERSEDED
    }

    public static final Standing IS_MEMBER = new Standing(Kind.MEMBER, "");
}
