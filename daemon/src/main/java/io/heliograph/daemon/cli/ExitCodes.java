package io.heliograph.daemon.cli;

/** What the command line exits with. */
final class ExitCodes {

    static final int DONE = 0;
    static final int REFUSED = 1;
    static final int USAGE = 2;
    static final int NOT_REACHABLE = 3;
    static final int UNKNOWN = 4;

    private ExitCodes() {}

    /** The exit code that says what an HTTP status says. */
    static int of(int status) {
        if (status < 300) {
            return DONE;
        }
        return switch (status) {
            case 503 -> NOT_REACHABLE;
            case 504 -> UNKNOWN;
            default -> REFUSED;
        };
    }
}
