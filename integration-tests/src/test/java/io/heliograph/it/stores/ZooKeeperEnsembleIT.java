package io.heliograph.it.stores;

import static io.heliograph.it.stores.WriteSets.byKey;
import static io.heliograph.it.stores.WriteSets.cluster;
import static io.heliograph.it.stores.WriteSets.stored;
import static org.assertj.core.api.Assertions.assertThat;

import io.heliograph.it.servers.RealServer;
import io.heliograph.it.servers.ZooKeeperServer;
import io.heliograph.kv.Owner;
import io.heliograph.kv.StoreAdapter;
import io.heliograph.kv.StoreResult;
import io.heliograph.kv.WriteSet;
import io.heliograph.kv.zookeeper.ZooKeeperSettings;
import io.heliograph.kv.zookeeper.ZooKeeperStoreAdapter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** Three servers that are one store, of which some are away. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(180)
class ZooKeeperEnsembleIT {

    private static final Duration LIMIT = Duration.ofSeconds(3);

    /** Connecting, and the rounds of one batch. */
    private static final Duration BOUND = LIMIT.multipliedBy(4).plusSeconds(1);

    private static final Duration RECOVERY = Duration.ofSeconds(60);

    private static final Set<StoreResult.Type> ARRIVED =
            EnumSet.of(StoreResult.Type.DELIVERED, StoreResult.Type.ALREADY_CURRENT);

    private static final Set<StoreResult.Type> AWAY =
            EnumSet.of(StoreResult.Type.UNAVAILABLE, StoreResult.Type.INDETERMINATE);

    private final List<ZooKeeperServer> servers = ZooKeeperServer.ensemble(3);

    @AfterAll
    void closeServers() {
        servers.forEach(RealServer::close);
    }

    private String connectString() {
        return servers.stream().map(ZooKeeperServer::connectString).collect(Collectors.joining(","));
    }

    private static StoreAdapter open(String connect) {
        return ZooKeeperStoreAdapter.open(new ZooKeeperSettings("test", new Owner("orders"), connect, LIMIT));
    }

    private static void assertArrives(StoreAdapter store, WriteSet set) {
        Awaitility.await().atMost(RECOVERY).untilAsserted(() -> {
            assertThat(deliver(store, set)).isIn(ARRIVED);
            assertThat(byKey(store.read(set.head()))).isEqualTo(stored(set));
        });
    }

    /** What became of it; fails when that took too long. */
    private static StoreResult.Type deliver(StoreAdapter store, WriteSet set) {
        long start = System.nanoTime();
        StoreResult.Type type = store.deliver(List.of(set)).get(0).type();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(BOUND);
        return type;
    }

    @Test
    void when_one_server_is_killed_after_the_other_then_writes_go_on_as_long_as_two_are_left() {
        try (StoreAdapter store = open(connectString())) {
            assertArrives(store, cluster("killed/a", 1));
            long revision = 2;
            for (ZooKeeperServer server : servers) {
                server.stop();
                assertArrives(store, cluster("killed/a", revision++));
                server.restart();
                assertArrives(store, cluster("killed/a", revision++));
            }
        }
    }

    @Test
    void when_one_server_hangs_after_the_other_then_writes_go_on() {
        try (StoreAdapter store = open(connectString())) {
            assertArrives(store, cluster("hanging/a", 1));
            long revision = 2;
            for (ZooKeeperServer server : servers) {
                server.pause();
                try {
                    assertArrives(store, cluster("hanging/a", revision++));
                    try (StoreAdapter fresh = open(connectString())) {
                        assertArrives(fresh, cluster("hanging/a", revision++));
                    }
                } finally {
                    server.resume();
                }
                assertArrives(store, cluster("hanging/a", revision++));
            }
        }
    }

    @Test
    void when_the_quorum_is_lost_then_it_is_away_in_bounded_time_and_delivers_when_it_is_back() {
        try (StoreAdapter store = open(connectString())) {
            assertArrives(store, cluster("quorum/a", 1));
            servers.get(0).stop();
            servers.get(1).stop();
            try {
                assertThat(deliver(store, cluster("quorum/a", 2))).isIn(AWAY);
                // until the server that is left has noticed, it takes requests that it cannot answer
                Awaitility.await().atMost(RECOVERY).until(() -> {
                    StoreResult.Type type = deliver(store, cluster("quorum/a", 2));
                    assertThat(type).isIn(AWAY);
                    return type == StoreResult.Type.UNAVAILABLE;
                });
            } finally {
                servers.get(0).startAgain();
                servers.get(1).startAgain();
            }
            assertArrives(store, cluster("quorum/a", 2));
        }
    }

    @Test
    void when_the_session_has_expired_then_the_next_delivery_has_a_new_one() {
        try (StoreAdapter store = open(connectString())) {
            assertArrives(store, cluster("session/a", 1));
            servers.forEach(RealServer::stop);
            // longer than any session of ours lives
            Awaitility.await()
                    .atMost(RECOVERY)
                    .during(Duration.ofSeconds(6))
                    .until(() -> AWAY.contains(deliver(store, cluster("session/a", 2))));
            servers.forEach(ZooKeeperServer::startAgain);

            assertArrives(store, cluster("session/a", 2));
        }
    }

    @Test
    void when_two_addresses_lead_nowhere_then_the_third_is_found() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                StoreAdapter store = open("127.0.0.1:1,127.0.0.1:" + silent.getLocalPort() + ","
                        + servers.get(2).connectString())) {
            assertArrives(store, cluster("addresses/a", 1));
        }
    }
}
