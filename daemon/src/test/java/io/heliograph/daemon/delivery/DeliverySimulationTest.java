package io.heliograph.daemon.delivery;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Ten thousand histories, other ones each time; {@code -Dheliograph.seed=N} runs one of them again. */
class DeliverySimulationTest {

    private static final int HISTORIES = 10_000;
    private static final int EVENTS = 100;

    @Test
    void when_anything_happens_then_a_store_never_goes_backwards_and_ends_as_desired() {
        Long only = Long.getLong("heliograph.seed");
        if (only != null) {
            run(only);
            return;
        }
        SplittableRandom seeds = new SplittableRandom();
        for (int i = 0; i < HISTORIES; i++) {
            run(seeds.nextLong(Integer.MAX_VALUE));
        }
    }

    private static void run(long seed) {
        try {
            new Simulation(seed).run(EVENTS);
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
        }
    }
}
