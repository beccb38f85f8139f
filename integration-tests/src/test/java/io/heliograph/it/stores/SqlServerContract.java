package io.heliograph.it.stores;

import static io.heliograph.it.stores.WriteSets.byKey;
import static io.heliograph.it.stores.WriteSets.cluster;
import static io.heliograph.it.stores.WriteSets.stored;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heliograph.it.daemon.TcpRelay;
import io.heliograph.it.servers.RealServer;
import io.heliograph.kv.Owner;
import io.heliograph.kv.Revision;
import io.heliograph.kv.StoreAdapter;
import io.heliograph.kv.StoreException;
import io.heliograph.kv.StoreResult;
import io.heliograph.kv.WriteSet;
import io.heliograph.kv.jdbc.JdbcSettings;
import io.heliograph.kv.jdbc.JdbcStoreAdapter;
import java.net.URI;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** An account with the rights that the document gives it, and what an administrator does to the server meanwhile. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
abstract class SqlServerContract {

    private static final Duration LIMIT = Duration.ofSeconds(3);

    /** A server takes a transaction for abandoned after ten seconds without a statement. */
    private static final Duration ABANDONED = Duration.ofSeconds(25);

    private static final int MAX_CONNECTIONS = 3;

    private static final Owner US = new Owner("orders");
    private static final StoreResult DELIVERED = new StoreResult.Delivered();

    abstract RealServer server();

    /** The administrator's. */
    abstract SqlTable hand();

    /** The part of the document that is about this database. */
    abstract String heading();

    /** Takes writes away from everybody who is not an administrator, or gives them back. */
    abstract void setReadOnly(boolean readOnly) throws SQLException;

    /** Counts the connections of {@link DocumentedSql#USER}. */
    abstract String countSessions();

    @AfterAll
    void closeServer() {
        server().close();
    }

    @BeforeEach
    void doAsTheDocumentSays() throws SQLException {
        hand().run("drop table if exists kv_store");
        hand().run("drop user if exists " + DocumentedSql.USER);
        for (String statement : DocumentedSql.below(heading())) {
            hand().run(statement);
        }
    }

    private StoreAdapter open(Owner owner) {
        return open(owner, hand().url(), LIMIT);
    }

    private static StoreAdapter open(Owner owner, String url, Duration limit) {
        return JdbcStoreAdapter.open(new JdbcSettings(
                "test", owner, url, DocumentedSql.USER, DocumentedSql.PASSWORD, limit, JdbcSettings.DEFAULT_TABLE));
    }

    private static StoreResult deliver(StoreAdapter store, WriteSet set) {
        return store.deliver(List.of(set)).get(0);
    }

    @Test
    void when_an_administrator_made_the_table_then_four_rights_are_enough() throws Exception {
        WriteSet set = cluster("a", 7);
        try (StoreAdapter store = open(US);
                StoreAdapter foreign = open(new Owner("payments"))) {
            assertThat(deliver(store, set)).isEqualTo(DELIVERED);
            assertThat(deliver(store, set)).isEqualTo(new StoreResult.AlreadyCurrent());
            assertThat(store.repair(List.of(set))).containsExactly(DELIVERED);
            assertThat(byKey(store.read("a"))).isEqualTo(stored(set));
            assertThat(deliver(store, WriteSet.deletion(new Revision(8), set.keys())))
                    .isEqualTo(DELIVERED);
            assertThat(store.read("")).isEmpty();
            assertThat(deliver(store, set)).isEqualTo(new StoreResult.Fenced(new Revision(8)));
            assertThat(deliver(store, cluster("a", 9))).isEqualTo(DELIVERED);

            assertThat(deliver(foreign, cluster("b", 1))).isInstanceOf(StoreResult.Rejected.class);
            foreign.adopt();
            assertThat(foreign.owner()).contains("payments");
            assertThat(deliver(foreign, cluster("b", 1))).isEqualTo(DELIVERED);
        }
    }

    @Test
    void when_there_is_no_table_and_no_right_to_make_one_then_it_is_named_and_used_once_it_is_there() throws Exception {
        hand().run("drop table kv_store");
        try (StoreAdapter store = open(US)) {
            assertThat(deliver(store, cluster("a", 1)))
                    .isInstanceOfSatisfying(StoreResult.Rejected.class, rejected -> assertThat(rejected.reason())
                            .startsWith("table kv_store cannot be used: ")
                            .contains("; it can neither be made nor changed: ")
                            .containsPattern("(?i)denied"));
            assertThatThrownBy(() -> store.read(""))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("reading kv_store: table kv_store cannot be used");

            for (String statement : DocumentedSql.below(heading())) {
                if (!statement.startsWith("create user")) {
                    hand().run(statement);
                }
            }
            assertThat(deliver(store, cluster("a", 1))).isEqualTo(DELIVERED);
        }
    }

