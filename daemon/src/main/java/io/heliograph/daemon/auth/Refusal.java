package io.heliograph.daemon.auth;

import java.time.Duration;

/** Why somebody is not let in. */
public final class Refusal extends Exception {

    private static final long serialVersionUID = 1L;

    /** What to answer. */
    public enum Kind {
        /** Nobody said who they are, or nobody knows them: 401. */
        UNKNOWN,
        /** Too many failed from this address: 429. */
        TOO_MANY,
        /** They are known, and may not: 403. */
        FORBIDDEN
    }

    private final Kind kind;
    private final Duration retryAfter;

    Refusal(Kind kind, String message, Duration retryAfter) {
        super(message, null, false, false);
        this.kind = kind;
        this.retryAfter = retryAfter;
    }

    public Kind kind() {
        return kind;
    }

    /** After how long it is worth trying again; zero when time changes nothing. */
    public Duration retryAfter() {
        return retryAfter;
    }
}
