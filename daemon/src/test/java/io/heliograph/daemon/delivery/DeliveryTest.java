package io.heliograph.daemon.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.heliograph.daemon.fakes.Decisions;
import io.heliograph.daemon.fakes.FakeStore;
import io.heliograph.daemon.layout.KeyLayout;
import io.heliograph.kv.Revision;
import io.heliograph.kv.StoreAdapter;
import io.heliograph.kv.StoreResult.Unavailable;
import io.heliograph.kv.WriteSet;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The threads around the workers. */
class DeliveryTest {

    private static final Duration SOON = Duration.ofSeconds(10);

    private final Decisions decisions = new Decisions();
    private final FakeStore one = new FakeStore();
    private final FakeStore two = new FakeStore();
    private final Delivery delivery = new Delivery(decisions::desired, new Attempts());
    private final CountDownLatch never = new CountDownLatch(1);

    @BeforeEach
    void start() {
        delivery.put("one-" + hashCode(), "fake", one, KeyLayout.CLASSIC, DriftSettings.DEFAULT);
        delivery.put("two", "fake", two, KeyLayout.CLASSIC, DriftSettings.DEFAULT);
        decisions.listen(delivery::changed, delivery::changedAll);
        delivery.start();
    }

    @AfterEach
    void stop() {
        never.countDown();
        delivery.close();
    }

