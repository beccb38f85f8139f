package io.heliograph.it.centres;

import static org.assertj.core.api.Assertions.assertThat;

import io.heliograph.it.daemon.KeyWatcher;
import io.heliograph.it.hands.AllStores;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Connections that break in the middle of a write, and a node that is killed there. */
@Timeout(1800)
class CutsIT {

    private static final int FAILOVERS = 200;
    private static final int MAX_BYTES = 3_000;

    /** After how many failovers the node is killed; a smaller number makes a longer run. */
    private static final int KILL_EVERY = Integer.getInteger("heliograph.kill-every", 40);

    /** ZooKeeper's client waits a second before it connects again, and a cut may come before it has. */
    private static final int MIN_VIEWS = 10;

    private static final Duration SHORTLY = Duration.ofMillis(400);

    private static AllStores stores;

    @BeforeAll
    static void start() {
        stores = AllStores.start((name, config) -> config.put("timeout", "2s"), cluster -> cluster);
    }

    @AfterAll
    static void stop() {
        if (stores != null) {
            stores.close();
        }
    }

    @Test
    void when_connections_are_cut_in_the_middle_of_writes_then_no_reader_sees_a_half_or_an_older_one() {
        long seed = Long.getLong("heliograph.seed", System.nanoTime());
        System.out.println("cuts: seed " + seed);
        Random random = new Random(seed);
        stores.set("cut", master(0));
        Map<String, KeyWatcher> watchers = new LinkedHashMap<>();
        stores.hands().keySet().forEach(store -> watchers.put(store, stores.watch(store, "cut")));
        watchers.values().forEach(watcher -> watcher.awaitMaster(master(0), DataCentres.SOON));
        List<String> names = List.copyOf(watchers.keySet());

        for (int i = 1; i <= FAILOVERS; i++) {
            String cut = names.get(random.nextInt(names.size()));
            stores.relay(cut).cutAfter(1 + random.nextInt(MAX_BYTES));
            if (i % KILL_EVERY == 0) {
                stores.node().kill9();
                stores.node().start();
                stores.cluster().awaitLeader();
            }
            // there and back again: an older master comes again with a newer revision
            String master = master(i % 7 == 0 ? i - 3 : i);
            stores.set("cut", master);
            awaitShortly(Objects.requireNonNull(watchers.get(cut)), master);
        }

        watchers.forEach((store, watcher) -> {
            watcher.awaitMaster(master(FAILOVERS), DataCentres.SOON);
            watcher.assertNeverHalf();
            watcher.assertNeverBackwards();
            assertThat(watcher.views()).as(store).hasSizeGreaterThan(MIN_VIEWS);
        });
    }

    /** So that most cuts meet a write and not an attempt to connect again. */
    private static void awaitShortly(KeyWatcher watcher, String master) {
        long deadline = System.nanoTime() + SHORTLY.toNanos();
        while (System.nanoTime() < deadline
                && !watcher.views().get(watcher.views().size() - 1).master().equals(master)) {
            LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
        }
    }

    private static String master(int number) {
        return "127.0.1." + number % 250 + ":" + (10_000 + number);
    }
}
