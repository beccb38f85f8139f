package io.heliograph.raft.atomix;

import io.atomix.cluster.MemberId;
import io.atomix.cluster.messaging.ClusterCommunicationService;
import io.atomix.protocols.raft.cluster.impl.RaftMemberContext;
import io.atomix.protocols.raft.partition.impl.RaftServerCommunicator;
import io.atomix.protocols.raft.protocol.AppendRequest;
import io.atomix.protocols.raft.protocol.AppendResponse;
import io.atomix.protocols.raft.protocol.CloseSessionRequest;
import io.atomix.protocols.raft.protocol.CloseSessionResponse;
import io.atomix.protocols.raft.protocol.CommandRequest;
import io.atomix.protocols.raft.protocol.CommandResponse;
import io.atomix.protocols.raft.protocol.ConfigureRequest;
import io.atomix.protocols.raft.protocol.ConfigureResponse;
import io.atomix.protocols.raft.protocol.InstallRequest;
import io.atomix.protocols.raft.protocol.InstallResponse;
import io.atomix.protocols.raft.protocol.JoinRequest;
import io.atomix.protocols.raft.protocol.JoinResponse;
import io.atomix.protocols.raft.protocol.KeepAliveRequest;
import io.atomix.protocols.raft.protocol.KeepAliveResponse;
import io.atomix.protocols.raft.protocol.LeaveRequest;
import io.atomix.protocols.raft.protocol.LeaveResponse;
import io.atomix.protocols.raft.protocol.MetadataRequest;
import io.atomix.protocols.raft.protocol.MetadataResponse;
import io.atomix.protocols.raft.protocol.OpenSessionRequest;
import io.atomix.protocols.raft.protocol.OpenSessionResponse;
import io.atomix.protocols.raft.protocol.PollRequest;
import io.atomix.protocols.raft.protocol.PollResponse;
import io.atomix.protocols.raft.protocol.QueryRequest;
import io.atomix.protocols.raft.protocol.QueryResponse;
import io.atomix.protocols.raft.protocol.RaftResponse;
import io.atomix.protocols.raft.protocol.ReconfigureRequest;
import io.atomix.protocols.raft.protocol.ReconfigureResponse;
import io.atomix.protocols.raft.protocol.VoteRequest;
import io.atomix.protocols.raft.protocol.VoteResponse;
import io.atomix.utils.serializer.Serializer;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Every Raft message in and out of this server passes here.
 *
 * <p>A follower's "yes" to an append waits until all it claims is on disk (Raft paper, figure 2). The leader sends its
 * entries at once and forces its own log meanwhile; {@link GuardedRaftContext#setCommitIndex} waits for that. The
 * library's client protocol is not served: commands come from this process only.
 */
final class GuardedProtocol extends RaftServerCommunicator {

    private volatile @Nullable GuardedRaftContext context;
    /** The Raft thread only. */
    private @Nullable CommitNotice commitNotice;

    private volatile long heardFromLeaderNanos = System.nanoTime() - Long.MAX_VALUE / 2;

    /**
     * @param group what the subjects of messages begin with; members of another group do not hear them
     */
    GuardedProtocol(String group, Serializer serializer, ClusterCommunicationService communication) {
        super(group, serializer, communication);
    }

    /** Lets messages in. */
    void open(GuardedRaftContext opened) {
        context = opened;
    }

    /** Lets no message in any more. */
    void shut() {
        context = null;
    }

    /** When an append of the current leader last came in, as {@link System#nanoTime} tells it. */
    long heardFromLeaderNanos() {
        return heardFromLeaderNanos;
    }

    private <Q, R> Function<Q, CompletableFuture<R>> onRaftThread(
            BiFunction<GuardedRaftContext, Q, CompletableFuture<R>> handler) {
        return request -> {
            GuardedRaftContext opened = context;
            return opened == null
                    ? CompletableFuture.failedFuture(new IllegalStateException("this node is starting"))
                    : CompletableFuture.supplyAsync(() -> handler.apply(opened, request), opened.getThreadContext())
                            .thenCompose(response -> response);
        };
    }

    @Override
    public CompletableFuture<AppendResponse> append(MemberId to, AppendRequest request) {
        GuardedRaftContext opened = context;
        if (opened == null) {
            return super.append(to, request);
        }
        if (!request.entries().isEmpty()) {
            opened.log().writer().forceAsync();
        }
        CompletableFuture<AppendResponse> reply = super.append(to, request)
                .thenApplyAsync(
                        response -> {
                            resendSnapshotWhereNeeded(opened, to, response);
                            return response;
                        },
                        opened.getThreadContext());
        RaftMemberContext member = opened.getCluster().getMemberState(to);
        CommitNotice notice = commitNotice(opened);
        if (member != null) {
            notice.sent(member, request);
        }
        return opened.inFlight().track(member, reply, opened.getThreadContext(), notice::answered);
    }

    private CommitNotice commitNotice(GuardedRaftContext opened) {
        CommitNotice notice = commitNotice;
        if (notice == null) {
            notice = new CommitNotice(
                    opened, (member, request) -> super.append(member.getMember().memberId(), request));
            commitNotice = notice;
        }
        return notice;
    }

    /**
     * A follower that lost its data needs the snapshot again, though the leader remembers having sent it. Runs on the
     * Raft thread.
     */
    private static void resendSnapshotWhereNeeded(GuardedRaftContext opened, MemberId to, AppendResponse response) {
        boolean behindOurLog = response.status() == RaftResponse.Status.OK
                && !response.succeeded()
                && response.term() <= opened.getTerm()
                && response.lastLogIndex() < opened.log().firstIndex() - 1;
        RaftMemberContext member = opened.getCluster().getMemberState(to);
        if (behindOurLog && member != null && member.getSnapshotIndex() > response.lastLogIndex()) {
            member.setSnapshotIndex(0);
            member.setNextSnapshotIndex(0);
            member.setNextSnapshotOffset(0);
        }
    }

    /*
     * The handlers below look at this node's state and hand the message to its role within one task of the Raft thread.
     * The library's own handlers would begin another, and what was found could be otherwise by then.
     */

    @Override
    public void registerAppendHandler(Function<AppendRequest, CompletableFuture<AppendResponse>> library) {
        super.registerAppendHandler(
                onRaftThread((opened, request) -> appendChecked(opened, request).thenCompose(response -> {
                    if (request.term() >= opened.getTerm()) {
                        heardFromLeaderNanos = System.nanoTime();
                    }
                    boolean claimsEntries = response.status() == RaftResponse.Status.OK
                            && response.succeeded()
                            && opened.log().writer().forcedIndex() < response.lastLogIndex();
                    return claimsEntries
                            ? opened.log().writer().forceAsync().thenApply(forced -> response)
                            : CompletableFuture.completedFuture(response);
                })));
    }

    private static CompletableFuture<AppendResponse> appendChecked(GuardedRaftContext opened, AppendRequest request) {
        AppendChecks checks = opened.appendChecks();
        OptionalLong goOnAfter = checks.refuse(request);
        if (goOnAfter.isPresent()) {
            return opened.getRaftRole()
                    .onAppend(AppendChecks.unbelievable(request))
                    .thenApply(response -> AppendChecks.refusal(response, goOnAfter.getAsLong()));
        }
        return opened.getRaftRole().onAppend(checks.prepared(request));
    }

    @Override
    public void registerInstallHandler(Function<InstallRequest, CompletableFuture<InstallResponse>> library) {
        super.registerInstallHandler(onRaftThread((opened, request) -> {
            if (request.term() >= opened.getTerm()) {
                heardFromLeaderNanos = System.nanoTime();
                // our state is at least as new: the library would let this one and ours share a file
                if (opened.getLastApplied() >= request.snapshotIndex()) {
                    return CompletableFuture.completedFuture(InstallResponse.builder()
                            .withStatus(RaftResponse.Status.OK)
                            .build());
                }
            }
            return opened.getRaftRole().onInstall(request).thenApply(response -> {
                if (request.complete() && response.status() == RaftResponse.Status.OK) {
                    opened.snapshotArrived();
                }
                return response;
            });
        }));
    }

    /** Members come from the log: the library's own messages about them are neither sent nor served. */
    @Override
    public CompletableFuture<ConfigureResponse> configure(MemberId to, ConfigureRequest request) {
        return CompletableFuture.completedFuture(
                ConfigureResponse.builder().withStatus(RaftResponse.Status.OK).build());
    }

    @Override
    public void registerConfigureHandler(Function<ConfigureRequest, CompletableFuture<ConfigureResponse>> handler) {
        // not served
    }

    @Override
    public void registerVoteHandler(Function<VoteRequest, CompletableFuture<VoteResponse>> library) {
        super.registerVoteHandler(
                onRaftThread((opened, request) -> opened.voteChecks().answer(request)));
    }

    @Override
    public void registerPollHandler(Function<PollRequest, CompletableFuture<PollResponse>> library) {
        super.registerPollHandler(onRaftThread((opened, request) -> {
            welcomeBack(opened, request.candidate());
            return opened.voteChecks().answer(request, heardFromLeaderNanos);
        }));
    }

    @Override
    public CompletableFuture<VoteResponse> vote(MemberId to, VoteRequest request) {
        GuardedRaftContext opened = context;
        return super.vote(to, opened == null ? request : opened.voteChecks().completed(request));
    }

    @Override
    public CompletableFuture<PollResponse> poll(MemberId to, PollRequest request) {
        GuardedRaftContext opened = context;
        return super.poll(to, opened == null ? request : opened.voteChecks().completed(request));
    }

    /** Members change by entries of the log only. */
    @Override
    public void registerJoinHandler(Function<JoinRequest, CompletableFuture<JoinResponse>> handler) {
        // not served
    }

    @Override
    public void registerLeaveHandler(Function<LeaveRequest, CompletableFuture<LeaveResponse>> handler) {
        // not served
    }

    @Override
    public void registerReconfigureHandler(
            Function<ReconfigureRequest, CompletableFuture<ReconfigureResponse>> handler) {
        // not served
    }

    /** A member that speaks is back: ends the leader's growing pauses between attempts to reach it. */
    private static void welcomeBack(GuardedRaftContext opened, MemberId id) {
        RaftMemberContext member = opened.getCluster().getMemberState(id);
        if (member != null) {
            member.resetFailureCount();
        }
    }

    @Override
    public void registerOpenSessionHandler(
            Function<OpenSessionRequest, CompletableFuture<OpenSessionResponse>> handler) {
        // not served
    }

    @Override
    public void registerCloseSessionHandler(
            Function<CloseSessionRequest, CompletableFuture<CloseSessionResponse>> handler) {
        // not served
    }

    @Override
    public void registerKeepAliveHandler(Function<KeepAliveRequest, CompletableFuture<KeepAliveResponse>> handler) {
        // not served
    }

    @Override
    public void registerMetadataHandler(Function<MetadataRequest, CompletableFuture<MetadataResponse>> handler) {
        // not served
    }

    @Override
    public void registerCommandHandler(Function<CommandRequest, CompletableFuture<CommandResponse>> handler) {
        // not served
    }

    @Override
    public void registerQueryHandler(Function<QueryRequest, CompletableFuture<QueryResponse>> handler) {
        // not served
    }
}
