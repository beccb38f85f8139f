package io.heliograph.daemon.http;

import io.heliograph.daemon.config.Configuration;
import io.heliograph.daemon.masters.WriteOutcome;
import io.heliograph.raft.GroupMember;
import io.heliograph.raft.Leadership;
import io.heliograph.raft.ReplicatedLog;
import io.heliograph.raft.Standing;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Takes a write at any node and has the leader carry it out.
 *
 * <p>Until the request's time is over: the leader carries it out; another node passes it on; without a leader it waits
 * for one. What was certainly not carried out is tried again; what may have been is answered as unknown.
 */
final class WriteDoor {

    /** Set on an answer of a node that was asked as the leader and is not. */
    static final String NOT_LEADER = "X-Heliograph-Not-Leader";

    private static final long PAUSE_MILLIS = 50;
    private static final Duration FORWARD_EXTRA = Duration.ofSeconds(2);

    /** Half of the HTTP server's threads: the other half goes on answering checks while writes wait for a leader. */
    private static final int MAX_WRITES = 32;

    private final Semaphore places = new Semaphore(MAX_WRITES);
    private final Configuration configuration;
    private final ReplicatedLog log;
    private final Members members;
    private final Peers peers;

    WriteDoor(Configuration configuration, ReplicatedLog log, Members members, Peers peers) {
        this.configuration = configuration;
        this.log = log;
        this.members = members;
        this.peers = peers;
    }

    /**
     * @param onLeader carries the write out on this node
     * @param answer makes the answer, for every outcome but {@link WriteOutcome.NotLeader}
     */
    Answer write(Exchange exchange, Supplier<WriteOutcome> onLeader, Function<WriteOutcome, Answer> answer) {
        Function<WriteOutcome, Answer> render = outcome -> {
            exchange.ended(outcome);
            return answer.apply(outcome);
        };
        exchange.body(); // refused here, when it is not text
        if (!places.tryAcquire()) {
            return render.apply(new WriteOutcome.Unavailable(MAX_WRITES + " writes are waiting already; try again"));
        }
        try {
            return writeInTime(exchange, onLeader, render);
        } finally {
            places.release();
        }
    }

    private Answer writeInTime(
            Exchange exchange, Supplier<WriteOutcome> onLeader, Function<WriteOutcome, Answer> render) {
        long deadline =
                System.nanoTime() + configuration.http().requestTimeout().toNanos();
        do {
            Leadership at = log.leadership();
            if (at.isLeader()) {
                WriteOutcome outcome = onLeader.get();
                if (!(outcome instanceof WriteOutcome.NotLeader)) {
                    return render.apply(outcome);
                }
            } else if (!exchange.isForwarded() && at.leader().isPresent()) {
                Optional<Answer> answer = forward(exchange, at.leader().get(), render);
                if (answer.isPresent()) {
                    return answer.get();
                }
            }
            if (exchange.isForwarded()) {
                return render.apply(new WriteOutcome.Unavailable("this node does not lead any more"))
                        .withHeader(NOT_LEADER, "true");
            }
        } while (pause(deadline));
        return render.apply(new WriteOutcome.Unavailable(noLeader()));
    }

    private String noLeader() {
        Standing standing = log.standing();
        return standing.kind() == Standing.Kind.MEMBER
                ? "no leader within " + configuration.http().requestTimeout().toMillis()
                        + " ms: a majority of the nodes must be up and reach each other; see heliograph status"
                : standing.note();
    }

    /** Empty when it was certainly not carried out and should be tried again. */
    private Optional<Answer> forward(Exchange exchange, String leader, Function<WriteOutcome, Answer> render) {
        Optional<GroupMember> member = members.find(leader);
        if (member.isEmpty()) {
            return Optional.empty();
        }
        Duration limit = configuration.http().requestTimeout().plus(FORWARD_EXTRA);
        try {
            return peers.forward(member.get().http(), exchange, limit)
                    .filter(answer -> !answer.headers().containsKey(NOT_LEADER));
        } catch (Peers.NoAnswer e) {
            return Optional.of(render.apply(new WriteOutcome.Unknown(String.valueOf(e.getMessage()))));
        }
    }

    private static boolean pause(long deadline) {
        if (System.nanoTime() >= deadline) {
            return false;
        }
        try {
            Thread.sleep(PAUSE_MILLIS);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
