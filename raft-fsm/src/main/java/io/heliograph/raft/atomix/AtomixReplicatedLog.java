package io.heliograph.raft.atomix;

import io.atomix.cluster.MemberId;
import io.atomix.protocols.raft.RaftError;
import io.atomix.protocols.raft.RaftServer;
import io.atomix.protocols.raft.cluster.impl.DefaultRaftMember;
import io.atomix.protocols.raft.cluster.impl.RaftMemberContext;
import io.atomix.protocols.raft.impl.DefaultRaftServer;
import io.atomix.protocols.raft.partition.impl.RaftNamespaces;
import io.atomix.protocols.raft.protocol.CommandResponse;
import io.atomix.protocols.raft.protocol.RaftResponse;
import io.atomix.protocols.raft.protocol.TransferRequest;
import io.atomix.protocols.raft.protocol.TransferResponse;
import io.atomix.protocols.raft.storage.RaftStorage;
import io.atomix.storage.StorageLevel;
import io.atomix.utils.concurrent.ThreadContextFactory;
import io.atomix.utils.concurrent.ThreadModel;
import io.atomix.utils.serializer.Namespace;
import io.atomix.utils.serializer.Namespaces;
import io.atomix.utils.serializer.Serializer;
import io.heliograph.raft.CommitOutcome;
import io.heliograph.raft.CommitOutcome.Committed;
import io.heliograph.raft.CommitOutcome.Reason;
import io.heliograph.raft.CommitOutcome.Rejected;
import io.heliograph.raft.CommitOutcome.Unknown;
import io.heliograph.raft.CorruptLogException;
import io.heliograph.raft.FailStop;
import io.heliograph.raft.Leadership;
import io.heliograph.raft.LogApplication;
import io.heliograph.raft.RaftSettings;
import io.heliograph.raft.ReplicatedLog;
import io.heliograph.raft.Role;
import io.heliograph.raft.net.MemberNetwork;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The replicated log on atomix-raft. Wires the parts of the guard together. */
public final class AtomixReplicatedLog implements ReplicatedLog {

    private static final Logger LOG = LoggerFactory.getLogger(AtomixReplicatedLog.class);

    /** Room in an entry for what the library writes around a command. */
    private static final int ENTRY_OVERHEAD = 1024;

    private static final String BARRIER = "heliograph-barrier";
    private static final String PROMOTE = "heliograph-promote";

    static final Serializer MESSAGES = Serializer.using(Namespace.builder()
            .register(RaftNamespaces.RAFT_PROTOCOL)
            .nextId(Namespaces.BEGIN_USER_CUSTOM_ID + 200)
            .register(TransferRequest.class)
            .register(TransferResponse.class)
            .build());

    private final RaftSettings settings;
    private final MemberNetwork network;
    private final GuardedProtocol protocol;
    private final GuardedRaftContext raft;
    private final CommandSession session;
    private final AppliedIndex applied;
    private final byte[] barrierCommand;
    private final CheckQuorum checkQuorum;
    private volatile long leaderSinceNanos;

    private AtomixReplicatedLog(
            RaftSettings settings,
            MemberNetwork network,
            GuardedProtocol protocol,
            GuardedRaftContext raft,
            CommandSession session,
            AppliedIndex applied,
            byte[] barrierCommand) {
        this.settings = settings;
        this.network = network;
        this.protocol = protocol;
        this.raft = raft;
        this.session = session;
        this.applied = applied;
        this.barrierCommand = barrierCommand.clone();
        this.checkQuorum = new CheckQuorum(raft, this::leaderHasQuorum);
    }

