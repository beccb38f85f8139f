package io.heliograph.it.stores;

import static io.heliograph.it.stores.WriteSets.byKey;
import static io.heliograph.it.stores.WriteSets.cluster;
import static io.heliograph.it.stores.WriteSets.stored;
import static org.assertj.core.api.Assertions.assertThat;

import io.heliograph.it.servers.Certificates;
import io.heliograph.it.servers.ZooKeeperServer;
import io.heliograph.kv.Owner;
import io.heliograph.kv.StoreAdapter;
import io.heliograph.kv.StoreResult;
import io.heliograph.kv.WriteSet;
import io.heliograph.kv.zookeeper.ZooKeeperAccessSettings;
import io.heliograph.kv.zookeeper.ZooKeeperSettings;
import io.heliograph.kv.zookeeper.ZooKeeperStoreAdapter;
import io.heliograph.kv.zookeeper.ZooKeeperTlsSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** TLS to a server that wants certificates. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
class ZooKeeperTlsIT {

    private static final Duration LIMIT = Duration.ofSeconds(5);

    /** For connections that cannot come about: each waits this long. */
    private static final Duration SHORT_LIMIT = Duration.ofSeconds(2);

    private final Certificates ours = new Certificates();
    private final Certificates foreign = new Certificates();
    private final ZooKeeperServer server = ZooKeeperServer.startWithTls(joined(ours.issue("zk", "localhost")));
    private final Path client = ours.issue("client", "10.9.8.7");

    @AfterAll
    void close() {
        server.close();
        ours.close();
        foreign.close();
    }

    private static Path joined(Path directory) {
        try {
            return Files.writeString(
                    directory.resolve("identity.pem"),
                    Files.readString(directory.resolve("node.key")) + Files.readString(directory.resolve("node.pem")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static StoreAdapter open(String connect, @Nullable ZooKeeperTlsSettings tls) {
        return open(connect, tls, LIMIT);
    }

    private static StoreAdapter open(String connect, @Nullable ZooKeeperTlsSettings tls, Duration limit) {
        return ZooKeeperStoreAdapter.open(new ZooKeeperSettings(
                "test", new Owner("orders"), connect, new ZooKeeperAccessSettings("helio:s3cret", true, tls), limit));
    }

    private static ZooKeeperTlsSettings tls(Path ca, Path identity) {
        return new ZooKeeperTlsSettings(
                ca.resolve("ca.pem"), identity.resolve("node.pem"), identity.resolve("node.key"));
    }

    @Test
    void when_both_sides_prove_who_they_are_then_it_is_delivered() throws Exception {
        WriteSet set = cluster("good/a", 1);
        ZooKeeperTlsSettings tls = tls(client, client);
        assertThat(tls.problems()).isEmpty();
        try (StoreAdapter store = open(server.secureConnectString(), tls);
                StoreAdapter plain = open(server.connectString(), null)) {
            assertThat(store.deliver(List.of(set))).containsExactly(new StoreResult.Delivered());
            assertThat(byKey(store.read("good"))).isEqualTo(stored(set));
            // one client's encryption is not another one's
            assertThat(plain.deliver(List.of(cluster("good/b", 1)))).containsExactly(new StoreResult.Delivered());

            server.restart();
            Awaitility.await().atMost(Duration.ofSeconds(40)).untilAsserted(() -> assertThat(
                            store.deliver(List.of(cluster("good/a", 2))).get(0).type())
                    .isIn(StoreResult.Type.DELIVERED, StoreResult.Type.ALREADY_CURRENT));
        }
    }

    @Test
    void when_one_side_cannot_prove_who_it_is_then_nothing_is_written() throws Exception {
        Path stranger = foreign.issue("client", "localhost");
        expectNoConnection(server.secureConnectString(), tls(stranger, client));
        expectNoConnection(server.secureConnectString(), tls(client, stranger));
        expectNoConnection(
                server.secureConnectString(), new ZooKeeperTlsSettings(client.resolve("ca.pem"), null, null));
        expectNoConnection(server.secureConnectString(), null);
        try (StoreAdapter plain = open(server.connectString(), null)) {
            assertThat(plain.read("bad")).isEmpty();
        }
    }

    @Test
    void when_the_certificate_does_not_name_the_host_then_there_is_no_connection() {
        try (ZooKeeperServer misnamed =
                ZooKeeperServer.startWithTls(joined(ours.issue("misnamed", "other.example.org")))) {
            expectNoConnection(misnamed.secureConnectString(), tls(client, client));
        }
    }

    private static void expectNoConnection(String connect, @Nullable ZooKeeperTlsSettings tls) {
        try (StoreAdapter store = open(connect, tls, SHORT_LIMIT)) {
            long start = System.nanoTime();
            assertThat(store.deliver(List.of(cluster("bad/a", 1))).get(0))
                    .isInstanceOfSatisfying(StoreResult.Unavailable.class, away -> assertThat(away.cause())
                            .startsWith("not connected to " + connect));
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(SHORT_LIMIT.multipliedBy(2));
        }
    }
}