    private Thread thread() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("delivery-one-" + hashCode()))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no thread of the store is running"));
    }

    @Test
    void when_it_is_not_open_then_nothing_is_delivered_and_then_everything_there_is() {
        decisions.put("a", "1");
        decisions.put("b", "1");
        await().atMost(SOON).until(() -> thread().getState() == Thread.State.WAITING);
        assertThat(delivery.isOpen()).isFalse();
        assertThat(one.attempts()).isZero();
        delivery.open();
        assertThat(delivery.isOpen()).isTrue();
        await().atMost(SOON).untilAsserted(() -> {
            assertThat(one.sets()).isEqualTo(decisions.wanted());
            assertThat(two.sets()).isEqualTo(decisions.wanted());
        });
    }

    @Test
    void when_something_was_decided_before_anybody_listened_then_opening_delivers_it() {
        decisions.listen(heads -> {}, () -> {});
        decisions.put("a", "1");
        delivery.open();
        await().atMost(SOON).until(() -> one.sets().equals(decisions.wanted()));
    }

    @Test
    void when_something_changes_then_it_is_delivered_without_waiting_for_a_poll() {
        delivery.open();
        long before = System.nanoTime();
        for (int i = 0; i < 30; i++) {
            decisions.put("k", "v" + i);
            await().pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(1))
                    .atMost(SOON)
                    .until(() -> one.sets().equals(decisions.wanted()));
        }
        assertThat(one.taken()).hasSize(30);
        assertThat(Duration.ofNanos(System.nanoTime() - before))
                .as("a poll would take a second each time")
                .isLessThan(Duration.ofSeconds(15));
    }

    @Test
    void when_one_store_blocks_for_ever_then_the_other_does_not_notice() {
        one.answer((store, set) -> {
            awaitNever();
            return store.take(set);
        });
        delivery.open();
        for (int i = 0; i < 20; i++) {
            decisions.put("k" + i, "1");
        }
        await().atMost(SOON).until(() -> two.sets().equals(decisions.wanted()));
        assertThat(one.sets()).isEmpty();
        assertThat(delivery.status()).extracting(StoreStatus::pending).containsExactly(20, 0);
    }

    private void awaitNever() {
        try {
            never.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void when_it_is_asked_what_is_delivered_then_each_store_answers_for_itself() {
        one.answer((store, set) -> new Unavailable("away"));
        delivery.open();
        decisions.put("a", "1");
        Revision revision = decisions.set("a").revision();
        await().atMost(SOON)
                .until(() -> delivery.delivered(Map.of("a", revision)).get("two"));
        assertThat(delivery.delivered(Map.of("a", revision)))
                .containsExactly(Map.entry("one-" + hashCode(), false), Map.entry("two", true));
        assertThat(delivery.delivered(Map.of("a", Revision.of(1, 99)))).containsEntry("two", false);
        assertThat(delivery.delivered(Map.of("a", revision, "nosuch", revision)))
                .containsEntry("two", false);
    }

    @Test
    void when_an_adapter_is_asked_for_then_it_is_found_by_name() {
        assertThat(delivery.adapter("two")).containsSame(two);
        assertThat(delivery.adapter("nosuch")).isEmpty();
        assertThat(delivery.status()).extracting(StoreStatus::name).containsExactly("one-" + hashCode(), "two");
    }

    @Test
    void when_it_is_closed_then_its_threads_end_and_its_stores_are_closed() {
        one.answer((store, set) -> new Unavailable("away", Duration.ofDays(1)));
        delivery.open();
        decisions.put("a", "1");
        Thread thread = thread();
        await().atMost(SOON).until(() -> one.attempts() > 0);
        delivery.close();
        await().atMost(SOON).until(() -> !thread.isAlive());
        assertThat(one.isClosed()).isTrue();
        assertThat(two.isClosed()).isTrue();
    }

    @Test
    void when_it_is_closed_before_it_was_opened_then_its_threads_end() {
        Thread thread = thread();
        delivery.close();
        await().atMost(SOON).until(() -> !thread.isAlive());
        assertThat(one.attempts()).isZero();
    }

    /** A configuration that changed while the old store hangs in the middle of a write. */
    @Test
    void when_a_store_is_replaced_then_the_new_one_gets_everything_and_nobody_is_told_too_early() {
        CountDownLatch inside = new CountDownLatch(1);
        two.answer((store, set) -> {
            inside.countDown();
            awaitNever();
            return new Unavailable("interrupted");
        });
        delivery.open();
        decisions.put("a", "1");
        await().atMost(SOON).until(() -> inside.getCount() == 0);
        Map<String, Revision> wanted = Map.of("a", decisions.set("a").revision());
        CompletableFuture<Map<String, Boolean>> wait =
                delivery.await(wanted, Duration.ofSeconds(20)).orElseThrow();

        FakeStore next = new FakeStore();
        CountDownLatch allowed = new CountDownLatch(1);
        next.answer((store, set) -> {
            try {
                allowed.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return store.take(set);
        });
        delivery.put("two", "fake", next, KeyLayout.CLASSIC, DriftSettings.DEFAULT);

        await().atMost(SOON).until(() -> one.sets().equals(decisions.wanted()));
        assertThat(wait).isNotDone();
        assertThat(delivery.delivered(wanted)).containsEntry("two", false);
        allowed.countDown();
        assertThat(wait.orTimeout(10, TimeUnit.SECONDS).join()).containsEntry("two", true);
        assertThat(next.sets()).isEqualTo(decisions.wanted());
        assertThat(two.isClosed()).isTrue();
        decisions.put("b", "1");
        await().atMost(SOON).until(() -> next.sets().equals(decisions.wanted()));
        assertThat(two.taken()).isEmpty();
    }

    @Test
    void when_a_store_is_taken_away_then_who_waits_for_it_is_answered_without_it() {
        two.answer((store, set) -> new Unavailable("away"));
        delivery.open();
        decisions.put("a", "1");
        CompletableFuture<Map<String, Boolean>> wait = delivery.await(
                        Map.of("a", decisions.set("a").revision()), Duration.ofSeconds(20))
                .orElseThrow();
        await().atMost(SOON).until(() -> one.sets().equals(decisions.wanted()));
        delivery.remove("two");
        assertThat(wait.orTimeout(10, TimeUnit.SECONDS).join()).containsOnlyKeys("one-" + hashCode());
        assertThat(two.isClosed()).isTrue();
        assertThat(delivery.status()).hasSize(1);
    }

    /** A client library that waits long for connections that hang. */
    @Test
    void when_the_old_store_hangs_as_it_is_closed_then_neither_the_new_one_nor_the_end_waits_for_it() {
        StoreAdapter hanging = (StoreAdapter) Proxy.newProxyInstance(
                DeliveryTest.class.getClassLoader(),
                new Class<?>[] {StoreAdapter.class},
                (proxy, method, arguments) -> {
                    if (method.getName().equals("close")) {
                        awaitNever();
                    }
                    return method.getName().equals("deliver") ? two.deliver(batch(arguments)) : List.of();
                });
        delivery.put("three", "fake", hanging, KeyLayout.CLASSIC, DriftSettings.DEFAULT);
        delivery.open();
        long before = System.nanoTime();
        FakeStore next = new FakeStore();
        delivery.put("three", "fake", next, KeyLayout.CLASSIC, DriftSettings.DEFAULT);
        decisions.put("a", "1");
        await().atMost(SOON).until(() -> next.sets().equals(decisions.wanted()));
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(SOON);
    }

    @SuppressWarnings("unchecked")
    private static List<WriteSet> batch(Object[] arguments) {
        return (List<WriteSet>) arguments[0];
    }

    /** The old one, at another address, holds the failover; the new one never answers. */
    @Test
    void when_an_old_store_ends_its_last_write_then_the_new_one_is_not_said_to_hold_it() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        Delivery timed = new Delivery(decisions::desired, new Attempts());
        decisions.listen(timed::changed, timed::changedAll);
        FakeStore old = new FakeStore();
        old.answer((store, set) -> {
            inside.countDown();
            awaitUninterrupted(goOn);
            return store.take(set);
        });
        FakeStore next = new FakeStore();
        next.answer((store, set) -> new Unavailable("away"));
        timed.put("s", "fake", old, KeyLayout.CLASSIC, DriftSettings.DEFAULT);
        timed.keepTimes(decisions.machine()::state, "mysql/master");
        timed.start();
        timed.open();
        try {
            decisions.master("orders", "db1:3306");
            decisions.master("orders", "db2:3306");
            inside.await();
            Thread thread = Thread.getAllStackTraces().keySet().stream()
                    .filter(each -> each.getName().equals("delivery-s"))
                    .findFirst()
                    .orElseThrow();
            timed.put("s", "fake", next, KeyLayout.CLASSIC, DriftSettings.DEFAULT);
            goOn.countDown();
            thread.join(SOON.toMillis());
            assertThat(thread.isAlive()).isFalse();
            assertThat(old.sets()).isNotEmpty();
            await().atMost(SOON).until(() -> next.attempts() > 0);
            assertThat(timed.times().get("s")).isEmpty();
        } finally {
            timed.close();
        }
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        boolean interrupted = false;
        while (latch.getCount() > 0) {
            try {
                latch.await();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
