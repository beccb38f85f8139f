package io.heliograph.daemon.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heliograph.daemon.delivery.Delivery;
import io.heliograph.daemon.delivery.StoreEpochs;
import io.heliograph.daemon.delivery.StoreStatus;
import io.heliograph.daemon.masters.MasterControl;
import io.heliograph.fsm.StateMachine;
import io.heliograph.kv.Revision;
import io.heliograph.kv.StoreException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * {@code /v1/epoch}: our epoch and those that this node's stores show, and raising ours above them. For stores that hold
 * newer revisions than this group's, because an earlier group wrote to them. {@code /v1/stores/{store}/adopt}: for a store
 * that belongs to another cluster.
 */
final class EpochApi {

    private static final Duration LIMIT = Duration.ofSeconds(5);

    private final String cluster;
    private final StateMachine machine;
    private final Delivery delivery;
    private final StoreEpochs epochs;
    private final MasterControl masters;
    private final WriteDoor door;
    private final WriteAnswers answers;

    EpochApi(
            String cluster,
            StateMachine machine,
            Delivery delivery,
            String prefix,
            MasterControl masters,
            WriteDoor door,
            WriteAnswers answers) {
        this.cluster = cluster;
        this.machine = machine;
        this.delivery = delivery;
        this.epochs = new StoreEpochs(delivery, prefix);
        this.masters = masters;
        this.door = door;
        this.answers = answers;
    }

    void addTo(Router router) {
        router.add("GET", "/v1/epoch", exchange -> Answer.json(200, json()))
                .add("PUT", "/v1/epoch", Access.ADMIN, this::raise)
                .add("POST", "/v1/stores/{store}/adopt", Access.ADMIN, this::adopt);
    }

    /** On the asked node only: another one's store of the same name is another store. */
    private Answer adopt(Exchange exchange) {
        String store = exchange.path("store");
        try {
            if (!delivery.adopt(store)) {
                throw new HttpProblem(ProblemKind.UNKNOWN_STORE, "this node has no store '" + store + "'");
            }
            return Answer.json(200, Json.object().put("store", store).put("owner", cluster));
        } catch (StoreException e) {
            throw new HttpProblem(ProblemKind.STORE_NOT_AVAILABLE, String.valueOf(e.getMessage()));
        }
    }

    private ObjectNode json() {
        Set<String> fenced = delivery.status().stream()
                .filter(store -> store.state() == StoreStatus.State.FENCED)
                .map(StoreStatus::name)
                .collect(Collectors.toSet());
        ObjectNode body = Json.object()
                .put("cluster", cluster)
                .put("epoch", machine.state().epoch());
        ObjectNode stores = body.putObject("stores");
        for (Map.Entry<String, StoreEpochs.Shown> store : epochs.read(LIMIT).entrySet()) {
            stores.putObject(store.getKey())
                    .put("epoch", store.getValue().epoch())
                    .put("fenced", fenced.contains(store.getKey()))
                    .put("owner", store.getValue().owner())
                    .put("problem", store.getValue().problem());
        }
        return body;
    }

    private Answer raise(Exchange exchange) {
        ObjectNode body = Json.body(exchange.body(), List.of("atLeast"));
        JsonNode atLeast = body.path("atLeast");
        if (!atLeast.isIntegralNumber()
                || !atLeast.canConvertToLong()
                || atLeast.asLong() < 1
                || atLeast.asLong() > Revision.MAX_EPOCH) {
            throw new HttpProblem(
                    ProblemKind.BAD_REQUEST,
                    "the field atLeast must be a whole number from 1 to " + Revision.MAX_EPOCH);
        }
        return door.write(exchange, () -> masters.raiseEpoch(atLeast.asLong()), answers::render);
    }
}
