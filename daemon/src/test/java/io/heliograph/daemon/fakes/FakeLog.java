package io.heliograph.daemon.fakes;

import io.heliograph.fsm.StateMachine;
import io.heliograph.raft.CommitOutcome;
import io.heliograph.raft.CommitOutcome.Committed;
import io.heliograph.raft.CommitOutcome.Reason;
import io.heliograph.raft.CommitOutcome.Rejected;
import io.heliograph.raft.CommitOutcome.Result;
import io.heliograph.raft.CommitOutcome.Unknown;
import io.heliograph.raft.GroupMember;
import io.heliograph.raft.Leadership;
import io.heliograph.raft.MemberChange;
import io.heliograph.raft.ReplicatedLog;
import io.heliograph.raft.Role;
import io.heliograph.raft.Standing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A log of one node in memory, which stands where a test puts it. Applies to a real state machine. */
public final class FakeLog implements ReplicatedLog {

    private final String self;
    private final StateMachine machine;
    private final List<String> transfers = new ArrayList<>();
    private final List<MemberChange> changes = new ArrayList<>();
    private volatile List<GroupMember> members = List.of();
    private volatile Standing standing = Standing.IS_MEMBER;
    private volatile Leadership leadership;
    private volatile CommitOutcome instead;
    private volatile RuntimeException trouble;
    private volatile long snapshotIndex;
    private long index;
    private int appended;

    public FakeLog(String self, StateMachine machine) {
        this.self = self;
        this.machine = machine;
        lead();
    }

    /** Leads with a quorum. */
    public FakeLog lead() {
        return stand(Role.LEADER, self, true);
    }

    public FakeLog follow(String leader) {
        return stand(Role.FOLLOWER, leader, true);
    }

    public FakeLog loseLeader() {
        return stand(Role.CANDIDATE, null, false);
    }

    public FakeLog stand(Role role, String leader, boolean quorum) {
        leadership = new Leadership(self, role, 3, leader, quorum, 0, 0, 0);
        return this;
    }

    /** Every append ends like this, and is not applied. */
    public void answer(CommitOutcome outcome) {
        instead = outcome;
    }

    /** Snapshots and transfers fail like this. */
    public void fail(RuntimeException e) {
        trouble = e;
    }

    /** Snapshots are at this index, whatever was applied. */
    public void snapshotAt(long at) {
        snapshotIndex = at;
    }

    public synchronized int appended() {
        return appended;
    }

    public synchronized List<String> transfers() {
        return List.copyOf(transfers);
    }

    @Override
    public synchronized CompletableFuture<CommitOutcome> append(byte[] command, Duration timeout) {
        if (!leadership.isLeader()) {
            return CompletableFuture.completedFuture(new Rejected(Reason.NOT_LEADER, "not the leader"));
        }
        appended++;
        if (instead != null) {
            return CompletableFuture.completedFuture(instead);
        }
        index = Math.max(index, machine.state().lastIndex()) + 1;
        return CompletableFuture.completedFuture(new Committed(index, new Result(machine.apply(index, command))));
    }

    @Override
    public CompletableFuture<Long> barrier(Duration timeout) {
        return leadership.hasQuorum()
                ? CompletableFuture.completedFuture(machine.state().lastIndex())
                : CompletableFuture.failedFuture(new IllegalStateException(new Unknown("no leader").cause()));
    }

    @Override
    public Leadership leadership() {
        Leadership at = leadership;
        long applied = machine.state().lastIndex();
        return new Leadership(
                self, at.role(), at.term(), at.leader().orElse(null), at.hasQuorum(), applied, applied, snapshotIndex);
    }

    @Override
    public CompletableFuture<Long> takeSnapshot() {
        if (trouble != null) {
            return CompletableFuture.failedFuture(trouble);
        }
        return CompletableFuture.completedFuture(
                snapshotIndex > 0 ? snapshotIndex : machine.state().lastIndex());
    }

    @Override
    public CompletableFuture<byte[]> saveSnapshot() {
        return trouble != null
                ? CompletableFuture.failedFuture(trouble)
                : CompletableFuture.completedFuture(machine.snapshot());
    }

    @Override
    public CompletableFuture<Void> transferLeadership(String to, Duration timeout) {
        if (trouble != null) {
            return CompletableFuture.failedFuture(trouble);
        }
        synchronized (this) {
            transfers.add(to);
        }
        return CompletableFuture.completedFuture(null);
    }

    /** Makes these the members. */
    public FakeLog members(List<GroupMember> list) {
        members = List.copyOf(list);
        return this;
    }

    @Override
    public List<GroupMember> members() {
        return members;
    }

    @Override
    public synchronized CompletableFuture<CommitOutcome> changeMembers(MemberChange change, Duration timeout) {
        if (!leadership.isLeader()) {
            return CompletableFuture.completedFuture(new Rejected(Reason.NOT_LEADER, "not the leader"));
        }
        if (instead != null) {
            return CompletableFuture.completedFuture(instead);
        }
        changes.add(change);
        apply(change);
        return CompletableFuture.completedFuture(new Committed(7, new Result(new byte[0])));
    }

    private void apply(MemberChange change) {
        List<GroupMember> now = new ArrayList<>(members);
        now.removeIf(member -> member.id().equals(change.id()));
        if (change instanceof MemberChange.Add add) {
            now.add(new GroupMember(add.id(), add.raft(), add.http(), true));
        } else if (change instanceof MemberChange.Replace replace) {
            now.add(new GroupMember(replace.id(), replace.raft(), replace.http(), true));
        }
        members = List.copyOf(now);
    }

    /** What was asked of {@link #changeMembers}. */
    public synchronized List<MemberChange> changes() {
        return List.copyOf(changes);
    }

    @Override
    public Standing standing() {
        return standing;
    }

    public void stand(Standing other) {
        standing = other;
    }

    @Override
    public void onLeadershipChange(Runnable listener) {
        // nobody here waits for it
    }

    @Override
    public void close() {
        leadership = new Leadership(self, Role.INACTIVE, 3, null, false, 0, 0, 0);
    }
}
