package io.heliograph.daemon.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heliograph.daemon.config.Configuration;
import io.heliograph.daemon.delivery.Delivery;
import io.heliograph.kv.Revision;
import io.heliograph.raft.GroupMember;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * {@code POST /v1/delivered}: nodes ask each other whether their stores hold something, and wait until they do. It is
 * asked by POST because what is asked for can be long; it changes nothing.
 *
 * <p>A node that has not applied the revision yet simply does not hold it yet.
 */
final class DeliveredApi {

    private static final String PATH = "/v1/delivered";
    private static final Duration ANSWER_EXTRA = Duration.ofSeconds(1);

    private final Configuration configuration;
    private final Delivery delivery;
    private final Peers peers;

    DeliveredApi(Configuration configuration, Delivery delivery, Peers peers) {
        this.configuration = configuration;
        this.delivery = delivery;
        this.peers = peers;
    }

    void addTo(Router router) {
        router.addLater("POST", PATH, Access.NODE, this::answer);
    }

    private CompletableFuture<Answer> answer(Exchange exchange) {
        ObjectNode body = Json.body(exchange.body(), List.of("revisions", "timeout"));
        Map<String, Revision> wanted = Wanted.parse(body.path("revisions"));
        Duration timeout = DeliveryWish.timeout(Json.requiredText(body, "timeout"));
        return delivery.await(wanted, timeout)
                .orElseThrow(() -> new HttpProblem(ProblemKind.NOT_AVAILABLE, "too many wait already; try again"))
                .thenApply(stores -> Answer.json(200, json(stores)));
    }

    private ObjectNode json(Map<String, Boolean> stores) {
        ObjectNode json = Json.object().put("id", configuration.node().id());
        ObjectNode delivered = json.putObject("delivered");
        stores.forEach(delivered::put);
        return json;
    }

    /**
     * Asks a member, this one or another, and waits there until its stores hold what is wanted.
     *
     * @param timeout how long to wait there, zero for not at all
     * @return store by store how things stand then; fails when there is no answer. Can be cancelled.
     */
    CompletableFuture<Map<String, Boolean>> ask(GroupMember member, Map<String, Revision> wanted, Duration timeout) {
        if (member.id().equals(configuration.node().id())) {
            return delivery.await(wanted, timeout)
                    .orElseGet(() -> CompletableFuture.failedFuture(new IOException("too many wait already")));
        }
        ObjectNode body = Json.object().put("timeout", timeout.toMillis() + "ms");
        body.set("revisions", Wanted.json(wanted));
        return peers.post(member.http() + PATH, body.toString(), timeout.plus(ANSWER_EXTRA))
                .thenApply(answer -> read(member.id(), answer));
    }

    private static Map<String, Boolean> read(String id, Answer answer) {
        JsonNode body = Json.of(answer).orElse(Json.object());
        if (answer.status() != 200 || !body.path("id").asText().equals(id)) {
            throw new IllegalStateException(id + " answered " + answer.status() + " " + answer.body());
        }
        return stores(body.path("delivered"));
    }

    static Map<String, Boolean> stores(JsonNode json) {
        Map<String, Boolean> stores = new LinkedHashMap<>();
        json.properties()
                .forEach(each -> stores.put(each.getKey(), each.getValue().asBoolean()));
        return stores;
    }
}
