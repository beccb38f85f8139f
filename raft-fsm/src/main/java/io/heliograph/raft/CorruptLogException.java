package io.heliograph.raft;

/** What is on disk cannot be trusted. The message is one line: which file, what is wrong, what to do. */
public final class CorruptLogException extends Exception {

    private static final long serialVersionUID = 1L;

    public CorruptLogException(String message, Throwable cause) {
        super(message, cause);
    }
}