    /**
     * Opens the log on disk, restores the newest snapshot and starts to take part in the group. Returns before there is
     * a leader.
     *
     * @param barrierCommand a command that changes nothing
     * @throws IOException when the address cannot be listened on, or the directory cannot be used
     * @throws CorruptLogException when what is on disk cannot be trusted
     */
    public static AtomixReplicatedLog open(
            RaftSettings settings, LogApplication application, FailStop failStop, byte[] barrierCommand)
            throws IOException, CorruptLogException {
        Files.createDirectories(settings.directory());
        VoteRecord vote = VoteRecord.open(settings.directory(), failStop);
        MemberNetwork network = listen(settings);
        GuardedProtocol protocol = new GuardedProtocol(
                MESSAGES,
                new NetworkCommunication(network, settings.electionTimeout().multipliedBy(2)));
        ThreadContextFactory threads =
                ThreadModel.SHARED_THREAD_POOL.factory("raft-%d", 2, LoggerFactory.getLogger("io.heliograph.raft"));
        AppliedIndex applied = new AppliedIndex();
        GuardedRaftContext raft = new GuardedRaftContext(
                MemberId.from(settings.self()),
                new StaticMembership(settings),
                protocol,
                storage(settings),
                CommandSession.types(),
                threads,
                application,
                failStop,
                applied,
                vote);
        if (raft.getTerm() > vote.term()) {
            network.close();
            throw new CorruptLogException(
                    "the vote record in " + settings.directory() + " is missing or old: it knows term " + vote.term()
                            + ", this node has been in term " + raft.getTerm()
                            + "; restore the file vote, or remove this node and add it anew",
                    new IOException("vote record"));
        }
        raft.setElectionTimeout(settings.electionTimeout());
        raft.setHeartbeatInterval(settings.heartbeatInterval());
        try {
            raft.driver().restoreAtStart().join();
        } catch (CompletionException e) {
            network.close();
            throw new CorruptLogException(
                    "cannot restore " + raft.snapshots().file(raft.snapshots().newestIndex()) + ": "
                            + (e.getCause() == null ? e : e.getCause()).getMessage(),
                    e);
        }
        AtomixReplicatedLog log = new AtomixReplicatedLog(
                settings, network, protocol, raft, new CommandSession(raft, threads), applied, barrierCommand);
        log.start();
        return log;
    }

    private static MemberNetwork listen(RaftSettings settings) throws IOException {
        try {
            return MemberNetwork.open(settings.cluster(), settings.self(), settings.listen(), settings.members());
        } catch (IOException e) {
            throw new IOException("cannot listen on raft.listen " + settings.listen() + ": " + e.getMessage(), e);
        }
    }

    /** The library's own part of the directory: term, configuration and snapshots. Its log stays empty. */
    private static RaftStorage storage(RaftSettings settings) {
        return RaftStorage.builder()
                .withPrefix("heliograph")
                .withDirectory(settings.directory().toFile())
                .withStorageLevel(StorageLevel.DISK)
                .withMaxSegmentSize(1024)
                .withMaxEntrySize(256)
                .withNamespace(RaftNamespaces.RAFT_STORAGE)
                .withDynamicCompaction(false)
                .build();
    }

    private void start() {
        network.serve(BARRIER, request -> commitBarrier(millis(request)).thenApply(AtomixReplicatedLog::bytes));
        network.serve(PROMOTE, request -> raft.anoint().thenApply(done -> bytes(0)));
        raft.addRoleChangeListener(role -> {
            if (role == RaftServer.Role.LEADER) {
                leaderSinceNanos = System.nanoTime();
            }
        });
        protocol.open(raft);
        checkQuorum.start(settings.heartbeatInterval());
        List<MemberId> members =
                settings.members().keySet().stream().map(MemberId::from).collect(Collectors.toList());
        new DefaultRaftServer(raft).bootstrap(members).whenComplete((server, error) -> {
            if (error != null) {
                LOG.warn("Joining the Raft group: {}", error.getMessage());
            }
        });
    }

