package io.heliograph.it.centres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.heliograph.it.hands.AllStores;
import io.heliograph.it.hands.StoreHand;
import io.heliograph.it.hands.StoreHand.Copy;
import io.heliograph.it.hands.StoreWatcher;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A watcher on every kind of store, each in the way of that store's own readers, while the node is killed and ended over
 * and over, just after failovers and failbacks.
 */
@Timeout(1800)
class WatchersIT {

    /** A larger number makes a longer run. */
    private static final int RESTARTS = Integer.getInteger("heliograph.restarts", 60);

    /** Delivery takes some ten milliseconds: the node ends before it, in its middle, or after it. */
    private static final int MAX_MILLIS = 40;

    private static final String INTERNAL = "internal";

    private static AllStores stores;

    @BeforeAll
    static void start() {
        stores = AllStores.start((name, config) -> config.put("timeout", "2s"), cluster -> cluster.electionTimeout(
                        Duration.ofMillis(250))
                .snapshotAfterFailover(Duration.ofMillis(500)));
    }

    @AfterAll
    static void stop() {
        if (stores != null) {
            stores.close();
        }
    }

    private static Map<String, StoreWatcher> watch(String alias) {
        Map<String, StoreWatcher> watchers = new LinkedHashMap<>();
        stores.hands().forEach((name, hand) -> watchers.put(name, StoreWatcher.of(hand, alias)));
        watchers.put(
                INTERNAL, StoreWatcher.ofFile(INTERNAL, stores.node().dataDir().resolve("heliograph.db"), alias));
        return watchers;
    }

    private static long failOver(String alias, String master) {
        return stores.node()
                .put("/v1/clusters/" + alias, Map.of("master", master))
                .orThrow()
                .path("revision")
                .asLong();
    }

    private static void awaitSeen(Map<String, StoreWatcher> watchers, long revision) {
        watchers.forEach((name, watcher) -> await(name + " to show " + revision + "; " + watcher)
                .atMost(DataCentres.SOON)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> watcher.judge().highest() >= revision));
    }

    @Test
    void when_the_node_ends_again_and_again_among_failovers_and_failbacks_then_no_watcher_sees_anything_older() {
        long seed = Long.getLong("heliograph.seed", System.nanoTime());
        System.out.println("watchers: seed " + seed);
        Random random = new Random(seed);
        long revision = failOver("watched", master(0));
        Map<String, StoreWatcher> watchers = watch("watched");
        awaitSeen(watchers, revision);
        int awaited = 1;
        int killed = 0;

        for (int i = 1; i <= RESTARTS; i++) {
            failOver("watched", master(i));
            revision = failOver("watched", random.nextBoolean() ? master(i - 1) : master(i + 1000));
            if (random.nextInt(3) == 0) {
                awaitSeen(watchers, revision);
                awaited++;
            } else {
                LockSupport.parkNanos(
                        Duration.ofMillis(random.nextInt(MAX_MILLIS)).toNanos());
            }
            if (random.nextInt(4) > 0) {
                stores.node().kill9();
                killed++;
            } else {
                stores.node().terminate();
            }
            stores.node().start();
            stores.cluster().awaitLeader();
        }
        awaitSeen(watchers, revision);

        watchers.values().forEach(StoreWatcher::close);
        System.out.printf(
                "watchers: %d restarts (%d by kill -9), %d failovers and failbacks; %s%n",
                RESTARTS, killed, 2 * RESTARTS, watchers);
        for (Map.Entry<String, StoreWatcher> each : watchers.entrySet()) {
            assertThat(each.getValue().judge().findings()).as(each.getKey()).isEmpty();
            // what was not waited for is delivered after the restart at the latest
            assertThat(each.getValue().judge().views()).as(each.toString()).isGreaterThanOrEqualTo(awaited);
        }
        assertThat(awaited).isGreaterThan(RESTARTS / 8);
    }

    @Test
    void when_somebody_puts_an_older_revision_into_a_store_then_its_watcher_sees_it() throws Exception {
        long revision = failOver("tampered", master(1));
        Map<String, StoreWatcher> watchers = watch("tampered");
        awaitSeen(watchers, revision);
        Map<StoreHand, List<Copy>> older = new LinkedHashMap<>();
        for (StoreHand hand : stores.hands().values()) {
            older.put(hand, ofTampered(hand.backUp()));
        }
        awaitSeen(watchers, failOver("tampered", master(2)));

        for (Map.Entry<StoreHand, List<Copy>> each : older.entrySet()) {
            StoreWatcher watcher = watchers.get(each.getKey().name());
            assertThat(watcher.judge().findings()).isEmpty();
            each.getKey().putBack(each.getValue());
            await(each.getKey().name() + " to go back; " + watcher)
                    .atMost(DataCentres.SOON)
                    .until(() -> watcher.judge().findings().stream().anyMatch(line -> line.contains("went back")));
        }
        watchers.values().forEach(StoreWatcher::close);
    }

    private static List<Copy> ofTampered(List<Copy> backup) {
        return backup.stream()
                .filter(copy -> copy.place().contains("mysql/master/tampered"))
                .toList();
    }

    private static String master(int number) {
        return "127.0.2." + number % 250 + ":" + (10_000 + number);
    }
}