    @Test
    void when_a_right_is_missing_then_it_is_rejected_and_the_table_is_named() throws Exception {
        String account = heading().startsWith("MariaDB") ? "'helio'@'%'" : "helio";
        hand().run("revoke update on kv_store from " + account);
        try (StoreAdapter store = open(US)) {
            assertThat(deliver(store, cluster("a", 1)))
                    .isInstanceOfSatisfying(StoreResult.Rejected.class, rejected -> assertThat(rejected.reason())
                            .containsPattern("(?i)denied.*kv_store"));
            assertThat(store.read("")).isEmpty();
            hand().run("grant update on kv_store to " + account);
            assertThat(deliver(store, cluster("a", 1))).isEqualTo(DELIVERED);
        }
    }

    @Test
    void when_the_server_goes_read_only_then_it_is_unavailable_until_it_is_writable() throws Exception {
        try (StoreAdapter store = open(US);
                StoreAdapter fresh = open(US)) {
            assertThat(deliver(store, cluster("a", 1))).isEqualTo(DELIVERED);
            setReadOnly(true);
            try {
                for (int i = 0; i < 3; i++) {
                    long start = System.nanoTime();
                    assertThat(fresh.deliver(List.of(cluster("a", 2), cluster("b", 2))))
                            .hasSize(2)
                            .allSatisfy(result -> assertThat(result)
                                    .isInstanceOfSatisfying(
                                            StoreResult.Unavailable.class,
                                            away -> assertThat(away.cause()).containsPattern("(?i)read-only")));
                    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(LIMIT);
                }
                assertThat(byKey(fresh.read("a"))).isEqualTo(stored(cluster("a", 1)));
            } finally {
                setReadOnly(false);
            }
            assertThat(deliver(fresh, cluster("a", 2))).isEqualTo(DELIVERED);
            assertThat(deliver(store, cluster("a", 3))).isEqualTo(DELIVERED);
        }
    }

    @Test
    void when_a_connection_is_lost_without_a_word_in_a_transaction_then_its_locks_are_soon_gone() {
        int port = URI.create(hand().url().substring("jdbc:".length())).getPort();
        Duration shortLimit = Duration.ofSeconds(1);
        try (StoreAdapter other = open(US, hand().url(), shortLimit)) {
            long revision = 1;
            for (int bytes = 40; ; bytes += 40, revision += 3) {
                try (TcpRelay relay = TcpRelay.start(0, port);
                        StoreAdapter lost = open(
                                US, hand().url().replace(":" + port + "/", ":" + relay.port() + "/"), shortLimit)) {
                    assertThat(deliver(lost, cluster("a", revision))).isEqualTo(DELIVERED);
                    relay.freezeAfter(bytes);
                    deliver(lost, cluster("a", revision + 1));
                    assertThat(relay.hasCut())
                            .as("it was cut off at %d bytes, and a lock was met before", bytes)
                            .isTrue();
                    WriteSet next = cluster("a", revision + 2);
                    if (!deliver(other, next).equals(DELIVERED)) {
                        Awaitility.await("the lock to be gone")
                                .atMost(ABANDONED)
                                .until(() -> SteadyWrites.ARRIVED.contains(
                                        deliver(other, next).type()));
                        return;
                    }
                }
            }
        }
    }

    @Test
    void when_many_ask_at_the_same_time_then_there_are_never_more_than_three_connections() throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        ExecutorService askers = Executors.newFixedThreadPool(8);
        try (StoreAdapter store = open(US)) {
            List<CompletableFuture<Void>> asking = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                boolean writes = i == 0;
                asking.add(CompletableFuture.runAsync(() -> ask(store, writes, over), askers));
            }
            long most = 0;
            for (int i = 0; i < 100; i++) {
                most = Math.max(most, hand().number(countSessions()));
            }
            over.set(true);
            for (CompletableFuture<Void> one : asking) {
                one.get();
            }
            assertThat(most).isBetween(2L, (long) MAX_CONNECTIONS);
        } finally {
            over.set(true);
            askers.shutdown();
        }
        Awaitility.await()
                .untilAsserted(() -> assertThat(hand().number(countSessions())).isZero());
    }

    private static void ask(StoreAdapter store, boolean writes, AtomicBoolean over) {
        for (long revision = 1; !over.get(); revision++) {
            try {
                if (writes) {
                    assertThat(deliver(store, cluster("a", revision))).isEqualTo(DELIVERED);
                } else {
                    store.read("");
                }
            } catch (StoreException e) {
                throw new AssertionError(e);
            }
        }
    }
}
