package io.heliograph.daemon.auth;

import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;

/** Counts, for each address, who failed to say who they are; too many within a minute, and the address has to wait. */
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

    /** How long this address has to wait; zero when it need not. */
    synchronized Duration wait(String address) {
        Failures failures = byAddress.get(address);
        if (failures == null || failures.count < MAX_FAILURES) {
            return Duration.ZERO;
        }
        long left = failures.sinceMillis + WINDOW.toMillis() - clock.millis();
        return left <= 0 ? Duration.ZERO : Duration.ofMillis(left);
    }

    synchronized void failed(String address) {
        long now = clock.millis();
        byAddress.merge(
                address,
                new Failures(now, 1),
                (before, first) -> now - before.sinceMillis >= WINDOW.toMillis()
                        ? first
                        : new Failures(before.sinceMillis, before.count + 1));
    }
}
