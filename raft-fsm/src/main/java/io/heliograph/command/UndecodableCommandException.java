package io.heliograph.command;

/**
 * Bytes in the log are no command this version knows. Skipping one would let this node's state differ from the
 * others', so the process must end.
 */
public final class UndecodableCommandException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public UndecodableCommandException(String message) {
        super(message);
    }

    public UndecodableCommandException(String message, Throwable cause) {
        super(message, cause);
    }
}
