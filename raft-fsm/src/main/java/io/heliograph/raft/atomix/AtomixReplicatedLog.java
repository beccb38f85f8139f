package io.heliograph.raft.atomix;

import io.heliograph.raft.CommitOutcome;
import io.heliograph.raft.CommitOutcome.Committed;
import io.heliograph.raft.CommitOutcome.Reason;
import io.heliograph.raft.CommitOutcome.Rejected;
import io.heliograph.raft.CommitOutcome.Unknown;
import io.heliograph.raft.CorruptLogException;
import io.heliograph.raft.FailStop;
import io.heliograph.raft.GroupMember;
import io.heliograph.raft.Leadership;
import io.heliograph.raft.LogApplication;
import io.heliograph.raft.MemberChange;
import io.heliograph.raft.RaftSettings;
import io.heliograph.raft.ReplicatedLog;
import io.heliograph.raft.Role;
import io.heliograph.raft.Standing;
import io.heliograph.raft.net.MemberNetwork;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The replicated log on atomix-raft. Until this node is a member of its group ({@link Admission}) there is only a
 * network; then there is a {@link RaftNode}.
 */
public final class AtomixReplicatedLog implements ReplicatedLog {

    private static final Logger LOG = LoggerFactory.getLogger(AtomixReplicatedLog.class);

    /** Room in an entry for what the library writes around a command. */
    private static final int ENTRY_OVERHEAD = 1024;

    private static final String BARRIER = "-barrier";
    private static final String PROMOTE = "-promote";

    private final RaftSettings settings;
    private final MemberNetwork network;
    private final LogApplication application;
    private final FailStop failStop;
    private final byte[] barrierCommand;
    private final AppliedIndex applied = new AppliedIndex();
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private final GroupWatch watch;
    private volatile NodeIdentity identity;
    private volatile @Nullable RaftNode node;
    private volatile @Nullable Admission admission;
    private boolean closed;

    @SuppressWarnings("ThisEscapedInObjectConstruction")
    private AtomixReplicatedLog(
            RaftSettings settings,
            MemberNetwork network,
            NodeIdentity identity,
            LogApplication application,
            FailStop failStop,
            byte[] barrierCommand) {
        this.settings = settings;
        this.network = network;
        this.identity = identity;
        this.application = application;
        this.failStop = failStop;
        this.barrierCommand = barrierCommand.clone();
        this.watch = new GroupWatch(settings, network, this::node, () -> this.identity, this::leave);
    }

    /**
     * Opens the log on disk, restores the newest snapshot and starts to take part in the group, or to ask to be let in.
     * Returns before there is a leader.
     *
     * @param barrierCommand a command that changes nothing
     * @throws IOException when the address cannot be listened on, or the directory cannot be used
     * @throws CorruptLogException when what is on disk cannot be trusted
     */
    public static AtomixReplicatedLog open(
            RaftSettings settings, LogApplication application, FailStop failStop, byte[] barrierCommand)
            throws IOException, CorruptLogException {
        Disk.createDirectory(settings.directory());
        NodeIdentity identity = identity(settings);
        SnapshotFiles.audit(settings.directory());
        MemberNetwork network = listen(settings);
        try {
            AtomixReplicatedLog log =
                    new AtomixReplicatedLog(settings, network, identity, application, failStop, barrierCommand);
            log.start();
            return log;
        } catch (CorruptLogException | RuntimeException e) {
            network.close();
            throw e;
        }
    }

    private static NodeIdentity identity(RaftSettings settings) throws IOException, CorruptLogException {
        Path directory = settings.directory();
        if (NodeIdentity.exists(directory)) {
            NodeIdentity found = NodeIdentity.read(directory);
            return found.kind() == Standing.Kind.JOINING
                    ? NodeIdentity.joining(found.incarnation(), settings.members())
                    : found;
        }
        try (Stream<Path> files = Files.list(directory)) {
            boolean inUse = files.map(file -> String.valueOf(file.getFileName()))
                    .anyMatch(name -> name.endsWith(".log") || name.endsWith(".snapshot") || name.equals("vote"));
            if (inUse) {
                throw new CorruptLogException(
                        directory + " has a log but no file " + NodeIdentity.FILE + " to say whose it is; restore the"
                                + " file, or move the directory away and start empty, the group takes the node in again",
                        new IOException("no identity"));
            }
        }
        NodeIdentity fresh = NodeIdentity.joining(new SecureRandom().nextLong(), settings.members());
        fresh.write(directory);
        return fresh;
    }

