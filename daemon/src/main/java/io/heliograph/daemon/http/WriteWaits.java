package io.heliograph.daemon.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heliograph.daemon.http.DeliveryWish.Level;
import io.heliograph.daemon.masters.WriteOutcome;
import io.heliograph.kv.Revision;
import io.heliograph.raft.GroupMember;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/**
 * Has a write carried out, then waits for its delivery as far as the client wishes.
 *
 * <p>The node that the client asked waits, whoever leads: {@code local} means its own stores, and a leader that dies
 * while it is waited for takes nothing along. A wait that runs out, for whatever reason, is 202: the write is committed
 * and delivery goes on.
 *
 * <p>A wait holds no thread. The number of waits is bounded; a write that would have to wait beyond that is refused
 * before it is carried out.
 */
final class WriteWaits {

    /** How many writes may wait for their delivery at a time. */
    static final int MAX_WAITS = 500;

    private final Semaphore places = new Semaphore(MAX_WAITS);
    private final Set<DeliveryWait> waits = ConcurrentHashMap.newKeySet();
    private final String self;
    private final WriteDoor door;
    private final WriteAnswers answers;
    private final Members members;
    private final DeliveredApi nodes;
    private final Executor threads;
    private volatile boolean ended;

    /**
     * @param self id of this node
     * @param threads for what is to be done when a wait is over
     */
    WriteWaits(
            String self, WriteDoor door, WriteAnswers answers, Members members, DeliveredApi nodes, Executor threads) {
        this.self = self;
        this.door = door;
        this.answers = answers;
        this.members = members;
        this.nodes = nodes;
        this.threads = threads;
    }

    /**
     * Blocks until the write is committed or refused, not while it is delivered.
     *
     * @param onLeader carries the write out on this node
     */
    CompletableFuture<Answer> write(Exchange exchange, Supplier<WriteOutcome> onLeader) {
        DeliveryWish wish = DeliveryWish.of(exchange);
        if (exchange.isForwarded()) {
            return CompletableFuture.completedFuture(door.write(exchange, onLeader, answers::renderForNode));
        }
        if (wish.level() == Level.COMMITTED) {
            return CompletableFuture.completedFuture(committed(door.write(exchange, onLeader, answers::renderForNode)));
        }
        if (!places.tryAcquire()) {
            return CompletableFuture.completedFuture(ProblemKind.NOT_AVAILABLE.answer(
                    MAX_WAITS + " writes are waiting for their delivery already; try again, or with wait=committed",
                    Json.object().put("outcome", "refused")));
        }
        return writeAndWait(wish, exchange, onLeader).whenComplete((answer, failure) -> places.release());
    }

    private CompletableFuture<Answer> writeAndWait(
            DeliveryWish wish, Exchange exchange, Supplier<WriteOutcome> onLeader) {
        Answer answer;
        try {
            answer = door.write(exchange, onLeader, answers::renderForNode);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
        ObjectNode body = Json.of(answer).orElse(Json.object());
        if (answer.status() != 200 || !body.has(WriteAnswers.WRITE_SETS)) {
            return CompletableFuture.completedFuture(answer);
        }
        Map<String, Revision> wanted = Wanted.parse(body.path(WriteAnswers.WRITE_SETS));
        if (wanted.isEmpty()) {
            return CompletableFuture.completedFuture(committed(answer));
        }
        List<GroupMember> group = members.all();
        DeliveryWait wait = new DeliveryWait(wish, wanted, self, group, nodes::ask, threads);
        waits.add(wait);
        if (ended) {
            wait.end();
        }
        return wait.start()
                .whenComplete((reached, failure) -> waits.remove(wait))
                .thenApply(reached -> Answer.json(reached ? 200 : 202, waited(body, group, wait)));
    }

    private ObjectNode waited(ObjectNode body, List<GroupMember> group, DeliveryWait wait) {
        fill(body, group, wait.known());
        ArrayNode unreachable = body.putArray("unreachable");
        wait.unreachable().forEach(unreachable::add);
        return body;
    }

    /** Nobody is asked: what this node and the leader know of themselves is all there is. */
    private Answer committed(Answer answer) {
        ObjectNode body = Json.of(answer).orElse(Json.object());
        if (answer.status() != 200 || !body.has(WriteAnswers.WRITE_SETS)) {
            return answer;
        }
        fill(body, members.all(), Map.of(self, answers.here(Wanted.parse(body.path(WriteAnswers.WRITE_SETS)))));
        return Answer.json(200, body);
    }

    /** Every member is there, with no store where nothing is known. */
    private static void fill(ObjectNode body, List<GroupMember> group, Map<String, Map<String, Boolean>> known) {
        body.remove(WriteAnswers.WRITE_SETS);
        ObjectNode delivered = Json.object();
        group.forEach(member -> delivered.putObject(member.id()));
        if (body.get("delivered") instanceof ObjectNode asTheLeaderSaid) {
            delivered.setAll(asTheLeaderSaid);
        }
        known.forEach((id, stores) -> {
            ObjectNode node = delivered.putObject(id);
            stores.forEach(node::put);
        });
        body.set("delivered", delivered);
    }

    /** Answers every write that waits, with 202, and lets none wait from now on. */
    void end() {
        ended = true;
        waits.forEach(DeliveryWait::end);
    }
}
