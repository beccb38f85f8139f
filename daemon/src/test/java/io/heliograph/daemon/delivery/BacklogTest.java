package io.heliograph.daemon.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.heliograph.daemon.fakes.FakeClock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class BacklogTest {

    private static final Duration MINUTE = Duration.ofSeconds(60);

    private final FakeClock clock = new FakeClock();
    private final Backlog backlog = new Backlog(clock);

    @Test
    void when_heads_are_added_many_times_then_each_is_held_once() {
        for (int i = 0; i < 100_000; i++) {
            backlog.add(List.of("a", "b", "c"));
        }
        assertThat(backlog.size()).isEqualTo(3);
        assertThat(backlog.next(10)).containsExactly("a", "b", "c");
    }

    @Test
    void when_the_oldest_are_asked_for_then_they_stay_due_until_removed() {
        backlog.add(List.of("a", "b", "c"));
        assertThat(backlog.next(2)).containsExactly("a", "b");
        assertThat(backlog.next(2)).containsExactly("a", "b");
        backlog.remove("a");
        assertThat(backlog.next(2)).containsExactly("b", "c");
    }

    @Test
    void when_a_head_is_parked_then_it_counts_but_is_not_due_until_its_time() {
        backlog.add(List.of("a", "b"));
        backlog.park("a", MINUTE);
        assertThat(backlog.next(9)).containsExactly("b");
        assertThat(backlog.size()).isEqualTo(2);
        clock.advance(MINUTE.minusMillis(1));
        assertThat(backlog.next(9)).containsExactly("b");
        clock.advance(Duration.ofMillis(1));
        assertThat(backlog.next(9)).containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void when_a_parked_head_is_added_then_it_is_due_at_once() {
        backlog.add(List.of("a"));
        backlog.park("a", MINUTE);
        backlog.add(List.of("a"));
        assertThat(backlog.next(9)).containsExactly("a");
        assertThat(backlog.size()).isEqualTo(1);
    }

    @Test
    void when_the_oldest_waits_then_lag_is_its_age_whatever_comes_later() {
        assertThat(backlog.lagMillis()).isZero();
        backlog.add(List.of("a"));
        clock.advance(Duration.ofSeconds(5));
        backlog.add(List.of("a", "b"));
        clock.advance(Duration.ofSeconds(2));
        assertThat(backlog.lagMillis()).isEqualTo(7000);
        backlog.remove("a");
        assertThat(backlog.lagMillis()).isEqualTo(2000);
        backlog.remove("b");
        assertThat(backlog.lagMillis()).isZero();
    }

    @Test
    void when_a_head_is_parked_and_comes_back_then_its_lag_goes_on() {
        backlog.add(List.of("a"));
        clock.advance(Duration.ofSeconds(5));
        backlog.park("a", MINUTE);
        clock.advance(MINUTE);
        assertThat(backlog.lagMillis()).isEqualTo(65_000);
        assertThat(backlog.next(9)).containsExactly("a");
        assertThat(backlog.lagMillis()).isEqualTo(65_000);
        backlog.remove("a");
        assertThat(backlog.lagMillis()).isZero();
    }

    @Test
    void when_the_clock_goes_back_then_lag_is_not_negative() {
        backlog.add(List.of("a"));
        clock.advance(Duration.ofSeconds(-5));
        assertThat(backlog.lagMillis()).isZero();
    }
}
