package io.heliograph.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** SIGHUP, without the signal. */
class HangUpTest {

    private static final Duration SOON = Duration.ofSeconds(10);

    private final HangUp hangUp = new HangUp();
    private final AtomicInteger runs = new AtomicInteger();
    private final CountDownLatch goOn = new CountDownLatch(1);

    @Test
    void when_signals_come_by_the_thousand_then_one_run_is_under_way_and_one_waits() {
        hangUp.attach(() -> {
            runs.incrementAndGet();
            try {
                goOn.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        hangUp.signalled();
        await().atMost(SOON).until(() -> runs.get() == 1);
        for (int i = 0; i < 5_000; i++) {
            hangUp.signalled();
        }
        assertThat(Thread.getAllStackTraces().keySet())
                .filteredOn(thread -> thread.getName().equals("hang-up"))
                .hasSizeLessThan(3);
        goOn.countDown();
        await().during(Duration.ofMillis(200)).atMost(SOON).until(() -> runs.get() == 2);
    }

    @Test
    void when_signals_come_before_there_is_a_task_then_it_runs_once() {
        goOn.countDown();
        hangUp.signalled();
        hangUp.signalled();
        hangUp.attach(runs::incrementAndGet);
        await().during(Duration.ofMillis(200)).atMost(SOON).until(() -> runs.get() == 1);
        hangUp.signalled();
        await().atMost(SOON).until(() -> runs.get() == 2);
    }

    @Test
    void when_a_run_fails_then_the_next_signal_runs_all_the_same() {
        hangUp.attach(() -> {
            runs.incrementAndGet();
            throw new IllegalStateException("expected by this test");
        });
        hangUp.signalled();
        await().atMost(SOON).until(() -> runs.get() == 1);
        await().atMost(SOON).until(() -> {
            hangUp.signalled();
            return runs.get() > 1;
        });
    }
}
