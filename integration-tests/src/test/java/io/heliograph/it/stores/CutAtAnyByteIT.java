package io.heliograph.it.stores;

import static io.heliograph.it.stores.WriteSets.byKey;
import static io.heliograph.it.stores.WriteSets.cluster;
import static io.heliograph.it.stores.WriteSets.stored;
import static org.assertj.core.api.Assertions.assertThat;

import io.heliograph.it.daemon.TcpRelay;
import io.heliograph.it.servers.ConsulServer;
import io.heliograph.it.servers.MariaDbServer;
import io.heliograph.it.servers.PostgresServer;
import io.heliograph.kv.Owner;
import io.heliograph.kv.StoreAdapter;
import io.heliograph.kv.StoreResult;
import io.heliograph.kv.consul.ConsulSettings;
import io.heliograph.kv.consul.ConsulStoreAdapter;
import io.heliograph.kv.jdbc.JdbcSettings;
import io.heliograph.kv.jdbc.JdbcStoreAdapter;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A connection that breaks after one byte, or two, or three, from its first byte to the answer of a write: while it is
 * opened, while it logs in, while it writes. The store was away then and has refused nothing: what is refused waits for
 * a minute before it is tried again, and nothing was wrong with it.
 */
@Timeout(600)
class CutAtAnyByteIT {

    /** A prime, so that the cuts of several runs over packets of even lengths do not all meet the same places. */
    private static final int STEP = Integer.getInteger("heliograph.cut-step", 41);

    private static final Owner US = new Owner("orders");
    private static final Duration LIMIT = Duration.ofMillis(300);
    private static final int MIN_CUTS = 5;

    /** A pool that has just failed to connect may wait a little, and answers meanwhile that it has no connection. */
    private static final int MAX_ATTEMPTS = 100;

    @Test
    void when_a_connection_to_mariadb_breaks_then_nothing_was_refused() throws Exception {
        try (MariaDbServer server = MariaDbServer.start()) {
            assertNothingIsRefused(
                    portOf(server.jdbcUrl()),
                    port -> jdbc(server.jdbcUrl(), port, server.administrator(), server.password()));
        }
    }

    @Test
    void when_a_connection_to_postgresql_breaks_then_nothing_was_refused() throws Exception {
        try (PostgresServer server = PostgresServer.start()) {
            assertNothingIsRefused(
                    portOf(server.jdbcUrl()), port -> jdbc(server.jdbcUrl(), port, server.user(), server.password()));
        }
    }

    @Test
    void when_a_connection_to_consul_breaks_then_nothing_was_refused() throws Exception {
        try (ConsulServer server = ConsulServer.start("dc1")) {
            assertNothingIsRefused(
                    URI.create(server.url()).getPort(),
                    port -> ConsulStoreAdapter.open(
                            new ConsulSettings("test", US, "http://127.0.0.1:" + port, null, LIMIT)));
        }
    }

    private static int portOf(String jdbcUrl) {
        return URI.create(jdbcUrl.substring("jdbc:".length())).getPort();
    }

    private static StoreAdapter jdbc(String url, int port, String user, String password) {
        String through = url.replace(":" + portOf(url) + "/", ":" + port + "/");
        return JdbcStoreAdapter.open(
                new JdbcSettings("test", US, through, user, password, LIMIT, JdbcSettings.DEFAULT_TABLE));
    }

    private static void assertNothingIsRefused(int serverPort, IntFunction<StoreAdapter> open) throws Exception {
        try (TcpRelay relay = TcpRelay.start(0, serverPort)) {
            try (StoreAdapter first = open.apply(relay.port())) {
                assertThat(deliver(first, 1)).isInstanceOf(StoreResult.Delivered.class);
            }
            long revision = cutWhileConnecting(relay, open, 2);
            long last = cutWhileWriting(relay, open, revision);
            try (StoreAdapter witness = open.apply(serverPort)) {
                assertThat(byKey(witness.read("a"))).isEqualTo(stored(cluster("a", last)));
            }
        }
    }

    /** Every connection breaks at the same place, for a pool tries a few times by itself. */
    private static long cutWhileConnecting(TcpRelay relay, IntFunction<StoreAdapter> open, long firstRevision) {
        long revision = firstRevision;
        for (int bytes = 1; ; bytes += STEP, revision++) {
            try (StoreAdapter store = open.apply(relay.port())) {
                relay.cutEachAfter(bytes);
                StoreResult result = deliver(store, revision);
                relay.heal();
                if (arrived(store, revision, bytes, result)) {
                    assertThat(revision).as("cuts").isGreaterThan(firstRevision + MIN_CUTS);
                    return revision + 1;
                }
            }
        }
    }

    /** One connection that has long been open breaks, once. */
    private static long cutWhileWriting(TcpRelay relay, IntFunction<StoreAdapter> open, long firstRevision) {
        long revision = firstRevision;
        try (StoreAdapter store = open.apply(relay.port())) {
            for (int bytes = 1; ; bytes += STEP, revision++) {
                // when the last cut came just behind the answer, this one is the first to meet the closed connection
                arrived(store, ++revision, bytes - STEP, deliver(store, revision));
                revision++;
                relay.cutAfter(bytes);
                StoreResult result = deliver(store, revision);
                boolean wasCut = relay.hasCut();
                relay.heal();
                arrived(store, revision, bytes, result);
                if (!wasCut) {
                    break;
                }
            }
        }
        assertThat(revision).as("cuts").isGreaterThan(firstRevision + MIN_CUTS);
        return revision;
    }

    /** Whether the write arrived at once; if not it has to at one of the next attempts. */
    private static boolean arrived(StoreAdapter store, long revision, int bytes, StoreResult first) {
        StoreResult result = first;
        for (int attempt = 1; !SteadyWrites.ARRIVED.contains(result.type()); attempt++) {
            assertThat(result.type())
                    .as("cut after %d bytes: %s", bytes, result)
                    .isIn(SteadyWrites.AWAY);
            assertThat(attempt).as("attempts, the last: %s", result).isLessThan(MAX_ATTEMPTS);
            result = deliver(store, revision);
        }
        return first instanceof StoreResult.Delivered;
    }

    private static StoreResult deliver(StoreAdapter store, long revision) {
        return store.deliver(List.of(cluster("a", revision))).get(0);
    }
}