    private static MemberNetwork listen(RaftSettings settings) throws IOException {
        Map<String, String> addresses = new TreeMap<>();
        settings.members().forEach((id, member) -> addresses.put(id, member.raft()));
        try {
            return MemberNetwork.open(
                    settings.cluster(), settings.self(), settings.listen(), addresses, settings.tls());
        } catch (IOException e) {
            throw new IOException("cannot listen on raft.listen " + settings.listen() + ": " + e.getMessage(), e);
        }
    }

    private void start() throws CorruptLogException {
        switch (identity.kind()) {
            case MEMBER -> takePart(identity);
            case JOINING -> {
                Admission asking = new Admission(settings, network, identity, failStop, this::admitted);
                admission = asking;
                asking.start();
            }
            default -> LOG.warn("{}", standing().note());
        }
        network.serve(
                Admission.WHO,
                request -> CompletableFuture.completedFuture(whoWeAre().encode()));
        watch.start();
    }

    private synchronized void admitted(NodeIdentity member) {
        if (closed) {
            return;
        }
        LOG.info("This node is a member of its group now");
        try {
            takePart(member);
        } catch (CorruptLogException | RuntimeException e) {
            failStop.stop(FailStop.CORRUPTED_DATA, String.valueOf(e.getMessage()), e);
        }
    }

    private void takePart(NodeIdentity member) throws CorruptLogException {
        RaftNode opened = new RaftNode(
                settings, member, network, application, failStop, applied, list -> leave(Standing.Kind.REMOVED));
        identity = member;
        node = opened;
        listeners.forEach(listener -> listen(opened, listener));
        String group = RaftNode.subject(member.generation());
        network.serve(group + BARRIER, request -> commitBarrier(number(request)).thenApply(AtomixReplicatedLog::bytes));
        network.serve(group + PROMOTE, request -> opened.raft().anoint().thenApply(done -> bytes(0)));
        network.serve(Admission.ADMIT, new Receptionist(opened, member, this::commitBarrier)::admit);
        opened.begin();
    }

    /** This node takes no part any more, for good. */
    private synchronized void leave(Standing.Kind why) {
        RaftNode opened = node;
        if (opened == null || identity.kind() != Standing.Kind.MEMBER) {
            return;
        }
        NodeIdentity left = identity.left(why);
        try {
            left.write(settings.directory());
        } catch (IOException e) {
            LOG.error("Cannot write down that this node takes no part any more: {}", e.toString());
        }
        identity = left;
        opened.leave(why);
        LOG.warn("{}", standing().note());
    }

    /** Null until this node is a member. */
    @Nullable
    RaftNode node() {
        return node;
    }

    /** What other nodes are told: with the members as they are now and where to reach them, not as they were. */
    private NodeIdentity whoWeAre() {
        NodeIdentity known = identity;
        RaftNode opened = node;
        if (opened == null || known.kind() != Standing.Kind.MEMBER) {
            return known;
        }
        MemberHistory.At list = opened.committedMembers();
        TreeMap<String, GroupMember> members = new TreeMap<>(list.members());
        members.replaceAll((id, member) -> settings.resolved(member));
        return new NodeIdentity(
                known.incarnation(), known.kind(), known.generation(), list.index(), members, known.founders());
    }

    @Override
    public CompletableFuture<CommitOutcome> append(byte[] command, Duration timeout) {
        if (command.length > GuardedRaftContext.MAX_ENTRY_BYTES - ENTRY_OVERHEAD) {
            return CompletableFuture.completedFuture(new Rejected(
                    Reason.TOO_LARGE, "a command of " + command.length + " bytes does not fit into the log"));
        }
        RaftNode opened = node;
        return opened == null ? notYet() : inTime(opened.append(command), timeout);
    }

    private CompletableFuture<CommitOutcome> notYet() {
        return CompletableFuture.completedFuture(new Rejected(
                Reason.NOT_LEADER,
                "this node is not a member yet: " + standing().note()));
    }

