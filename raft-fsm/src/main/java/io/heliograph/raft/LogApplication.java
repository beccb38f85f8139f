package io.heliograph.raft;

/**
 * The state machine behind the log, in bytes.
 *
 * <p>Threads: all calls come from one thread, in the order of the log. Failures: whatever is thrown ends the process,
 * because a node that skips an entry differs from the others for ever.
 */
public interface LogApplication {

    /**
     * Applies a committed command.
     *
     * @return the result for the caller
     */
    byte[] apply(long index, byte[] command);

    /** The state after the last applied command, as bytes. */
    byte[] snapshot();

    /** Puts the state of a snapshot in the place of this one. */
    void restore(byte[] snapshot);
}
