package io.heliograph.daemon.auth;

import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Counts, for each address, who failed to say who they are; too many within a minute, and the address has to wait. An
 * attempt counts from its beginning, so that many at once are no way around. Safe for use by several threads.
 */
final class FailureLimit {

    static final int MAX_FAILURES = 10;
    static final Duration WINDOW = Duration.ofMinutes(1);

    /** Addresses beyond this many push the longest forgotten one out. */
    private static final int MAX_ADDRESSES = 10_000;

    private record Failures(long sinceMillis, int count) {}

    private final InstantSource clock;
    private final Map<String, Failures> byAddress = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Failures> eldest) {
            return size() > MAX_ADDRESSES;
        }
    };

    FailureLimit(InstantSource clock) {
        this.clock = clock;
    }

    /**
     * Begins an attempt, which counts as a failure until it is {@link #forgiven}.
     *
     * @return how long this address has to wait before it may try; zero when it may now
     */
    synchronized Duration begin(String address) {
        long now = clock.millis();
        Failures before = byAddress.get(address);
        if (before == null || isOver(before, now)) {
            byAddress.put(address, new Failures(now, 1));
        } else if (before.count < MAX_FAILURES) {
            byAddress.put(address, new Failures(before.sinceMillis, before.count + 1));
        } else {
            return Duration.ofMillis(before.sinceMillis + WINDOW.toMillis() - now);
        }
        return Duration.ZERO;
    }

    /** A clock that was set back locks nobody out for longer than a minute. */
    private static boolean isOver(Failures failures, long now) {
        return now < failures.sinceMillis || now - failures.sinceMillis >= WINDOW.toMillis();
    }

    /** An attempt was none that failed. */
    synchronized void forgiven(String address) {
        byAddress.computeIfPresent(
                address,
                (same, failures) ->
                        failures.count <= 1 ? null : new Failures(failures.sinceMillis, failures.count - 1));
    }
}
