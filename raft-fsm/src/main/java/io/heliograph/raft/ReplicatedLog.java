package io.heliograph.raft;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A log that a Raft group keeps (Ongaro and Ousterhout, "In Search of an Understandable Consensus Algorithm", extended
 * version).
 *
 * <p>Threads: every method may be called by any thread and returns at once. Futures complete on threads of the
 * implementation: do not block in them.
 */
public interface ReplicatedLog extends AutoCloseable {

    /**
     * Appends a command, on the leader only.
     *
     * @param command the command's bytes
     * @param timeout how long to wait for a quorum; when it runs out the outcome is {@link CommitOutcome.Unknown}
     * @return completes normally with one of the three outcomes, within a little more than {@code timeout}
     */
    CompletableFuture<CommitOutcome> append(byte[] command, Duration timeout);

    /**
     * Waits until this node has applied everything that was committed, anywhere in the group, before the call. Works on
     * every node: asks the leader to commit an entry and waits for it to come by.
     *
     * @return completes with the index of that entry; exceptionally when there is no leader, or time runs out
     */
    CompletableFuture<Long> barrier(Duration timeout);

    /** Where this node stands; never blocks, may be a moment old. */
    Leadership leadership();

    /**
     * Takes a snapshot of what this node has applied, and checks that it is on disk. Does nothing when the newest
     * snapshot already holds that.
     *
     * @return completes with the index of the newest snapshot
     */
    CompletableFuture<Long> takeSnapshot();

    /**
     * Takes a snapshot as {@link #takeSnapshot} does and reads it, to be kept elsewhere.
     *
     * @return completes with its bytes, which know where in the log they stand and who the members were
     */
    CompletableFuture<byte[]> saveSnapshot();

    /**
     * Hands leadership to another node. Called on the leader.
     *
     * @param to id of the member that should lead
     * @return completes when that node leads; exceptionally when it does not within the timeout
     */
    CompletableFuture<Void> transferLeadership(String to, Duration timeout);

    /** The members as this node's log has them, by id. */
    List<GroupMember> members();

    /**
     * Changes the members by one, on the leader only. Takes effect at once, and is safe once committed.
     *
     * @return completes as {@link #append} does; {@code REFUSED} when the change cannot be made, {@code UNAVAILABLE} while
     *     another is under way
     */
    CompletableFuture<CommitOutcome> changeMembers(MemberChange change, Duration timeout);

    /** Whether this node is part of its group. */
    Standing standing();

    /** Calls {@code listener} after each change of role or leader, on a thread that must not be blocked. */
    void onLeadershipChange(Runnable listener);

    @Override
    void close();
}
