package io.heliograph.daemon.delivery;

import java.time.Instant;
import java.time.InstantSource;

/**
 * Time that only goes forward, whatever is done to the machine's clock, so that nothing that waits is held up by it. Its
 * instants count from an arbitrary moment: only the time between two of them means anything.
 *
 * <p>Threads: any.
 */
final class SteadyClock implements InstantSource {

    private final long start = System.nanoTime();

    @Override
    public Instant instant() {
        return Instant.ofEpochSecond(0, System.nanoTime() - start);
    }
}
