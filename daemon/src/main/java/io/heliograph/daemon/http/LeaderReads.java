package io.heliograph.daemon.http;

import io.heliograph.raft.GroupMember;
import io.heliograph.raft.Leadership;
import io.heliograph.raft.ReplicatedLog;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Reads that older clients expect to be the leader's: a follower passes them on, so that who wrote at one node and reads
 * at another sees what it wrote. Without a leader, or an answer of its, this node answers what it knows.
 */
final class LeaderReads {

    private static final Duration LIMIT = Duration.ofSeconds(2);

    private final ReplicatedLog log;
    private final Members members;
    private final Peers peers;
    private final BooleanSupplier caughtUp;

    /**
     * @param caughtUp whether this node has caught up with a leader since it started; until then it would answer with the
     *     masters of the time when it stopped
     */
    LeaderReads(ReplicatedLog log, Members members, Peers peers, BooleanSupplier caughtUp) {
        this.log = log;
        this.members = members;
        this.peers = peers;
        this.caughtUp = caughtUp;
    }

    /** Answers as the leader does, or as {@code here} does. */
    Router.Handler atLeader(Router.Handler here) {
        return exchange -> passedOn(exchange)
                .orElseGet(() -> caughtUp.getAsBoolean()
                        ? here.handle(exchange)
                        : OrchestratorApi.error("this node has not caught up with a leader since it started"));
    }

    private Optional<Answer> passedOn(Exchange exchange) {
        Leadership at = log.leadership();
        Optional<GroupMember> leader = members.leader();
        if (at.isLeader() || !at.hasQuorum() || exchange.isForwarded() || leader.isEmpty()) {
            return Optional.empty();
        }
        try {
            return peers.forward(leader.get().http(), exchange, LIMIT)
                    .filter(answer -> answer.status() == 200 || answer.status() == 500);
        } catch (Peers.NoAnswer e) {
            return Optional.empty();
        }
    }
}
