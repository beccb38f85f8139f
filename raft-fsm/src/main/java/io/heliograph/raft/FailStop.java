package io.heliograph.raft;

/**
 * Ends the process: for conditions after which going on would let this node differ from the others.
 */
public interface FailStop {

    /** Exit code for corrupted data. */
    int CORRUPTED_DATA = 10;

    /** Exit code for a state machine that stopped itself. */
    int STATE_MACHINE = 11;

    /**
     * Ends the process at once. Does not return in production; in a test it may.
     *
     * @param exitCode one of the constants
     * @param message one line for the operator: what was being done, to what, what happened, what to do next
     * @param cause the exception behind it
     */
    void stop(int exitCode, String message, Throwable cause);
}
