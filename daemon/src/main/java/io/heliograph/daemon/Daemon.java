package io.heliograph.daemon;

import io.heliograph.command.Command;
import io.heliograph.command.CommandCodec;
import io.heliograph.command.HostPort;
import io.heliograph.daemon.auth.Gate;
import io.heliograph.daemon.config.Configuration;
import io.heliograph.daemon.config.ConfigurationException;
import io.heliograph.daemon.config.LiveTokens;
import io.heliograph.daemon.config.Reload;
import io.heliograph.daemon.delivery.Delivery;
import io.heliograph.daemon.delivery.StoreEpochs;
import io.heliograph.daemon.http.HttpApi;
import io.heliograph.daemon.http.HttpDoor;
import io.heliograph.daemon.http.NodeIdentity;
import io.heliograph.daemon.log.Logging;
import io.heliograph.daemon.masters.AddressResolver;
import io.heliograph.daemon.masters.MasterControl;
import io.heliograph.daemon.metrics.Metrics;
import io.heliograph.fsm.StateListener;
import io.heliograph.fsm.StateMachine;
import io.heliograph.kv.Owner;
import io.heliograph.raft.CorruptLogException;
import io.heliograph.raft.FailStop;
import io.heliograph.raft.GroupMember;
import io.heliograph.raft.Leadership;
import io.heliograph.raft.RaftSettings;
import io.heliograph.raft.ReplicatedLog;
import io.heliograph.raft.atomix.AtomixReplicatedLog;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One node. The only place that knows every room. */
public final class Daemon implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Daemon.class);
    private static final Duration EPOCH_LIMIT = Duration.ofSeconds(2);
    private static final Duration HANDOVER = Duration.ofSeconds(2);

    private final Configuration configuration;
    private final ReplicatedLog log;
    private final HttpDoor door;
    /** What has been opened, newest first. */
    private final Deque<AutoCloseable> opened;

    private Daemon(Configuration configuration, ReplicatedLog log, HttpDoor door, Deque<AutoCloseable> opened) {
        this.configuration = configuration;
        this.log = log;
        this.door = door;
        this.opened = opened;
    }

    /**
     * Starts a node. Returns before it has found a leader.
     *
     * @param source reads the configuration again, when somebody asks for it
     * @throws StartupException when it cannot start; nothing of it is left running then
     */
    public static Daemon start(Configuration configuration, FileReload.Source source) throws StartupException {
        Deque<AutoCloseable> opened = new ArrayDeque<>();
        try {
            return wire(configuration, source, opened);
        } catch (CorruptLogException e) {
            closeAll(opened);
            throw new StartupException(FailStop.CORRUPTED_DATA, String.valueOf(e.getMessage()), e);
        } catch (IOException e) {
            closeAll(opened);
            throw new StartupException(1, String.valueOf(e.getMessage()), e);
        } catch (StartupException | RuntimeException e) {
            closeAll(opened);
            throw e;
        }
    }

    private static Daemon wire(Configuration configuration, FileReload.Source source, Deque<AutoCloseable> opened)
            throws StartupException, IOException, CorruptLogException {
        Logging logging = Logging.ofProcess();
        logging.apply(configuration.log());
        HangUp hangUp = HangUp.listen();
        Warnings.unencrypted(configuration).ifPresent(LOG::warn);
        Warnings.tokensInTheClear(configuration).ifPresent(LOG::warn);
        HttpDoor door = HttpDoor.open(configuration.http(), gate(configuration));
        opened.push(door);
        checkFree(configuration.raft().listen());
        DataDirectory directory = DataDirectory.open(
                configuration.node().dataDir(),
                configuration.cluster(),
                configuration.node().id());
        opened.push(directory);
        // SQLite's driver unpacks its library at each start, and leaves it behind when the process is killed
        System.setProperty("org.sqlite.tmpdir", directory.temporary().toString());

        Metrics metrics = new Metrics();
        Ears ears = new Ears();
        StateMachine machine = new StateMachine(configuration.cluster(), ears);
        Delivery delivery = new Delivery(() -> machine.state().desired(), metrics);
        opened.push(delivery);
        NodeIdentity identity = NodeIdentity.of(configuration.http());
        HandEditAdoption handEdits = new HandEditAdoption(configuration, identity, machine::state);
        opened.push(handEdits);
        Stores stores = new Stores(
                delivery, new Owner(configuration.cluster()), handEdits, LayoutsFile.open(directory.layouts()));
        opened.push(stores);
        stores.openInternal(directory.internalStore());
        stores.apply(configuration.stores());
        delivery.keepTimes(machine::state, configuration.kv().masterPrefix());
        ears.delivery = delivery;

        ReplicatedLog log = new CalmHandover(AtomixReplicatedLog.open(
                raftSettings(configuration, directory),
                new MachineApplication(machine),
                new ProcessFailStop(),
                CommandCodec.encode(new Command.Barrier())));
        opened.push(log);
        SnapshotScheduler snapshots =
                new SnapshotScheduler(log, configuration.snapshot().afterFailover());
        opened.push(snapshots);
        ears.listen(snapshots);
        StoreEpochs epochs = new StoreEpochs(delivery, configuration.kv().masterPrefix());
        AddressResolver resolver = new AddressResolver();
        opened.push(resolver);
        MasterControl masters = new MasterControl(
                log,
                machine::state,
                () -> epochs.highest(EPOCH_LIMIT),
                resolver,
                InstantSource.system(),
                configuration.kv().masterPrefix(),
                configuration.http().requestTimeout());

        metrics.watchRaft(log::leadership);
        metrics.watchStores(delivery::status);
        metrics.watchWaits(delivery::waits);
        watchLeadership(log, metrics);
        Reload reload = new FileReload(source, configuration, stores, snapshots::delay, logging::apply);
        hangUp.attach(() -> reloadAndTell(reload));
        HttpApi.serve(
                door, configuration, identity, log, machine, delivery, masters, metrics, reload, delivery::isOpen);
        delivery.start();
        CatchUp catchUp = new CatchUp(log, delivery::open);
        opened.push(catchUp);
        catchUp.start();
        LOG.info(
                "Node {} of cluster {}: http {}, raft {}, data {}",
                configuration.node().id(),
                configuration.cluster(),
                configuration.http().listen(),
                configuration.raft().listen(),
                configuration.node().dataDir());
        return new Daemon(configuration, log, door, opened);
    }

    private static Gate gate(Configuration configuration) throws StartupException {
        Configuration.Auth auth = configuration.http().auth();
        if (auth == null) {
            return Gate.open();
        }
        try {
            return Gate.guarded(LiveTokens.open(auth.tokensFile(), InstantSource.system()), InstantSource.system());
        } catch (ConfigurationException e) {
            throw new StartupException(2, String.valueOf(e.getMessage()), e);
        }
    }

    private static void reloadAndTell(Reload reload) {
        try {
            reload.run();
        } catch (ConfigurationException e) {
            LOG.error("SIGHUP changed nothing: see above");
        } catch (IOException e) {
            LOG.error("SIGHUP changed nothing: {}", e.getMessage());
        }
    }

    /** Finds out early, before anything is written. */
    private static void checkFree(String listen) throws IOException {
        HostPort address = HostPort.parse(listen);
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(new java.net.InetSocketAddress(InetAddress.getByName(address.host()), address.port()));
        } catch (IOException e) {
            throw new IOException("cannot listen on raft.listen " + listen + ": " + e.getMessage(), e);
        }
    }

    private static RaftSettings raftSettings(Configuration configuration, DataDirectory directory) {
        TreeMap<String, GroupMember> members = new TreeMap<>();
        configuration
                .raft()
                .members()
                .forEach((id, member) -> members.put(id, new GroupMember(id, member.raft(), member.http(), true)));
        return new RaftSettings(
                configuration.cluster(),
                configuration.node().id(),
                members,
                configuration.raft().listen(),
                directory.raft(),
                configuration.raft().electionTimeout(),
                configuration.raft().tls());
    }

    private static void watchLeadership(ReplicatedLog log, Metrics metrics) {
        AtomicReference<String> last = new AtomicReference<>("");
        log.onLeadershipChange(() -> {
            Leadership at = log.leadership();
            String now = at.leader()
                    .map(id -> "Leader is " + id + ", term " + at.term())
                    .orElse("No leader");
            if (!now.equals(last.getAndSet(now))) {
                LOG.info("{}", now);
                if (at.leader().isPresent()) {
                    metrics.leaderChanged();
                }
            }
        });
    }

    /**
     * Hands leadership over where this node leads, answers what it was asked, then stops. Takes a few seconds at most.
     */
    @Override
    public void close() {
        handOver();
        door.drain(configuration.http().requestTimeout());
        closeAll(opened);
    }

    private void handOver() {
        if (!log.leadership().isLeader()) {
            return;
        }
        Optional<String> next = log.members().stream()
                .filter(GroupMember::voting)
                .map(GroupMember::id)
                .filter(id -> !id.equals(configuration.node().id()))
                .filter(this::takesOver)
                .findFirst();
        next.ifPresent(id -> LOG.info("Handed leadership to {}", id));
    }

    private boolean takesOver(String id) {
        try {
            log.transferLeadership(id, HANDOVER).get(HANDOVER.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (Exception e) {
            return false;
        }
    }

    private static void closeAll(Deque<AutoCloseable> opened) {
        while (!opened.isEmpty()) {
            AutoCloseable next = opened.pop();
            try {
                next.close();
            } catch (Exception e) {
                LOG.warn("Stopping {}: {}", next.getClass().getSimpleName(), e.toString());
            }
        }
    }

    /** Hears of changes of the state before there is a log, too. */
    private static final class Ears implements StateListener {

        volatile @Nullable Delivery delivery;
        private @Nullable SnapshotScheduler snapshots;
        private long missed;

        synchronized void listen(SnapshotScheduler scheduler) {
            snapshots = scheduler;
            if (missed > 0) {
                scheduler.masterChanged(missed);
            }
        }

        @Override
        public void changed(Collection<String> heads) {
            Delivery open = delivery;
            if (open != null) {
                open.changed(heads);
            }
        }

        @Override
        public synchronized void masterChanged(long index) {
            if (snapshots == null) {
                missed = Math.max(missed, index);
            } else {
                snapshots.masterChanged(index);
            }
        }

        @Override
        public void restored() {
            Delivery open = delivery;
            if (open != null) {
                open.changedAll();
            }
        }
    }
}
