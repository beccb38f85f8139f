package io.heliograph.daemon;

import io.heliograph.raft.CommitOutcome;
import io.heliograph.raft.GroupMember;
import io.heliograph.raft.Leadership;
import io.heliograph.raft.MemberChange;
import io.heliograph.raft.ReplicatedLog;
import io.heliograph.raft.Standing;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * A log that hands leadership over between two writes and not in the middle of one, so that no write ends as unknown for
 * it: while leadership is handed over nothing new is appended (Ongaro, "Consensus: Bridging Theory and Practice", section
 * 3.10), and it is handed over when what was appended before has its outcome. A write that comes in meanwhile is turned
 * away as by a node that does not lead, and the door tries it again.
 *
 * <p>Threads: any; nothing blocks.
 */
final class CalmHandover implements ReplicatedLog {

    private final ReplicatedLog log;

    /** How many appends have no outcome yet. Guarded by this. */
    private int open;

    /** Completed when no append is open. Guarded by this. */
    private CompletableFuture<Void> quiet = CompletableFuture.completedFuture(null);

    /** How many transfers are under way. Guarded by this. */
    private int transfers;

    CalmHandover(ReplicatedLog log) {
        this.log = log;
    }

    @Override
    public CompletableFuture<CommitOutcome> append(byte[] command, Duration timeout) {
        return unlessHandingOver(() -> log.append(command, timeout));
    }

    @Override
    public CompletableFuture<CommitOutcome> changeMembers(MemberChange change, Duration timeout) {
        return unlessHandingOver(() -> log.changeMembers(change, timeout));
    }

    private synchronized CompletableFuture<CommitOutcome> unlessHandingOver(
            Supplier<CompletableFuture<CommitOutcome>> append) {
        if (transfers > 0) {
            return CompletableFuture.completedFuture(
                    new CommitOutcome.Rejected(CommitOutcome.Reason.NOT_LEADER, "leadership is being handed over"));
        }
        if (open++ == 0) {
            quiet = new CompletableFuture<>();
        }
        return append.get().whenComplete((result, failure) -> settled());
    }

    private void settled() {
        CompletableFuture<Void> last;
        synchronized (this) {
            if (--open > 0) {
                return;
            }
            last = quiet;
        }
        last.complete(null);
    }

    @Override
    public CompletableFuture<Void> transferLeadership(String to, Duration timeout) {
        long deadline = System.nanoTime() + timeout.toNanos();
        return settle(timeout)
                .thenCompose(settled ->
                        log.transferLeadership(to, Duration.ofNanos(Math.max(1, deadline - System.nanoTime()))))
                .whenComplete((done, failure) -> goOn());
    }

    /** Lets nothing in any more; completes when what was let in before has its outcome. */
    private synchronized CompletableFuture<Void> settle(Duration timeout) {
        transfers++;
        return quiet.copy().orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS);
    }

    private synchronized void goOn() {
        transfers--;
    }

    @Override
    public CompletableFuture<Long> barrier(Duration timeout) {
        return log.barrier(timeout);
    }

    @Override
    public Leadership leadership() {
        return log.leadership();
    }

    @Override
    public CompletableFuture<Long> takeSnapshot() {
        return log.takeSnapshot();
    }

    @Override
    public CompletableFuture<byte[]> saveSnapshot() {
        return log.saveSnapshot();
    }

    @Override
    public List<GroupMember> members() {
        return log.members();
    }

    @Override
    public Standing standing() {
        return log.standing();
    }

    @Override
    public void onLeadershipChange(Runnable listener) {
        log.onLeadershipChange(listener);
    }

    @Override
    public void close() {
        log.close();
    }
}
