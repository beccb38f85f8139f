package io.heliograph.daemon.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.heliograph.kv.Revision;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DeliveryWatchTest {

    private static final Duration LONG = Duration.ofMinutes(1);
    private static final Map<String, Boolean> BOTH = Map.of("one", true, "two", true);

    private final Map<String, Map<String, Long>> held =
            Map.of("one", new ConcurrentHashMap<>(), "two", new ConcurrentHashMap<>());
    private final DeliveryWatch watch = new DeliveryWatch(this::delivered);

    @BeforeEach
    void start() {
        watch.start();
    }

    @AfterEach
    void stop() {
        watch.close();
    }

    private Map<String, Boolean> delivered(Map<String, Revision> wanted) {
        Map<String, Boolean> delivered = new TreeMap<>();
        held.forEach((store, heads) -> delivered.put(
                store,
                wanted.entrySet().stream()
                        .allMatch(each -> heads.getOrDefault(each.getKey(), 0L)
                                >= each.getValue().value())));
        return delivered;
    }

    private void hold(String store, String head, long revision) {
        held.get(store).put(head, revision);
        watch.ring();
    }

    private CompletableFuture<Map<String, Boolean>> await(Map<String, Revision> wanted, Duration limit) {
        return watch.await(wanted, limit).orElseThrow();
    }

    private static Map<String, Boolean> answer(CompletableFuture<Map<String, Boolean>> future) throws Exception {
        return future.get(10, TimeUnit.SECONDS);
    }

    @Test
    void when_everything_is_held_or_nobody_would_wait_then_the_answer_is_there_at_once() {
        held.get("one").put("a", 7L);
        assertThat(await(Map.of("a", new Revision(7)), Duration.ZERO))
                .isCompletedWithValue(Map.of("one", true, "two", false));
        held.get("two").put("a", 8L);
        assertThat(await(Map.of("a", new Revision(7)), LONG)).isCompletedWithValue(BOTH);
        assertThat(await(Map.of(), LONG)).isCompletedWithValue(BOTH);
        assertThat(watch.waiting()).isZero();
    }

    @Test
    void when_the_last_store_comes_to_hold_the_last_head_then_it_is_answered() throws Exception {
        CompletableFuture<Map<String, Boolean>> answer =
                await(Map.of("a", new Revision(7), "b", new Revision(9)), LONG);
        hold("one", "a", 7);
        hold("one", "b", 9);
        hold("two", "b", 12);
        hold("two", "a", 6);
        assertThat(answer).isNotDone();
        hold("two", "a", 8);
        assertThat(answer(answer)).isEqualTo(BOTH);
        assertThat(watch.waiting()).isZero();
    }

    @Test
    void when_a_store_turns_out_not_to_hold_something_any_more_then_it_is_waited_for_again() throws Exception {
        hold("one", "a", 7);
        hold("two", "a", 7);
        CompletableFuture<Map<String, Boolean>> answer =
                await(Map.of("a", new Revision(7), "b", new Revision(7)), LONG);
        hold("one", "a", 0);
        hold("one", "b", 7);
        hold("two", "b", 7);
        assertThat(answer).isNotDone();
        hold("one", "a", 7);
        assertThat(answer(answer)).isEqualTo(BOTH);
    }

    @Test
    void when_the_limit_is_over_then_the_answer_says_how_far_it_came() throws Exception {
        long before = System.nanoTime();
        CompletableFuture<Map<String, Boolean>> later = await(Map.of("a", new Revision(7)), LONG);
        CompletableFuture<Map<String, Boolean>> answer = await(Map.of("a", new Revision(7)), Duration.ofMillis(200));
        hold("one", "a", 7);
        assertThat(answer(answer)).isEqualTo(Map.of("one", true, "two", false));
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThanOrEqualTo(Duration.ofMillis(200));
        assertThat(later).isNotDone();
        assertThat(watch.waiting()).isEqualTo(1);
    }

    @Test
    void when_the_waits_are_ended_then_everybody_is_answered_and_nobody_waits_any_more() throws Exception {
        CompletableFuture<Map<String, Boolean>> answer = await(Map.of("a", new Revision(7)), LONG);
        watch.end();
        assertThat(answer(answer)).isEqualTo(Map.of("one", false, "two", false));
        assertThat(await(Map.of("a", new Revision(7)), LONG)).isDone();
    }

    @Test
    void when_too_many_wait_then_the_next_is_turned_away_until_there_is_room() throws Exception {
        Map<String, Revision> wanted = Map.of("a", new Revision(7));
        for (int i = 0; i < DeliveryWatch.MAX_WAITS; i++) {
            assertThat(watch.await(wanted, LONG)).isPresent();
        }
        assertThat(watch.await(wanted, LONG)).isEmpty();
        assertThat(watch.await(wanted, Duration.ZERO)).isPresent();
        hold("one", "a", 7);
        hold("two", "a", 7);
        assertThat(answer(await(wanted, LONG))).isEqualTo(BOTH);
        org.awaitility.Awaitility.await().until(() -> watch.waiting() == 0);
        assertThat(watch.await(Map.of("a", new Revision(8)), LONG)).isPresent();
    }

    @Test
    void when_too_many_heads_are_waited_for_then_the_next_is_turned_away() {
        Map<String, Revision> many = IntStream.range(0, DeliveryWatch.MAX_HEADS)
                .boxed()
                .collect(Collectors.toMap(i -> "head" + i, i -> new Revision(1)));
        assertThat(watch.await(many, LONG)).isPresent();
        assertThat(watch.await(Map.of("a", new Revision(1)), LONG)).isEmpty();
    }
}
