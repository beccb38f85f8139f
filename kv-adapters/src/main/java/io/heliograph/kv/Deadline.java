package io.heliograph.kv;

import java.time.Duration;

/** The moment at which a call to a store has to be over. Measured on the monotonic clock. */
public final class Deadline {

    private final long end;

    private Deadline(long end) {
        this.end = end;
    }

    /** A deadline {@code time} from now. */
    public static Deadline in(Duration time) {
        return new Deadline(System.nanoTime() + time.toNanos());
    }

    /** What is left in nanoseconds, never below zero. */
    public long remainingNanos() {
        return Math.max(0, end - System.nanoTime());
    }

    public boolean hasPassed() {
        return remainingNanos() == 0;
    }
}
