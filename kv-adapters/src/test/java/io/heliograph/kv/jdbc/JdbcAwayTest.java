package io.heliograph.kv.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heliograph.kv.Entry;
import io.heliograph.kv.Owner;
import io.heliograph.kv.Revision;
import io.heliograph.kv.StoreException;
import io.heliograph.kv.StoreResult;
import io.heliograph.kv.WriteSet;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class JdbcAwayTest {

    /** PostgreSQL's driver counts in seconds. */
    private static final Duration LIMIT = Duration.ofSeconds(1);

    private static final int BOUND_MILLIS = 10_000;

    @ParameterizedTest
    @ValueSource(strings = {"mariadb", "postgresql"})
    void when_a_server_takes_connections_and_says_nothing_then_calls_end_and_connections_are_given_up(String scheme)
            throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                JdbcStoreAdapter store = open(scheme, silent.getLocalPort())) {
            long start = System.nanoTime();
            assertThat(store.deliver(List.of(new WriteSet(new Revision(1), List.of(new Entry("a", "x"))))))
                    .satisfiesExactly(result -> assertThat(result).isInstanceOf(StoreResult.Unavailable.class));
            assertThatThrownBy(() -> store.read(""))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("store 'test'");
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(LIMIT.multipliedBy(4));

            silent.setSoTimeout(BOUND_MILLIS);
            for (int i = 0; i < 2; i++) {
                try (Socket connection = silent.accept()) {
                    connection.setSoTimeout(BOUND_MILLIS);
                    // fails when the driver holds on to it
                    connection.getInputStream().transferTo(OutputStream.nullOutputStream());
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"mariadb", "postgresql"})
    void when_nobody_listens_then_it_is_unavailable_in_a_line(String scheme) {
        try (JdbcStoreAdapter store = open(scheme, 1)) {
            assertThat(store.deliver(List.of(new WriteSet(new Revision(1), List.of(new Entry("a", "x"))))))
                    .satisfiesExactly(result -> assertThat(result)
                            .isInstanceOfSatisfying(StoreResult.Unavailable.class, away -> assertThat(away.cause())
                                    .containsPattern("(?i)refused")));
        }
    }

    private static JdbcStoreAdapter open(String scheme, int port) {
        return JdbcStoreAdapter.open(new JdbcSettings(
                "test",
                new Owner("orders"),
                "jdbc:" + scheme + "://127.0.0.1:" + port + "/x",
                "u",
                "p",
                LIMIT,
                JdbcSettings.DEFAULT_TABLE));
    }
}
