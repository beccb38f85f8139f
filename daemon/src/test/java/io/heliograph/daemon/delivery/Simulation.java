package io.heliograph.daemon.delivery;

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
import io.heliograph.kv.Entry;
import io.heliograph.kv.WriteSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A group that decides, a node that hears of it late, and that node's stores. One clock, one thread; the seed chooses every
 * event.
 */
final class Simulation {

    private static final int HEADS = 4;
    private static final int STORES = 2;
    private static final String PREFIX = "m";
    /** Longer than any pause, so that everything parked comes again. */
    private static final Duration LONG = Duration.ofSeconds(61);

    private static final int LONG_PAUSES = 40;

    private final Random random;
    private final FakeClock clock = new FakeClock();
    /** What the group decided, whether this node knows it or not. */
    private final List<Command> log = new ArrayList<>();

    private final Decisions group = new Decisions();
    private final List<WriteSet> decided = new ArrayList<>();
    /** The same, as each layout makes it. */
    private final List<Set<WriteSet>> decidedByLayout = new ArrayList<>();

    private final List<SimulatedStore> stores = new ArrayList<>();
    private Decisions node = new Decisions();
    private long openAt;
    private boolean open;
    private byte[] onDisk = node.machine().snapshot();

    Simulation(long seed) {
        this.random = new Random(seed);
        SimulatedStore.LAYOUTS.forEach(layout -> decidedByLayout.add(new HashSet<>()));
        for (int i = 0; i < STORES; i++) {
            stores.add(new SimulatedStore(this, new Random(random.nextLong()), clock, node));
        }
        listen();
    }

    private void listen() {
        node.listen(this::changed, () -> stores.forEach(store -> store.worker().changedAll()));
    }

    private void changed(Collection<String> heads) {
        stores.forEach(store -> store.worker().changed(heads));
    }

    void run(int events) {
        for (int i = 0; i < events; i++) {
            event();
            check();
        }
        end();
    }

    private void event() {
        SimulatedStore store = stores.get(random.nextInt(STORES));
        switch (random.nextInt(24)) {
            case 0, 1, 2, 3 -> decide();
            case 4, 5, 6 -> replicate();
            case 7 -> clock.advance(Duration.ofMillis(random.nextInt(90_000)));
            case 8, 9 -> store.changeWeather();
            case 10 -> store.othersWrite(decided);
            case 11 -> onDisk = random.nextBoolean() ? node.machine().snapshot() : onDisk;
            case 12 -> restart();
            case 13 -> installSnapshot();
            case 14 -> store.editByHand();
            case 15 -> store.turnBack();
            case 16 -> {
                if (random.nextInt(4) == 0) {
                    store.changeOwner();
                }
            }
            default -> {
                if (open) {
                    store.step();
                }
            }
        }
    }

    private void check() {
        stores.forEach(store -> store.check(2 * HEADS));
    }

    private void decide() {
        int kind = random.nextInt(30);
        if (kind == 0) {
            decide(new RaiseEpoch(group.machine().state().epoch() + random.nextInt(2)));
            return;
        }
        String number = Integer.toString(random.nextInt(HEADS));
        if (kind < 4) {
            decide(kind % 2 == 0 ? new DeleteEntry("k" + number) : new DeleteCluster("a" + number));
            return;
        }
        decide(
                kind % 2 == 0
                        ? new PutEntry(new Entry("k" + number, "v" + random.nextInt(3)))
                        : master("a" + number, "db" + random.nextInt(3) + ":3306", null));
    }

    private static SetMaster master(String alias, String address, @Nullable HostPort expected) {
        return new SetMaster(
                alias, PREFIX, new Master(HostPort.parse(address), "", ""), expected, expected == null, "", 0);
    }

    private void decide(Command command) {
        log.add(command);
        group.decideAt(log.size(), command);
        for (WriteSet set : group.desired().all()) {
            if (set.revision().index() == log.size() || command instanceof RaiseEpoch) {
                decided.add(set);
                for (int i = 0; i < decidedByLayout.size(); i++) {
                    SimulatedStore.LAYOUTS.get(i).arrange(set).ifPresent(decidedByLayout.get(i)::add);
                }
            }
        }
    }

    /** Whether this is what a layout makes of something that was decided. */
    boolean hasDecided(int layout, WriteSet set) {
        return decidedByLayout.get(layout).contains(set);
    }

    /** What a store's worker asks for: a failover to what somebody wrote by hand, where it is still wanted. */
    boolean adopt(WriteSet was, String value) {
        String head = was.head();
        if (!head.startsWith(PREFIX + "/")) {
            return false;
        }
        String expected = was.entries().get(0).value();
        decide(master(head.substring(PREFIX.length() + 1), value, HostPort.parse(expected)));
        return true;
    }

    /** Something is decided while a call to a store is under way, and this node may hear of it. */
    void somebodyDecides() {
        decide();
        replicate();
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

    boolean isOpen() {
        return open;
    }

    private void openWhenCaughtUp() {
        if (!open && node.machine().state().lastIndex() >= openAt) {
            open = true;
            stores.forEach(store -> store.worker().changedAll());
        }
    }

    /** Comes back with what was on its disk, and waits until it knows what was decided before. */
    private void restart() {
        node = new Decisions();
        node.machine().restore(onDisk);
        stores.forEach(store -> store.restart(node));
        listen();
        open = false;
        openAt = log.size();
        openWhenCaughtUp();
    }

    /** Fair weather, and everything is heard of. */
    private void end() {
        stores.forEach(SimulatedStore::heal);
        for (int i = 0; i < LONG_PAUSES; i++) {
            while (node.machine().state().lastIndex() < log.size()) {
                replicate();
            }
            openWhenCaughtUp();
            stores.forEach(SimulatedStore::step);
            clock.advance(LONG);
        }
        check();
        stores.forEach(store -> store.checkEnd(group.wanted()));
    }
}
