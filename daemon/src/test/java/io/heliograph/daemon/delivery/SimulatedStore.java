package io.heliograph.daemon.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.heliograph.daemon.delivery.DriftSettings.Policy;
import io.heliograph.daemon.fakes.Decisions;
import io.heliograph.daemon.fakes.FakeClock;
import io.heliograph.daemon.fakes.FakeStore;
import io.heliograph.daemon.layout.KeyLayout;
import io.heliograph.kv.Entry;
import io.heliograph.kv.StoreResult;
import io.heliograph.kv.StoreResult.Conflict;
import io.heliograph.kv.StoreResult.Indeterminate;
import io.heliograph.kv.StoreResult.Rejected;
import io.heliograph.kv.StoreResult.Unavailable;
import io.heliograph.kv.WriteSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/** One store of the {@link Simulation}'s node in all weathers, with its worker. */
final class SimulatedStore {

    /** What a hand edit makes of a master begins with this. */
    static final String BY_HAND = "hand";

    static final List<KeyLayout> LAYOUTS = List.of(
            KeyLayout.CLASSIC,
            KeyLayout.of(Optional.of(Map.of("db/{alias}", "{master}")), Optional.of("{prefix}/json/{alias}"), "m"),
            KeyLayout.of(Optional.of(hostFirst()), Optional.empty(), "m"));

    private static final int MAX_BACKUPS = 3;

    private enum Weather {
        FINE,
        AWAY,
        BUSY,
        CONTENDED,
        ANSWERS_GET_LOST,
        REQUESTS_GET_LOST,
        BROKEN_ADAPTER,
        REFUSES_ONE,
        EVERYTHING,
        /** No answer to a batch that has a certain head in it. */
        CHOKES_ON_ONE
    }

    private final FakeStore store = new FakeStore();
    private final Simulation world;
    private final Random random;
    private final FakeClock clock;
    private final Policy policy;
    private final Map<String, WriteSet> seen = new HashMap<>();
    private final List<Map<String, WriteSet>> backups = new ArrayList<>();
    private final Set<Integer> layouts = new HashSet<>();
    private final KnownLayouts known;
    private int layout;
    private int edits;
    private DeliveryWorker worker;

    SimulatedStore(Simulation world, Random random, FakeClock clock, Decisions node) {
        this.world = world;
        this.random = random;
        this.clock = clock;
        this.policy = Policy.values()[random.nextInt(Policy.values().length)];
        this.layout = random.nextInt(LAYOUTS.size());
        this.known = knownLayouts();
        this.worker = start(node);
    }

    private static Map<String, String> hostFirst() {
        Map<String, String> keys = new LinkedHashMap<>();
        keys.put("{prefix}/{alias}", "{host}");
        keys.put("{prefix}/{alias}/port", "{port}");
        return keys;
    }

    /** Learning one throws away the backups: those that have another layout cannot be told from hand edits. */
    private KnownLayouts knownLayouts() {
        KeyLayout[] last = new KeyLayout[1];
        return new KnownLayouts() {
            @Override
            public boolean isKnown(String name, KeyLayout each) {
                return each.equals(last[0]);
            }

            @Override
            public void begin(String name, KeyLayout each) {
                last[0] = each.equals(last[0]) ? each : null;
            }

            @Override
            public void learn(String name, KeyLayout each) {
                last[0] = each;
                backups.clear();
            }
        };
    }

    /** The node has restarted, or was told of another layout. */
    void restart(Decisions node) {
        if (random.nextInt(5) == 0) {
            layout = random.nextInt(LAYOUTS.size());
        }
        worker = start(node);
    }

    private DeliveryWorker start(Decisions node) {
        layouts.add(layout);
        DriftSettings drift = new DriftSettings(policy, Duration.ofMinutes(5), this::adopt, known);
        return new DeliveryWorker(
                "store",
                "fake",
                store,
                LAYOUTS.get(layout),
                drift,
                node::desired,
                new Attempts(),
                clock,
                new Random(random.nextLong()));
    }

    DeliveryWorker worker() {
        return worker;
    }

    private boolean adopt(String name, WriteSet was, String value) {
        if (!value.startsWith(BY_HAND)) {
            throw new AssertionError("nobody wrote " + value + " over " + was);
        }
        return world.adopt(was, value);
    }

    void step() {
        Duration pause = worker.step();
        if (pause.isNegative() || pause.compareTo(Duration.ofSeconds(60)) > 0) {
            throw new AssertionError("a pause of " + pause);
        }
    }

    /** Another node of the group, which may be behind by any time, writes to this store. */
    void othersWrite(List<WriteSet> decided) {
        if (!decided.isEmpty()) {
            LAYOUTS.get(layout)
                    .arrange(decided.get(random.nextInt(decided.size())))
                    .ifPresent(store::take);
        }
    }

    void editByHand() {
        List<Entry> entries = store.sets().values().stream()
                .filter(set -> !set.isDeletion())
                .flatMap(set -> set.entries().stream())
                .toList();
        if (!entries.isEmpty()) {
            String key = entries.get(random.nextInt(entries.size())).key();
            store.editByHand(key, random.nextBoolean() ? BY_HAND + edits++ + ":3306" : null);
        }
    }

