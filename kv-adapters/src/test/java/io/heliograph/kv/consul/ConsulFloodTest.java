package io.heliograph.kv.consul;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import io.heliograph.kv.Entry;
import io.heliograph.kv.Owner;
import io.heliograph.kv.Revision;
import io.heliograph.kv.StoreException;
import io.heliograph.kv.StoreResult;
import io.heliograph.kv.StoredEntry;
import io.heliograph.kv.TooLargeException;
import io.heliograph.kv.WriteSet;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** More is there than we can hold, or something other than Consul answers. */
@Timeout(60)
class ConsulFloodTest {

    private static final long MOST = 1 << 20;

    private final FakeConsul consul = new FakeConsul();
    private final ConsulStoreAdapter store = ConsulStoreAdapter.open(
            new ConsulSettings("consul", new Owner("test"), consul.url(), null, Duration.ofSeconds(20)), MOST);
    private volatile long sent;

    @AfterEach
    void close() {
        store.close();
        consul.close();
    }

    private static WriteSet set(String key) {
        return new WriteSet(Revision.of(1, 1), List.of(new Entry(key, "1")));
    }

    /** Sends until nobody listens any more. */
    private void endless(HttpExchange exchange, int status, String begin, String again) throws IOException {
        exchange.sendResponseHeaders(status, 0);
        byte[] bytes = again.repeat(1000).getBytes(StandardCharsets.UTF_8);
        exchange.getResponseBody().write(begin.getBytes(StandardCharsets.UTF_8));
        while (true) {
            exchange.getResponseBody().write(bytes);
            sent += bytes.length;
        }
    }

    @Test
    void when_an_error_page_has_no_end_then_only_its_beginning_is_read() {
        consul.onRead.add((exchange, proceed) -> endless(exchange, 502, "<html>", "<p>bad gateway</p>"));

        StoreResult result = store.deliver(List.of(set("a"))).get(0);

        assertThat(result).isInstanceOf(StoreResult.Unavailable.class);
        assertThat(((StoreResult.Unavailable) result).cause())
                .contains("HTTP 502: <html>")
                .hasSizeLessThan(2000);
        assertThat(sent).isLessThan(50 << 20);
    }

    @Test
    void when_a_list_of_keys_has_no_end_then_it_is_too_large() {
        String entry =
                "{\"LockIndex\":0,\"Key\":\"t/x\",\"Flags\":0,\"Value\":\"MQ==\",\"CreateIndex\":1,\"ModifyIndex\":1},";
        consul.onRead.add((exchange, proceed) -> endless(exchange, 200, "[", entry));

        assertThatThrownBy(() -> store.read("t"))
                .isInstanceOf(TooLargeException.class)
                .hasMessage("store 'consul': what is below 't' is more than 1 MiB");
        assertThat(sent).isLessThan(50 << 20);
    }

    @Test
    void when_others_filled_the_range_then_our_own_keys_can_still_be_read_and_written() throws Exception {
        for (int i = 0; i < 2000; i++) {
            consul.put("t/foreign" + i, "x".repeat(1000), "0");
        }
        List<String> keys = new ArrayList<>(List.of("t/nosuch"));
        for (int i = 0; i < 100; i++) {
            keys.add("t/ours" + i);
            assertThat(store.deliver(List.of(set("t/ours" + i))).get(0)).isInstanceOf(StoreResult.Delivered.class);
        }

        assertThatThrownBy(() -> store.read("t")).isInstanceOf(TooLargeException.class);
        assertThat(store.readKeys(keys)).hasSize(100).contains(new StoredEntry("t/ours7", "1", Revision.of(1, 1)));
    }

    @Test
    void when_large_values_are_read_together_then_they_are_read_one_by_one() throws Exception {
        for (int i = 0; i < 4; i++) {
            consul.put("large" + i, "x".repeat(500_000), "0");
        }
        assertThat(store.readKeys(List.of("large0", "large1", "large2", "large3")))
                .hasSize(4)
                .allMatch(entry -> entry.value().length() == 500_000);
    }

    @Test
    void when_a_404_is_not_from_consul_then_nothing_is_taken_for_missing() {
        consul.put("a", "kept", Long.toString(Revision.of(1, 9).value()));
        consul.onRead.add(FakeConsul.answer(404, "no such route"));

        assertThat(store.deliver(List.of(set("a"))).get(0))
                .isEqualTo(new StoreResult.Unavailable("HTTP 404: no such route"));
        assertThat(consul.writes()).isZero();
        consul.onRead.add(FakeConsul.answer(404, "no such route"));
        assertThatThrownBy(() -> store.read("a"))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("no such route");
    }
}
