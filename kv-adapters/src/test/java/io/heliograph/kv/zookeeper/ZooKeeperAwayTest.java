package io.heliograph.kv.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heliograph.kv.Entry;
import io.heliograph.kv.Owner;
import io.heliograph.kv.Revision;
import io.heliograph.kv.StoreException;
import io.heliograph.kv.StoreResult;
import io.heliograph.kv.WriteSet;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ZooKeeperAwayTest {

    private static final Duration LIMIT = Duration.ofMillis(300);

    @Test
    void when_nobody_answers_then_it_is_unavailable_in_bounded_time() throws IOException {
        // takes connections, says nothing
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                ZooKeeperStoreAdapter store = open("127.0.0.1:" + silent.getLocalPort())) {
            long start = System.nanoTime();
            assertThat(store.deliver(List.of(set("a", "x"))).get(0)).isInstanceOf(StoreResult.Unavailable.class);
            assertThatThrownBy(() -> store.read(""))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("store 'test'");
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
        }
    }

    @Test
    void when_a_write_set_cannot_be_written_anyway_then_it_is_rejected_before_asking() {
        try (ZooKeeperStoreAdapter store = open("127.0.0.1:1")) {
            String large = "x".repeat(500_000);
            List<StoreResult> results = store.deliver(List.of(new WriteSet(
                    new Revision(1), List.of(new Entry("a", large), new Entry("b", large), new Entry("c", large)))));

            assertThat(results).allMatch(StoreResult.Rejected.class::isInstance);
        }
    }

    @Test
    void when_closed_then_it_is_unavailable() {
        ZooKeeperStoreAdapter store = open("127.0.0.1:1");
        store.close();

        assertThat(store.deliver(List.of(set("a", "x"))).get(0)).isInstanceOf(StoreResult.Unavailable.class);
    }

    private static WriteSet set(String key, String value) {
        return new WriteSet(new Revision(1), List.of(new Entry(key, value)));
    }

    private static ZooKeeperStoreAdapter open(String connect) {
        return ZooKeeperStoreAdapter.open(new ZooKeeperSettings("test", new Owner("orders"), connect, LIMIT));
    }
}
