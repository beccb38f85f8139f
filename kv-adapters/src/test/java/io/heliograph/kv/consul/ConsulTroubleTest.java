package io.heliograph.kv.consul;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heliograph.kv.Entry;
import io.heliograph.kv.Owner;
import io.heliograph.kv.Revision;
import io.heliograph.kv.StoreException;
import io.heliograph.kv.StoreResult;
import io.heliograph.kv.WriteSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An agent that hangs, goes away or answers too slowly. */
@Timeout(60)
class ConsulTroubleTest {

    private static final Duration LIMIT = Duration.ofMillis(1500);
    private static final Duration BOUND = Duration.ofSeconds(8);

    private final FakeConsul consul = new FakeConsul();
    private final ConsulStoreAdapter store = open(consul.url());

    @AfterEach
    void close() {
        store.close();
        consul.close();
    }

    @Test
    void when_the_agent_hangs_at_reading_then_nothing_was_written() {
        consul.onRead.add(consul.hang());

        assertThat(deliverInTime(set("a"))).isInstanceOf(StoreResult.Unavailable.class);
        assertThat(consul.writes()).isZero();
    }

    @Test
    void when_the_agent_hangs_at_writing_then_the_outcome_is_open() {
        consul.onWrite.add(consul.hang());

        assertThat(deliverInTime(set("a"))).isInstanceOf(StoreResult.Indeterminate.class);
    }

    @Test
    void when_the_answer_is_lost_then_the_next_delivery_finds_out() {
        consul.onWrite.add(consul.loseAnswer());

        assertThat(deliverInTime(set("a"))).isInstanceOf(StoreResult.Indeterminate.class);
        assertThat(consul.writes()).isEqualTo(1);
        assertThat(deliverInTime(set("a"))).isEqualTo(new StoreResult.AlreadyCurrent());
    }

    @Test
    void when_the_connection_drops_at_writing_then_it_is_not_sent_again() {
        consul.onWrite.add(FakeConsul.dropConnection());

        assertThat(deliverInTime(set("a"))).isInstanceOf(StoreResult.Indeterminate.class);
        assertThat(consul.writes()).isEqualTo(1);
        assertThat(deliverInTime(set("a"))).isEqualTo(new StoreResult.Delivered());
    }

    @Test
    void when_the_answer_trickles_then_the_whole_call_is_bounded() {
        consul.onRead.add(consul.trickle());
        assertThat(deliverInTime(set("a"))).isInstanceOf(StoreResult.Unavailable.class);

        consul.onWrite.add(consul.trickle());
        assertThat(deliverInTime(set("a"))).isInstanceOf(StoreResult.Indeterminate.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "null", "{\"Results\":[],\"Errors\":null}", "{\"status\":\"maintenance\"}"})
    void when_something_in_between_says_200_to_everything_then_nothing_was_delivered(String answer) {
        consul.onWrite.add(FakeConsul.answer(200, answer));

        assertThat(deliverInTime(set("a"))).isInstanceOf(StoreResult.Indeterminate.class);
        assertThat(deliverInTime(set("a"))).isEqualTo(new StoreResult.Delivered());
    }

    @Test
    void when_one_transaction_is_lost_then_the_rest_of_the_batch_is_not_tried() {
        List<WriteSet> batch = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            batch.add(set("m/c" + i));
        }
        consul.onWrite.add(consul.hang());

        List<StoreResult> results = store.deliver(batch);

        // two operations each, and one for the owner
        assertThat(results.subList(0, 31)).allMatch(StoreResult.Indeterminate.class::isInstance);
        assertThat(results.subList(31, 200)).allMatch(StoreResult.Unavailable.class::isInstance);
        assertThat(consul.writes()).isEqualTo(1);
    }

    @Test
    void when_nobody_listens_then_it_is_unavailable() {
        String url = consul.url();
        consul.close();
        try (ConsulStoreAdapter lonely = open(url)) {
            assertThat(lonely.deliver(List.of(set("a"))).get(0)).isInstanceOf(StoreResult.Unavailable.class);
            assertThatThrownBy(() -> lonely.read(""))
                    .isInstanceOf(StoreException.class)
                    .hasMessageStartingWith("store 'test': ");
        }
    }

    @Test
    void when_closed_then_it_is_unavailable() {
        store.close();

        assertThat(store.deliver(List.of(set("a"))).get(0)).isInstanceOf(StoreResult.Unavailable.class);
        assertThat(consul.requests).isEmpty();
    }

    @Test
    void when_settings_are_wrong_or_printed_then_no_secret_is_told() {
        assertThatThrownBy(() -> open("http://me:s3cret@h:1")).hasMessageNotContaining("s3cret");
        assertThatThrownBy(() -> open("consul:8500")).hasMessageContaining("store 'test'");
        assertThat(new ConsulSettings("test", new Owner("orders"), "http://h:1", () -> "s3cret", LIMIT).toString())
                .doesNotContain("s3cret");
    }

    private StoreResult deliverInTime(WriteSet set) {
        long start = System.nanoTime();
        StoreResult result = store.deliver(List.of(set)).get(0);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(BOUND);
        return result;
    }

    private static WriteSet set(String key) {
        return new WriteSet(new Revision(7), List.of(new Entry(key, "v")));
    }

    private static ConsulStoreAdapter open(String url) {
        return ConsulStoreAdapter.open(new ConsulSettings("test", new Owner("orders"), url, null, LIMIT));
    }
}
