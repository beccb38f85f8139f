package io.heliograph.raft;

/** What became of a command. Three outcomes, because two are not enough in a distributed system. */
public sealed interface CommitOutcome {

    /**
     * A quorum has forced the command to disk, and this node has applied it.
     *
     * @param index its index in the log
     * @param result what applying it came to, as the state machine encoded it
     */
    record Committed(long index, Result result) implements CommitOutcome {}

    /**
     * The command was not appended, and never will be.
     *
     * @param reason what kind of refusal
     * @param message one line for people
     */
    record Rejected(Reason reason, String message) implements CommitOutcome {}

    /**
     * The command may have been committed, or may be later; nobody can tell yet. Commands are idempotent: ask again.
     *
     * @param cause what happened, one line
     */
    record Unknown(String cause) implements CommitOutcome {}

    /** Why a command was not appended. */
    enum Reason {
        /** This node does not lead. */
        NOT_LEADER,
        /** This node leads, but has lost touch with a quorum. */
        NO_QUORUM,
        /** The command does not fit into one entry of the log. */
        TOO_LARGE,
        /** This node cannot at the moment: it is stopping, its disk is full, or something must come to an end first. */
        UNAVAILABLE,
        /** What was asked for cannot be done. */
        REFUSED
    }

    /** Bytes with the equality that a record needs. */
    final class Result {
        private final byte[] bytes;

        public Result(byte[] bytes) {
            this.bytes = bytes.clone();
        }

        public byte[] bytes() {
            return bytes.clone();
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Result that && java.util.Arrays.equals(bytes, that.bytes);
        }

        @Override
        public int hashCode() {
            return java.util.Arrays.hashCode(bytes);
        }

        @Override
        public String toString() {
            return bytes.length + " bytes";
        }
    }
}
