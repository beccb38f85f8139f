package io.heliograph.daemon.auth;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What a caller may do. */
public enum Role {
    /** See everything that is no secret. */
    READ,
    /** That, and decide masters and entries, move leadership, take snapshots. */
    WRITE,
    /** That, and change who is a member, the epoch, whose stores are ours, and the configuration. */
    ADMIN,
    /** Another node of the group: may read, ask what only nodes ask, and pass on what others sent to it. */
    NODE;

    /** Whether somebody with this role may do what needs {@code needed}. */
    public boolean includes(Role needed) {
        return switch (this) {
            case READ -> needed == READ;
            case WRITE -> needed == READ || needed == WRITE;
            case ADMIN -> needed != NODE;
            case NODE -> needed == READ || needed == NODE;
        };
    }

    /** As it is written in files and messages. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The role that is written so; empty when there is none. */
    public static Optional<Role> of(String word) {
        return Arrays.stream(values()).filter(role -> role.word().equals(word)).findFirst();
    }
}
