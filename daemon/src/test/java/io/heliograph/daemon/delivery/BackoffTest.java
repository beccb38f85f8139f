package io.heliograph.daemon.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class BackoffTest {

    @Property(tries = 200)
    void when_failures_go_on_then_pauses_double_up_to_a_cap_with_a_random_half_taken_off(@ForAll long seed) {
        Backoff backoff = new Backoff(new Random(seed));
        long full = 100;
        for (int failure = 0; failure < 100; failure++) {
            assertThat(backoff.next().toMillis()).isBetween(full / 2, full);
            full = Math.min(5000, full * 2);
        }
    }

    @Property(tries = 50)
    void when_it_is_reset_then_it_begins_again(@ForAll long seed) {
        Backoff backoff = new Backoff(new Random(seed));
        for (int failure = 0; failure < 20; failure++) {
            backoff.next();
        }
        backoff.reset();
        assertThat(backoff.next()).isBetween(Duration.ofMillis(50), Duration.ofMillis(100));
        assertThat(backoff.next()).isBetween(Duration.ofMillis(100), Duration.ofMillis(200));
    }

    @Property(tries = 20)
    void when_two_nodes_fail_together_then_they_do_not_come_back_together(@ForAll long seed) {
        Backoff one = new Backoff(new Random(seed));
        Backoff two = new Backoff(new Random(seed + 1));
        int different = 0;
        for (int failure = 0; failure < 20; failure++) {
            different += one.next().equals(two.next()) ? 0 : 1;
        }
        assertThat(different).isGreaterThan(10);
    }
}
