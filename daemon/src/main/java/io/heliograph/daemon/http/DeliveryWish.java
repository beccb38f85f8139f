package io.heliograph.daemon.http;

import io.heliograph.daemon.config.Durations;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * How much delivery a client wants to wait for: {@code ?wait=…&timeout=…} of a write.
 *
 * @param level whose stores are to hold what was written before the answer
 * @param timeout how long to wait for that, at most {@link #MAX_TIMEOUT}
 */
record DeliveryWish(Level level, Duration timeout) {

    /** Whose stores. */
    enum Level {
        /** Nobody's. */
        COMMITTED,
        /** All stores of the node that the client asked. */
        LOCAL,
        /** All stores of each of a majority of the voting members. */
        QUORUM,
        /** All stores of all members. */
        ALL;

        String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(5);
    static final Duration MAX_TIMEOUT = Duration.ofMinutes(1);

    /**
     * Reads the query.
     *
     * @throws HttpProblem 400 naming what cannot be understood
     */
    static DeliveryWish of(Exchange exchange) {
        return new DeliveryWish(
                exchange.query("wait").map(DeliveryWish::level).orElse(Level.COMMITTED),
                exchange.query("timeout").map(DeliveryWish::timeout).orElse(DEFAULT_TIMEOUT));
    }

    private static Level level(String text) {
        return Arrays.stream(Level.values())
                .filter(level -> level.text().equals(text))
                .findFirst()
                .orElseThrow(() -> new HttpProblem(
                        ProblemKind.BAD_REQUEST,
                        "wait=" + text + " is none of "
                                + Arrays.stream(Level.values()).map(Level::text).collect(Collectors.joining(", "))));
    }

    /**
     * Reads a timeout.
     *
     * @throws HttpProblem 400 naming it
     */
    static Duration timeout(String text) {
        Duration timeout = Durations.parse(text)
                .orElseThrow(() -> new HttpProblem(ProblemKind.BAD_REQUEST, "timeout=" + text + " " + Durations.HINT));
        if (timeout.compareTo(MAX_TIMEOUT) > 0) {
            throw new HttpProblem(
                    ProblemKind.BAD_REQUEST, "timeout=" + text + " is more than " + Durations.text(MAX_TIMEOUT));
        }
        return timeout;
    }
}