    @Override
    public CompletableFuture<CommitOutcome> append(byte[] command, Duration timeout) {
        if (command.length > GuardedRaftContext.MAX_ENTRY_BYTES - ENTRY_OVERHEAD) {
            return CompletableFuture.completedFuture(new Rejected(
                    Reason.TOO_LARGE, "a command of " + command.length + " bytes does not fit into the log"));
        }
        CompletableFuture<CommitOutcome> outcome = new CompletableFuture<>();
        raft.getThreadContext().execute(() -> {
            if (raft.getRole() != RaftServer.Role.LEADER) {
                outcome.complete(new Rejected(Reason.NOT_LEADER, "this node does not lead"));
                return;
            }
            raft.getRaftRole()
                    .onCommand(session.request(command))
                    .whenComplete((response, error) ->
                            outcome.complete(error == null ? outcomeOf(response) : new Unknown(String.valueOf(error))));
        });
        return outcome.completeOnTimeout(
                new Unknown("no quorum answered within " + timeout.toMillis() + " ms"),
                timeout.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    private static CommitOutcome outcomeOf(CommandResponse response) {
        if (response.status() == RaftResponse.Status.OK) {
            return new Committed(response.index(), new CommitOutcome.Result(response.result()));
        }
        // the library answers so before it appends, while leadership is being handed over
        if (response.error().type() == RaftError.Type.ILLEGAL_MEMBER_STATE) {
            return new Rejected(Reason.NOT_LEADER, "this node is handing over leadership");
        }
        return new Unknown("leadership was lost before a quorum answered");
    }

    @Override
    public CompletableFuture<Long> barrier(Duration timeout) {
        DefaultRaftMember leader = raft.getLeader();
        if (leader == null) {
            return CompletableFuture.failedFuture(new IllegalStateException("there is no leader"));
        }
        CompletableFuture<Long> index = leader.memberId().id().equals(settings.self())
                ? commitBarrier(timeout.toMillis())
                : network.ask(leader.memberId().id(), BARRIER, bytes(timeout.toMillis()), timeout)
                        .thenApply(AtomixReplicatedLog::millis);
        return index.thenCompose(applied::await).orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS);
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

    private static long millis(byte[] bytes) {
        return ByteBuffer.wrap(bytes).getLong();
    }

    @Override
    public Leadership leadership() {
        Role role = role();
        DefaultRaftMember leader = raft.getLeader();
        return new Leadership(
                settings.self(),
                role,
                raft.getTerm(),
                leader == null ? null : leader.memberId().id(),
                role == Role.LEADER ? leaderHasQuorum() : leader != null && isRecent(protocol.heardFromLeaderNanos()),
                raft.getCommitIndex(),
                applied.get(),
                raft.snapshots().newestIndex());
    }

    /** Highest index of the log that is on this node's disk. */
    long forcedIndex() {
        return raft.log().writer().forcedIndex();
    }

    private Role role() {
        return switch (raft.getRole()) {
            case LEADER -> Role.LEADER;
            case FOLLOWER -> Role.FOLLOWER;
            case CANDIDATE -> Role.CANDIDATE;
            default -> Role.INACTIVE;
        };
    }

    private boolean leaderHasQuorum() {
        long oldest =
                System.currentTimeMillis() - 2 * settings.electionTimeout().toMillis();
        List<RaftMemberContext> others = raft.getCluster().getActiveMemberStates();
        long answered = others.stream()
                .filter(member -> member.getResponseTime() >= oldest)
                .count();
        return answered + 1 >= raft.getCluster().getQuorum() || isRecent(leaderSinceNanos);
    }

    private boolean isRecent(long nanos) {
        return System.nanoTime() - nanos < 2 * settings.electionTimeout().toNanos();
    }

    @Override
    public CompletableFuture<Long> takeSnapshot() {
        return raft.driver().takeSnapshot();
    }

    @Override
    public CompletableFuture<Void> transferLeadership(String to, Duration timeout) {
        if (!settings.members().containsKey(to)) {
            return CompletableFuture.failedFuture(new IllegalArgumentException("no member has the id '" + to + "'"));
        }
        return network.ask(to, PROMOTE, bytes(0), timeout).thenApply(done -> null);
    }

    @Override
    public void onLeadershipChange(Runnable listener) {
        raft.addRoleChangeListener(role -> listener.run());
        raft.addLeaderElectionListener(leader -> listener.run());
    }

    @Override
    public void close() {
        CompletableFuture<@Nullable Void> inactive = new CompletableFuture<>();
        raft.getThreadContext().execute(() -> {
            checkQuorum.stop();
            raft.transition(RaftServer.Role.INACTIVE);
            inactive.complete(null);
        });
        inactive.completeOnTimeout(null, 2, TimeUnit.SECONDS).join();
        raft.close();
        network.close();
    }
}
