package io.heliograph.daemon.cli;

/** What the command line exits with. */
final class ExitCodes {

    static final int DONE = 0;
    static final int REFUSED = 1;
    static final int USAGE = 2;
    static final int NOT_REACHABLE = 3;
    static final int UNKNOWN = 4;

    private ExitCodes() {}

    /**
     * The exit code that says what an answer says.
     *
     * @param detail the answer's own words; the older API tells these two cases apart in no other way
     */
    static int of(int status, String detail) {
        if (status == 500 && detail.equals("not leader")) {
            return NOT_REACHABLE;
        }
        if (status == 500 && detail.startsWith("outcome unknown")) {
            return UNKNOWN;
        }
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