    private static CompletableFuture<CommitOutcome> inTime(CompletableFuture<CommitOutcome> outcome, Duration timeout) {
        return outcome.completeOnTimeout(
                new Unknown("no quorum answered within " + timeout.toMillis() + " ms"),
                timeout.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    @Override
    public CompletableFuture<CommitOutcome> changeMembers(MemberChange change, Duration timeout) {
        RaftNode opened = node;
        return opened == null
                ? notYet()
                : inTime(opened.changeMembers(members -> MemberChanges.apply(change, members, settings)), timeout);
    }

    @Override
    public List<GroupMember> members() {
        RaftNode opened = node;
        return opened == null
                ? List.copyOf(settings.members().values())
                : opened.latestMembers().members().values().stream()
                        .map(settings::resolved)
                        .toList();
    }

    @Override
    public Standing standing() {
        Admission asking = admission;
        return switch (identity.kind()) {
            case MEMBER -> Standing.IS_MEMBER;
            case JOINING -> asking == null ? new Standing(Standing.Kind.JOINING, "starting") : asking.standing();
            case REMOVED -> new Standing(
                    Standing.Kind.REMOVED,
                    "this node was removed from its group; to bring it back, add it (heliograph member add "
                            + settings.self() + "), move its data directory away and start it empty");
            case SUPERSEDED -> new Standing(
                    Standing.Kind.SUPERSEDED,
                    "this node's group was given up and a new one made from another node's state; move its data"
                            + " directory away, add it there (heliograph member add " + settings.self()
                            + ") and start it empty");
        };
    }

    @Override
    public CompletableFuture<Long> barrier(Duration timeout) {
        RaftNode opened = node;
        String leader = opened == null ? null : opened.leader();
        if (leader == null || identity.kind() != Standing.Kind.MEMBER) {
            return CompletableFuture.failedFuture(new IllegalStateException("there is no leader"));
        }
        CompletableFuture<Long> index = leader.equals(settings.self())
                ? commitBarrier(timeout.toMillis())
                : network.ask(
                                leader,
                                RaftNode.subject(identity.generation()) + BARRIER,
                                bytes(timeout.toMillis()),
                                timeout)
                        .thenApply(AtomixReplicatedLog::number);
        return index.thenCompose(committed -> applied.await(committed, timeout));
    }

    private CompletableFuture<Long> commitBarrier(long timeoutMillis) {
        return append(barrierCommand, Duration.ofMillis(timeoutMillis)).thenApply(outcome -> {
            if (outcome instanceof Committed committed) {
                return committed.index();
            }
            throw new IllegalStateException("barrier not committed: " + outcome);
        });
    }

    private static byte[] bytes(long number) {
        return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
    }

    private static long number(byte[] bytes) {
        return ByteBuffer.wrap(bytes).getLong();
    }

    @Override
    public Leadership leadership() {
        RaftNode opened = node;
        return opened == null
                ? new Leadership(settings.self(), Role.INACTIVE, 0, null, false, 0, 0, 0)
                : opened.leadership();
    }

    /** Highest index of the log that is on this node's disk. */
    long forcedIndex() {
        RaftNode opened = node;
        return opened == null ? 0 : opened.raft().log().writer().forcedIndex();
    }

    @Override
    public CompletableFuture<Long> takeSnapshot() {
        RaftNode opened = node;
        return opened == null
                ? CompletableFuture.failedFuture(new IllegalStateException(
                        "this node is not a member yet: " + standing().note()))
                : opened.raft().driver().takeSnapshot();
    }

    @Override
    public CompletableFuture<byte[]> saveSnapshot() {
        return takeSnapshot().thenApply(index -> {
            RaftNode opened = node;
            if (opened == null || index == 0) {
                throw new IllegalStateException("there is nothing to save yet");
            }
            return opened.raft().driver().readNewest();
        });
    }

    @Override
    public CompletableFuture<Void> transferLeadership(String to, Duration timeout) {
        boolean hasVote = members().stream().anyMatch(member -> member.id().equals(to) && member.voting());
        if (!hasVote) {
            return CompletableFuture.failedFuture(
                    new IllegalArgumentException("no member with a vote has the id '" + to + "'"));
        }
        return network.ask(to, RaftNode.subject(identity.generation()) + PROMOTE, bytes(0), timeout)
                .thenApply(done -> null);
    }

    @Override
    public void onLeadershipChange(Runnable listener) {
        listeners.add(listener);
        RaftNode opened = node;
        if (opened != null) {
            listen(opened, listener);
        }
    }

    private static void listen(RaftNode opened, Runnable listener) {
        opened.raft().addRoleChangeListener(role -> listener.run());
        opened.raft().addLeaderElectionListener(leader -> listener.run());
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        watch.stop();
        Admission asking = admission;
        if (asking != null) {
            asking.stop();
        }
        RaftNode opened = node;
        if (opened != null) {
            opened.close();
        }
        network.close();
    }
}