    /** An administrator puts an old backup in the place of what is there, or nothing. Who only wants to be told sees to it. */
    void turnBack() {
        backups.add(store.sets());
        if (backups.size() > MAX_BACKUPS) {
            backups.remove(0);
        }
        if (policy != Policy.ALERT && random.nextInt(3) == 0) {
            store.restore(random.nextInt(3) == 0 ? Map.of() : backups.get(random.nextInt(backups.size())));
            seen.clear();
        }
    }

    void changeOwner() {
        if (random.nextBoolean()) {
            store.belongTo("others");
        } else {
            adopt();
        }
    }

    private void adopt() {
        store.adopt();
        if (world.isOpen()) {
            worker.changedAll();
        }
    }

    void changeWeather() {
        Weather weather = Weather.values()[random.nextInt(Weather.values().length)];
        store.answer((s, set) -> {
            if (random.nextInt(6) == 0) {
                world.somebodyDecides();
            }
            return answer(weather, set);
        });
        store.failReads(random.nextInt(4) == 0);
        store.fill(random.nextInt(4) == 0);
        if (random.nextInt(3) == 0) {
            store.whileReading(world::somebodyDecides);
        }
    }

    private StoreResult answer(Weather weather, WriteSet set) {
        return switch (weather) {
            case FINE -> store.take(set);
            case AWAY -> new Unavailable("away");
            case BUSY -> new Unavailable("busy", Duration.ofSeconds(random.nextInt(100)));
            case CONTENDED -> random.nextBoolean() ? new Conflict("contended") : store.take(set);
            case ANSWERS_GET_LOST -> {
                store.take(set);
                yield new Indeterminate("lost");
            }
            case REQUESTS_GET_LOST -> new Indeterminate("lost");
            case BROKEN_ADAPTER -> throw new IllegalStateException("broken");
            case REFUSES_ONE -> isTheOne(set) ? new Rejected("no") : store.take(set);
            case CHOKES_ON_ONE -> lastBatch().stream().anyMatch(SimulatedStore::isTheOne)
                    ? new Unavailable("timed out")
                    : store.take(set);
            case EVERYTHING -> answer(Weather.values()[random.nextInt(Weather.EVERYTHING.ordinal())], set);
        };
    }

    private static boolean isTheOne(WriteSet set) {
        return set.head().endsWith("1");
    }

    private List<WriteSet> lastBatch() {
        List<List<WriteSet>> batches = store.batches();
        return batches.get(batches.size() - 1);
    }

    /**
     * Without AssertJ, which is slow when it is asked a million times.
     *
     * @param heads how many there can be
     */
    void check(int heads) {
        store.sets().forEach((head, set) -> {
            WriteSet before = seen.put(head, set);
            if (before == set) {
                return;
            }
            if (before != null && before.revision().isNewerThan(set.revision())) {
                throw new AssertionError(head + " went back from " + before + " to " + set);
            }
            if (layouts.stream().noneMatch(each -> world.hasDecided(each, set))) {
                throw new AssertionError("nobody decided " + set);
            }
        });
        if (worker.status().pending() > heads) {
            throw new AssertionError("more pending than there are heads: " + worker.status());
        }
    }

    /** Fair weather from now on. */
    void heal() {
        adopt();
        store.heal();
        store.failReads(false);
        store.fill(false);
    }

    /**
     * All is well for long enough.
     *
     * @param wanted what the group decided
     */
    void checkEnd(Map<String, WriteSet> wanted) {
        Map<String, WriteSet> held = store.sets();
        Map<String, WriteSet> arranged = new HashMap<>();
        wanted.values()
                .forEach(set -> LAYOUTS.get(layout).arrange(set).ifPresent(there -> arranged.put(there.head(), there)));
        if (layouts.size() > 1) {
            // what a former layout left behind stays
            held.keySet().retainAll(arranged.keySet());
        }
        // of what is deleted only the fence is left, and in a store that was wiped not even that
        held.values().removeIf(WriteSet::isDeletion);
        arranged.values().removeIf(WriteSet::isDeletion);
        // what came back from a backup after its deletion and was touched by hand then is somebody's own affair
        held.keySet().removeIf(head -> store.edited().contains(head) && !arranged.containsKey(head));
        assertThat(held).as("what the store holds, " + policy + layouts).isEqualTo(arranged);
        StoreStatus status = worker.status();
        Set<String> edited = store.edited();
        edited.retainAll(arranged.keySet());
        if (policy == Policy.ALERT) {
            assertThat(edited).as("what was changed by hand").hasSize(status.drifted());
        } else {
            assertThat(edited).as("what was changed by hand").isEmpty();
            assertThat(status.drifted()).isZero();
        }
        assertThat(status.pending()).isZero();
        assertThat(status.lagMillis()).isZero();
        assertThat(status.state()).isEqualTo(StoreStatus.State.UP);
        assertThat(status.lastError()).isEmpty();
        int before = store.attempts();
        worker.step();
        assertThat(store.attempts()).as("attempts when all is done").isEqualTo(before);
    }
}
