package io.heliograph.daemon;

import org.jspecify.annotations.Nullable;

/** The server cannot start; the message is one line for the operator. */
public final class StartupException extends Exception {

    private static final long serialVersionUID = 1L;

    private final int exitCode;

    StartupException(int exitCode, String message) {
        this(exitCode, message, null);
    }

    StartupException(int exitCode, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.exitCode = exitCode;
    }

    /** What the process should exit with. */
    public int exitCode() {
        return exitCode;
    }
}
