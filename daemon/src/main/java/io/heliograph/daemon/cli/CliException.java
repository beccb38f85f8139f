package io.heliograph.daemon.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/** Ends a command with a line, or several, and an exit code. */
final class CliException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int exitCode;
    private final transient @Nullable ObjectNode answer;

    CliException(int exitCode, String message) {
        this(exitCode, message, null);
    }

    /**
     * @param answer what the server said, for scripts
     */
    CliException(int exitCode, String message, @Nullable ObjectNode answer) {
        super(message, null, false, false);
        this.exitCode = exitCode;
        this.answer = answer;
    }

    int exitCode() {
        return exitCode;
    }

    String message() {
        return String.valueOf(getMessage());
    }

    /** The server's answer, null when there was none. */
    @Nullable
    ObjectNode answer() {
        return answer;
    }
}
