package io.heliograph.daemon.delivery;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before the next attempt: doubles with each failure up to a cap, and a random half of it is taken off,
 * so that nodes that lost a store together do not come back together.
 */
final class Backoff {

    static final Duration FIRST = Duration.ofMillis(100);
    static final Duration CAP = Duration.ofSeconds(5);

    private final RandomGenerator random;
    private int failures;

    Backoff(RandomGenerator random) {
        this.random = random;
    }

    void reset() {
        failures = 0;
    }

    /** Counts a failure. Between a half of the full delay and all of it. */
    Duration next() {
        long full = Math.min(CAP.toMillis(), FIRST.toMillis() << Math.min(failures, 16));
        failures++;
        return Duration.ofMillis(full / 2 + random.nextLong(full / 2 + 1));
    }
}
