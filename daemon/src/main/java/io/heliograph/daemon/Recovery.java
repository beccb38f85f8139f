package io.heliograph.daemon;

import io.heliograph.daemon.config.Configuration;
import io.heliograph.fsm.ReplicatedState;
import io.heliograph.fsm.SnapshotException;
import io.heliograph.fsm.StateListener;
import io.heliograph.fsm.StateMachine;
import io.heliograph.raft.CorruptLogException;
import io.heliograph.raft.FailStop;
import io.heliograph.raft.LogApplication;
import io.heliograph.raft.atomix.OfflineGroup;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Collection;
import java.util.List;

/**
 * Begins a new group with the state of the old one, when a majority of that is gone for good. The new group has an epoch
 * and a generation of its own: its revisions are newer than all of the old group's, and nodes of the old group that come
 * back find that they were given up.
 *
 * <p>Nothing is deleted. The new log is written beside the old one, whole and forced, before the two are renamed; a crash
 * in between leaves either the old directory as it was, or {@code raft.new} to go on with.
 */
public final class Recovery {

    /**
     * What a new group begins with.
     *
     * @param index where the state stands in the old log
     * @param epoch of the new group
     * @param generation of the new group
     * @param clusters number of registered clusters
     * @param keys number of keys
     * @param before where the old log is kept, empty when there was none
     */
    public record Report(long index, long epoch, long generation, int clusters, int keys, String before) {}

    /**
     * What a saved snapshot holds.
     *
     * @param index its place in the log
     * @param term term of the entry there
     * @param members ids of the members then
     * @param epoch its epoch
     * @param digest the digest that nodes showed at that place
     * @param clusters number of registered clusters
     * @param keys number of keys
     * @param failovers number of failovers it remembers
     */
    public record Contents(
            long index,
            long term,
            List<String> members,
            long epoch,
            String digest,
            int clusters,
            int keys,
            int failovers) {}

    private final Configuration configuration;
    private final StateMachine machine;

    private Recovery(Configuration configuration) {
        this.configuration = configuration;
        this.machine = new StateMachine(configuration.cluster(), new NobodyListens());
    }

    /**
     * Begins a new group with what this node's own directory holds. The server must be stopped.
     *
     * @throws StartupException when it cannot be done; nothing has changed then
     */
    public static Report fromSurvivor(Configuration configuration) throws StartupException {
        Recovery recovery = new Recovery(configuration);
        return recovery.run(raft -> OfflineGroup.read(raft, recovery.application()));
    }

    /**
     * Begins a new group with a saved snapshot. The node must be empty, or never have been a member.
     *
     * @throws StartupException when it cannot be done; nothing has changed then
     */
    public static Report fromFile(Configuration configuration, Path file) throws StartupException {
        Recovery recovery = new Recovery(configuration);
        return recovery.run(raft -> {
            if (OfflineGroup.wasMember(raft)) {
                throw new IOException(raft + " holds a log of its own; move "
                        + configuration.node().dataDir() + " away first, or begin with that log (--survivor)");
            }
            return OfflineGroup.inspect(Files.readAllBytes(file), recovery.application());
        });
    }

    /**
     * Reads a saved snapshot.
     *
     * @param cluster the cluster it must be of
     * @throws IOException when it cannot be read; one line
     */
    public static Contents inspect(String cluster, Path file) throws IOException {
        StateMachine machine = new StateMachine(cluster, new NobodyListens());
        try {
            OfflineGroup.Found where = OfflineGroup.inspect(Files.readAllBytes(file), application(machine));
            ReplicatedState state = machine.state();
            return new Contents(
                    where.index(),
                    where.term(),
                    List.copyOf(where.members().keySet()),
                    state.epoch(),
                    machine.digest(),
                    state.clusters().all().size(),
                    keys(state),
                    state.failovers().all().size());
        } catch (SnapshotException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /** Where the state to begin with comes from. */
    private interface Origin {
        OfflineGroup.Found read(Path raft) throws IOException, CorruptLogException;
    }

    private Report run(Origin origin) throws StartupException {
        String id = configuration.node().id();
        Path dataDir = configuration.node().dataDir();
        try (DataDirectory directory = DataDirectory.open(dataDir, configuration.cluster(), id)) {
            Path raft = directory.raft();
            Path fresh = dataDir.resolve("raft.new");
            if (Files.exists(fresh)) {
                throw new StartupException(
                        FailStop.CORRUPTED_DATA,
                        fresh + " is left from an earlier attempt; "
                                + (!Files.exists(raft) && Files.exists(dataDir.resolve("raft.before-1"))
                                        ? "it is whole: rename it to " + raft + " and start the server"
                                        : "delete it and try again"));
            }
            OfflineGroup.Found found = origin.read(raft);
            byte[] state = machine.snapshotOfNextEpoch();
            long epoch = machine.state().epoch() + 1;
            // the same file may be restored more than once, and each time must be another group
            long generation = Math.max(found.generation() + 1, Instant.now().getEpochSecond());
            OfflineGroup.found(fresh, generation, found.term() + 1, found.index(), id, state);
            String before = exchange(dataDir, raft, fresh);
            ReplicatedState now = machine.state();
            return new Report(
                    found.index(), epoch, generation, now.clusters().all().size(), keys(now), before);
        } catch (CorruptLogException e) {
            throw new StartupException(FailStop.CORRUPTED_DATA, String.valueOf(e.getMessage()), e);
        } catch (IOException | SnapshotException | IllegalStateException e) {
            throw new StartupException(1, "no new group was begun: " + e.getMessage(), e);
        }
    }

    private static String exchange(Path dataDir, Path raft, Path fresh) throws IOException {
        String kept = "";
        if (Files.exists(raft)) {
            Path before = unused(dataDir);
            Files.move(raft, before);
            kept = before.toString();
        }
        Files.move(fresh, raft);
        try (FileChannel names = FileChannel.open(dataDir, StandardOpenOption.READ)) {
            names.force(true);
        }
        return kept;
    }

    private static Path unused(Path dataDir) {
        int number = 1;
        while (Files.exists(dataDir.resolve("raft.before-" + number))) {
            number++;
        }
        return dataDir.resolve("raft.before-" + number);
    }

    private static int keys(ReplicatedState state) {
        return state.desired().all().stream()
                .mapToInt(set -> set.entries().size())
                .sum();
    }

    private LogApplication application() {
        return application(machine);
    }

    private static LogApplication application(StateMachine machine) {
        return new MachineApplication(machine);
    }

    private static final class NobodyListens implements StateListener {
        @Override
        public void changed(Collection<String> heads) {
            // offline
        }

        @Override
        public void masterChanged(long index) {
            // offline
        }

        @Override
        public void restored() {
            // offline
        }
    }
}
