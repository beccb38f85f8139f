package io.heliograph.raft.atomix;

import io.heliograph.raft.CommitOutcome.Committed;
import io.heliograph.raft.GroupMember;
import java.nio.charset.StandardCharsets;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongFunction;

/**
 * Takes empty nodes in, where this node leads: the other side of {@link Admission}.
 *
 * <p>Threads: any.
 */
final class Receptionist {

    private static final long BARRIER_MILLIS = 4000;

    private final RaftNode node;
    private final NodeIdentity identity;
    private final LongFunction<CompletableFuture<Long>> barrier;

    /**
     * @param barrier commits an entry that changes nothing, within that many milliseconds
     */
    Receptionist(RaftNode node, NodeIdentity identity, LongFunction<CompletableFuture<Long>> barrier) {
        this.node = node;
        this.identity = identity;
        this.barrier = barrier;
    }

    /**
     * @param request the id of the empty node
     * @return completes with an {@link Admission.Admitted} once the node has no vote and that is committed
     */
    CompletableFuture<byte[]> admit(byte[] request) {
        String id = new String(request, StandardCharsets.UTF_8);
        if (!node.leadership().isLeader()) {
            return CompletableFuture.failedFuture(
                    new IllegalStateException("this node " + Admission.Admitted.NOT_LEADING));
        }
        return node.changeMembers(members -> withoutVote(id, members))
                .thenCompose(outcome -> {
                    if (!(outcome instanceof Committed)) {
                        throw new IllegalStateException(String.valueOf(outcome));
                    }
                    // where the list stayed as it was, nothing has yet shown that this node still leads
                    return barrier.apply(BARRIER_MILLIS);
                })
                .thenApply(index -> {
                    MemberHistory.At list = node.committedMembers();
                    return new Admission.Admitted(
                                    node.leadership().term(),
                                    NodeIdentity.admitted(
                                            identity.generation(), list.index(), list.members(), identity.founders()))
                            .encode();
                });
    }

    private SortedMap<String, GroupMember> withoutVote(String id, SortedMap<String, GroupMember> members) {
        GroupMember member = members.get(id);
        if (member == null) {
            throw new IllegalArgumentException("'" + id + "' is not a member; add it first (heliograph member add " + id
                    + " --raft HOST:PORT --http URL)");
        }
        node.forgetProgress(id);
        TreeMap<String, GroupMember> next = new TreeMap<>(members);
        next.put(id, member.withVoting(false));
        return next;
    }
}
