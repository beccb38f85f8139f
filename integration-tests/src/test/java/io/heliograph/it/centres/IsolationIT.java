package io.heliograph.it.centres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.heliograph.it.daemon.HttpAnswer;
import io.heliograph.it.daemon.KeyWatcher;
import io.heliograph.it.daemon.TcpRelay;
import io.heliograph.it.hands.AllStores;
import io.heliograph.it.servers.RealServer;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Trouble of many kinds at every kind of store: the other stores and the API do not notice. */
@Timeout(120)
class IsolationIT {

    /** A write is answered and delivered to healthy stores in some ten milliseconds; a busy machine takes longer. */
    private static final Duration NOISE = Duration.ofSeconds(1);

    private static final int FACTOR = 5;
    private static final int FAILOVERS = 3;

    private enum Trouble {
        /** The process is gone, and connections are refused. */
        DOWN,
        HANGING,
        BLACK_HOLED,
        SLOW,
        ANSWERING_500S,
        DENIED,
        /** Of the databases only: the others have no such state. */
        READ_ONLY;

        boolean comesTo(String store) {
            return this != READ_ONLY || store.equals("maria") || store.equals("pg");
        }

        void begin(AllStores stores, String store, String alias) {
            TcpRelay relay = stores.relay(store);
            RealServer server =
                    Objects.requireNonNull(stores.hands().get(store)).server();
            switch (this) {
                case DOWN -> server.stop();
                case HANGING -> server.pause();
                case BLACK_HOLED -> relay.cut();
                case SLOW -> relay.slow(Duration.ofSeconds(5));
                case ANSWERING_500S -> relay.babble(
                        "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 2\r\n\r\nno");
                case DENIED -> Denials.deny(stores, store, alias, true);
                case READ_ONLY -> Denials.readOnly(stores, store, true);
            }
        }

        void end(AllStores stores, String store, String alias) {
            RealServer server =
                    Objects.requireNonNull(stores.hands().get(store)).server();
            switch (this) {
                case DOWN -> server.restart();
                case HANGING -> server.resume();
                case DENIED -> Denials.deny(stores, store, alias, false);
                case READ_ONLY -> Denials.readOnly(stores, store, false);
                default -> stores.relay(store).heal();
            }
        }
    }

    private static AllStores stores;

    @BeforeAll
    static void start() {
        stores = AllStores.start(
                (name, config) -> {
                    config.put("timeout", "2s");
                    Denials.lesserAccount(name, config);
                },
                cluster -> cluster);
    }

    @AfterAll
    static void stop() {
        if (stores != null) {
            stores.close();
        }
    }

    static Stream<Arguments> troubles() {
        return Stream.of("consul", "zk", "maria", "pg").flatMap(store -> Stream.of(Trouble.values())
                .filter(trouble -> trouble.comesTo(store))
                .map(trouble -> Arguments.of(store, trouble)));
    }

    @ParameterizedTest
    @MethodSource("troubles")
    void when_a_store_is_in_trouble_then_the_others_and_the_api_are_as_quick_as_ever(String store, Trouble trouble) {
        String alias = store + "-" + trouble.ordinal();
        stores.set(alias, master(0));
        Map<String, KeyWatcher> watchers = new HashMap<>();
        stores.hands().keySet().forEach(name -> watchers.put(name, stores.watch(name, alias)));
        watchers.values().forEach(watcher -> watcher.awaitMaster(master(0), DataCentres.SOON));
        Duration usual = Duration.ZERO;
        for (int i = 1; i <= FAILOVERS; i++) {
            Duration took = failOver(alias, master(i), watchers.values());
            usual = took.compareTo(usual) > 0 ? took : usual;
        }
        KeyWatcher inTrouble = Objects.requireNonNull(watchers.get(store));
        List<KeyWatcher> healthy = watchers.values().stream()
                .filter(watcher -> watcher != inTrouble)
                .toList();

        trouble.begin(stores, store, alias);
        try {
            for (int i = 1; i <= FAILOVERS; i++) {
                Duration took = failOver(alias, master(FAILOVERS + i), healthy);
                assertThat(took).isLessThan(usual.multipliedBy(FACTOR).plus(NOISE));
            }
            await().atMost(DataCentres.SOON)
                    .until(() -> List.of("down", "parked").contains(stores.status(store, "state")));
            assertThat(stores.status(store, "lastError")).isNotEmpty().doesNotContain("\n");
            assertThat(stores.node().get("/health/live").status()).isEqualTo(200);
        } finally {
            trouble.end(stores, store, alias);
        }
        int last = 2 * FAILOVERS;
        if (trouble == Trouble.DENIED) {
            // what was refused is tried again once a minute, and with the next revision
            last++;
            stores.set(alias, master(last));
        }
        inTrouble.awaitMaster(master(last), DataCentres.SOON.multipliedBy(2));
        watchers.values().forEach(watcher -> {
            watcher.assertNeverHalf();
            watcher.assertNeverBackwards();
            watcher.close();
        });
    }

    /** How long a write, a read and the delivery to all of these took. */
    private static Duration failOver(String alias, String master, Collection<KeyWatcher> watchers) {
        long started = System.nanoTime();
        stores.set(alias, master);
        watchers.forEach(watcher -> watcher.awaitMaster(master, DataCentres.SOON));
        HttpAnswer answer = stores.node().get("/v1/clusters/" + alias);
        assertThat(answer.orThrow().path("master").asText()).isEqualTo(master);
        return Duration.ofNanos(System.nanoTime() - started);
    }

    private static String master(int number) {
        return "127.0.1." + (10 + number) + ":3306";
    }
}
