package io.heliograph.daemon.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heliograph.daemon.config.Configuration;
import io.heliograph.daemon.delivery.Delivery;
import io.heliograph.fsm.Failover;
import io.heliograph.fsm.StateMachine;
import io.heliograph.raft.GroupMember;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

/** {@code /v1/failovers}: the last failovers, and when each store of each member was first known to hold each. */
final class FailoversApi {

    private static final String PATH = "/v1/failovers";
    private static final String TIMES = PATH + "/delivered";
    private static final Duration LIMIT = Duration.ofSeconds(1);

    private final Configuration configuration;
    private final StateMachine machine;
    private final Delivery delivery;
    private final Members members;
    private final Peers peers;
    private final BooleanSupplier caughtUp;

    FailoversApi(
            Configuration configuration,
            StateMachine machine,
            Delivery delivery,
            Members members,
            Peers peers,
            BooleanSupplier caughtUp) {
        this.configuration = configuration;
        this.machine = machine;
        this.delivery = delivery;
        this.members = members;
        this.peers = peers;
        this.caughtUp = caughtUp;
    }

    void addTo(Router router) {
        router.addLater("GET", PATH, exchange -> failovers())
                .add("GET", TIMES, exchange -> Answer.json(200, timesHere()));
    }

    /** What this node tells the others: its stores, and store by store revision and time. */
    private ObjectNode timesHere() {
        ObjectNode body = Json.object().put("id", configuration.node().id());
        ObjectNode stores = body.putObject("stores");
        delivery.times().forEach((store, times) -> {
            ObjectNode one = stores.putObject(store);
            times.forEach((revision, time) -> one.put(Long.toString(revision.value()), time.toString()));
        });
        return body;
    }

    private CompletableFuture<Answer> failovers() {
        if (!caughtUp.getAsBoolean()) {
            throw new HttpProblem(
                    ProblemKind.CATCHING_UP, "this node has not caught up with a leader since it started");
        }
        CompletableFuture<Map<String, Optional<JsonNode>>> all =
                CompletableFuture.completedFuture(new LinkedHashMap<>());
        for (GroupMember member : members.all()) {
            all = all.thenCombine(timesAt(member), (known, times) -> {
                known.put(member.id(), times);
                return known;
            });
        }
        return all.thenApply(known -> Answer.json(200, list(known)));
    }

    /** Empty when the member does not answer. */
    private CompletableFuture<Optional<JsonNode>> timesAt(GroupMember member) {
        if (member.id().equals(configuration.node().id())) {
            return CompletableFuture.completedFuture(Optional.of(timesHere().path("stores")));
        }
        try {
            return peers.get(member.http() + TIMES, LIMIT)
                    .thenApply(answer -> Json.of(answer)
                            .filter(body -> answer.status() == 200)
                            .filter(body -> body.path("id").asText().equals(member.id()))
                            .map(body -> body.path("stores")))
                    .exceptionally(e -> Optional.empty());
        } catch (RuntimeException e) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
    }

    private ArrayNode list(Map<String, Optional<JsonNode>> known) {
        TreeSet<String> unreachable = new TreeSet<>();
        known.forEach((id, times) -> {
            if (times.isEmpty()) {
                unreachable.add(id);
            }
        });
        ArrayNode list = Json.array();
        List<Failover> all = machine.state().failovers().all();
        for (int i = all.size() - 1; i >= 0; i--) {
            Failover each = all.get(i);
            ObjectNode failover = list.addObject()
                    .put("cluster", each.alias())
                    .put("from", each.from().toString())
                    .put("to", each.to().toString())
                    .put("reason", each.reason())
                    .put("by", each.by())
                    .put("revision", each.revision().value())
                    .put("time", Instant.ofEpochMilli(each.decidedAt()).toString());
            ObjectNode delivered = failover.putObject("delivered");
            String revision = Long.toString(each.revision().value());
            known.forEach((id, times) -> times.ifPresent(stores -> {
                ObjectNode node = delivered.putObject(id);
                stores.properties().forEach(store -> node.set(store.getKey(), time(store.getValue(), revision)));
            }));
            ArrayNode missing = failover.putArray("unreachable");
            unreachable.forEach(missing::add);
        }
        return list;
    }

    private static JsonNode time(JsonNode times, String revision) {
        JsonNode time = times.path(revision);
        return time.isMissingNode() ? NullNode.getInstance() : time;
    }
}
