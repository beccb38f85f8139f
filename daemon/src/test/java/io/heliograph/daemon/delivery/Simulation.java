package io.heliograph.daemon.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.heliograph.command.Command;
import io.heliograph.command.Command.DeleteCluster;
import io.heliograph.command.Command.DeleteEntry;
import io.heliograph.command.Command.PutEntry;
import io.heliograph.command.Command.RaiseEpoch;
import io.heliograph.command.Command.SetMaster;
import io.heliograph.command.HostPort;
import io.heliograph.command.Master;
import io.heliograph.daemon.fakes.Decisions;
import io.heliograph.daemon.fakes.FakeClock;
import io.heliograph.daemon.fakes.FakeStore;
import io.heliograph.daemon.layout.KeyLayout;
import io.heliograph.kv.Entry;
import io.heliograph.kv.Revision;
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
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * A group that decides, a node that hears of it late, and that node's store in all weathers. One clock, one thread; the
 * seed chooses every event.
 */
final class Simulation {

    private static final int HEADS = 4;

    private enum Weather {
        FINE,
        AWAY,
        BUSY,
        CONTENDED,
        ANSWERS_GET_LOST,
        REQUESTS_GET_LOST,
        BROKEN_ADAPTER,
        REFUSES_ONE,
        EVERYTHING
    }

    private final Random random;
    private final FakeClock clock = new FakeClock();
    private final FakeStore store = new FakeStore();
    /** What the group decided, whether this node knows it or not. */
    private final List<Command> log = new ArrayList<>();

    private final Decisions group = new Decisions();
    private final Set<WriteSet> decided = new HashSet<>();
    private final Map<String, Revision> highest = new HashMap<>();

    private Decisions node = new Decisions();
    private DeliveryWorker worker;
    private long openAt;
    private boolean open;
    private byte[] onDisk = node.machine().snapshot();

    Simulation(long seed) {
        this.random = new Random(seed);
        this.worker = start();
    }

    private DeliveryWorker start() {
        Decisions here = node;
        DeliveryWorker fresh = new DeliveryWorker(
                "store",
                "fake",
                store,
                KeyLayout.CLASSIC,
                DriftSettings.DEFAULT,
                here::desired,
                new Attempts(),
                clock,
                new Random(random.nextLong()));
        here.listen(fresh::changed, fresh::changedAll);
        return fresh;
    }

    void run(int events) {
        for (int i = 0; i < events; i++) {
            event();
            check();
        }
        end();
    }

    private void event() {
        switch (random.nextInt(20)) {
            case 0, 1, 2, 3 -> decide();
            case 4, 5, 6 -> replicate();
            case 7 -> clock.advance(Duration.ofMillis(random.nextInt(90_000)));
            case 8 -> changeWeather();
            case 9 -> anotherNodeWrites();
            case 10 -> onDisk = random.nextBoolean() ? node.machine().snapshot() : onDisk;
            case 11 -> restart();
            case 12 -> installSnapshot();
            case 13 -> editByHand();
            default -> step();
        }
    }

    private void decide() {
        int kind = random.nextInt(30);
        if (kind == 0) {
            decide(new RaiseEpoch(group.machine().state().epoch() + random.nextInt(2)));
            return;
        }
        if (kind < 4) {
            String number = Integer.toString(random.nextInt(HEADS));
            decide(kind % 2 == 0 ? new DeleteEntry("k" + number) : new DeleteCluster("a" + number));
            return;
        }
        Command command = kind % 2 == 0
                ? new PutEntry(new Entry("k" + random.nextInt(HEADS), "v" + random.nextInt(3)))
                : new SetMaster(
                        "a" + random.nextInt(HEADS),
                        "m",
                        new Master(new HostPort("db" + random.nextInt(3), 3306), "", ""),
                        null,
                        true,
                        "",
                        0);
        decide(command);
    }

    private void decide(Command command) {
        log.add(command);
        group.decideAt(log.size(), command);
        decided.addAll(group.desired().all());
    }

    private void replicate() {
        long from = node.machine().state().lastIndex();
        long to = Math.min(log.size(), from + random.nextInt(5));
        for (long index = from + 1; index <= to; index++) {
            node.decideAt(index, log.get((int) index - 1));
        }
        openWhenCaughtUp();
    }

    private void installSnapshot() {
        if (group.machine().state().lastIndex() > node.machine().state().lastIndex()) {
            node.machine().restore(group.machine().snapshot());
            openWhenCaughtUp();
        }
    }

    private void openWhenCaughtUp() {
        if (!open && node.machine().state().lastIndex() >= openAt) {
            open = true;
            worker.changedAll();
        }
    }

    /** Comes back with what was on its disk, and waits until it knows what was decided before. */
    private void restart() {
        node = new Decisions();
        node.machine().restore(onDisk);
        worker = start();
        open = false;
        openAt = log.size();
        openWhenCaughtUp();
    }

    private void anotherNodeWrites() {
        group.desired().all().forEach(set -> {
            if (random.nextInt(3) == 0) {
                store.take(set);
            }
        });
    }

    private void editByHand() {
        List<String> keys = store.sets().values().stream()
                .filter(set -> !set.isDeletion())
                .flatMap(set -> set.entries().stream())
                .map(Entry::key)
                .toList();
        if (!keys.isEmpty()) {
            store.editByHand(keys.get(random.nextInt(keys.size())), random.nextBoolean() ? "by hand" : null);
        }
    }

    private void changeWeather() {
        Weather weather = Weather.values()[random.nextInt(Weather.values().length)];
        store.answer((s, set) -> {
            if (random.nextInt(6) == 0) {
                decide();
                replicate();
            }
            return answer(weather, set);
        });
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
            case REFUSES_ONE -> set.head().endsWith("1") ? new Rejected("no") : store.take(set);
            case EVERYTHING -> answer(Weather.values()[random.nextInt(Weather.EVERYTHING.ordinal())], set);
        };
    }

    private void step() {
        if (open) {
            Duration pause = worker.step();
            if (pause.isNegative() || pause.compareTo(Duration.ofSeconds(60)) > 0) {
                throw new AssertionError("a pause of " + pause);
            }
        }
    }

    /** Without AssertJ, which is slow when it is asked a million times. */
    private void check() {
        store.sets().forEach((head, set) -> {
            Revision before = highest.put(head, set.revision());
            if (before != null && before.isNewerThan(set.revision())) {
                throw new AssertionError(head + " went back from " + before + " to " + set);
            }
            if (!decided.contains(set)) {
                throw new AssertionError("nobody decided " + set);
            }
        });
        if (worker.status().pending() > 2 * HEADS) {
            throw new AssertionError("more pending than there are heads: " + worker.status());
        }
    }

    /** Fair weather, and everything is heard of. */
    private void end() {
        store.heal();
        while (node.machine().state().lastIndex() < log.size()) {
            replicate();
        }
        openWhenCaughtUp();
        for (int i = 0; i < 20; i++) {
            worker.step();
            clock.advance(Duration.ofSeconds(61));
        }
        check();
        assertThat(store.sets()).as("what the store holds").isEqualTo(group.wanted());
        StoreStatus status = worker.status();
        assertThat(store.isEdited() && status.state() == StoreStatus.State.UP)
                .as("something that was changed by hand")
                .isFalse();
        assertThat(status.pending()).isZero();
        assertThat(status.lagMillis()).isZero();
        assertThat(status.state()).isEqualTo(StoreStatus.State.UP);
        int before = store.attempts();
        worker.step();
        assertThat(store.attempts()).as("attempts when all is done").isEqualTo(before);
    }
}
