package io.heliograph.daemon.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heliograph.daemon.config.Configuration;
import io.heliograph.daemon.delivery.Delivery;
import io.heliograph.raft.GroupMember;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * {@code GET /v1/pending}: which write sets each store of each node is not known to hold yet, the first
 * {@value #MAX_HEADS} of each store; {@code truncated} names the stores that have more.
 */
final class PendingApi {

    private static final int MAX_HEADS = 1_000;
    private static final String HERE = "/v1/pending/here";
    private static final Duration LIMIT = Duration.ofSeconds(1);

    private final Configuration configuration;
    private final Delivery delivery;
    private final Members members;
    private final Peers peers;

    PendingApi(Configuration configuration, Delivery delivery, Members members, Peers peers) {
        this.configuration = configuration;
        this.delivery = delivery;
        this.members = members;
        this.peers = peers;
    }

    void addTo(Router router) {
        router.addLater("GET", "/v1/pending", exchange -> everywhere())
                .add("GET", HERE, exchange -> Answer.json(200, here()));
    }

    private ObjectNode here() {
        ObjectNode body = Json.object().put("id", configuration.node().id());
        ObjectNode stores = body.putObject("stores");
        ArrayNode truncated = body.putArray("truncated");
        delivery.pending(MAX_HEADS).forEach((store, heads) -> {
            if (heads.size() >= MAX_HEADS) {
                truncated.add(store);
            }
            ArrayNode list = stores.putArray(store);
            heads.forEach(head -> list.addObject()
                    .put("head", head.head())
                    .put("desired", head.desired().value())
                    .put("delivered", head.delivered().value()));
        });
        return body;
    }

    private CompletableFuture<Answer> everywhere() {
        Map<String, CompletableFuture<Optional<JsonNode>>> asked = new LinkedHashMap<>();
        for (GroupMember member : members.all()) {
            asked.put(
                    member.id(),
                    member.id().equals(configuration.node().id())
                            ? CompletableFuture.completedFuture(Optional.of(here()))
                            : peers.get(member.http() + HERE, LIMIT)
                                    .thenApply(answer -> Json.of(answer)
                                            .filter(body -> answer.status() == 200)
                                            .map(body -> (JsonNode) body))
                                    .exceptionally(e -> Optional.empty()));
        }
        return CompletableFuture.allOf(asked.values().toArray(new CompletableFuture<?>[0]))
                .thenApply(all -> {
                    ArrayNode list = Json.array();
                    asked.forEach((id, answer) -> {
                        ObjectNode node = list.addObject().put("id", id);
                        answer.join()
                                .ifPresentOrElse(
                                        body -> node.put("reachable", true)
                                                .<ObjectNode>set("stores", body.path("stores"))
                                                .set("truncated", body.path("truncated")),
                                        () -> node.put("reachable", false));
                    });
                    return Answer.json(200, list);
                });
    }
}
