package io.heliograph.it.faults;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The nodes of a run. Threads: any. */
final class Group {
    private final Map<String, FaultNode> nodes = new LinkedHashMap<>();
    private final Client client;

    Group(List<FaultNode> nodes, Client client) {
        nodes.forEach(node -> this.nodes.put(node.id(), node));
        this.client = client;
    }

    List<FaultNode> nodes() {
        return new ArrayList<>(nodes.values());
    }

    FaultNode node(String id) {
        FaultNode node = nodes.get(id);
        if (node == null) {
            throw new IllegalArgumentException("no node " + id + " among " + nodes.keySet());
        }
        return node;
    }

    void launch(FaultNode node) {
        node.launch(client);
    }

    /** What each node that answers says of itself. */
    Map<FaultNode, JsonNode> statuses() {
        Map<FaultNode, CompletableFuture<Client.Reply>> asked = new LinkedHashMap<>();
        nodes.values().stream()
                .filter(FaultNode::isRunning)
                .forEach(node -> asked.put(node, client.get(node, "/v1/node")));
        Map<FaultNode, JsonNode> statuses = new LinkedHashMap<>();
        asked.forEach((node, future) -> {
            Client.Reply reply = future.join();
            if (reply.status() == 200) {
                statuses.put(node, reply.body());
            }
        });
        return statuses;
    }

    /** The node that leads with the highest term, as far as nodes answer. */
    Optional<FaultNode> leader() {
        return statuses().entrySet().stream()
                .filter(each -> leads(each.getValue()))
                .max(Comparator.comparingLong(
                        each -> each.getValue().path("term").asLong()))
                .map(Map.Entry::getKey);
    }

    static boolean leads(JsonNode status) {
        return "leader".equals(status.path("role").asText());
    }
}
