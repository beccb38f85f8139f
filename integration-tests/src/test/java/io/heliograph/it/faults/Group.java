package io.heliograph.it.faults;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListSet;

/** The nodes of a run: those that are meant to be members, and one that waits to become one. Threads: any. */
final class Group {
    private final Map<String, FaultNode> nodes = new LinkedHashMap<>();
    private final Set<String> active = new ConcurrentSkipListSet<>();
    private final Client client;

    /**
     * @param nodes all there can be
     * @param active how many of them are members at first
     */
    Group(List<FaultNode> nodes, int active, Client client) {
        nodes.forEach(node -> this.nodes.put(node.id(), node));
        nodes.subList(0, active).forEach(this::activate);
        this.client = client;
    }

    /** The nodes that are meant to be members. */
    List<FaultNode> active() {
        return nodes.values().stream()
                .filter(node -> active.contains(node.id()))
                .toList();
    }

    Set<String> activeIds() {
        return new TreeSet<>(active);
    }

    Optional<FaultNode> spare() {
        return nodes.values().stream()
                .filter(node -> !active.contains(node.id()))
                .findFirst();
    }

    void activate(FaultNode node) {
        active.add(node.id());
    }

    void deactivate(FaultNode node) {
        active.remove(node.id());
    }

    List<FaultNode> all() {
        return new ArrayList<>(nodes.values());
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
    /** Whether a leader counts all that are meant to be members, and nobody else, among those with a vote. */
    boolean allVote() {
        return leader().map(node -> client.get(node, "/v1/members").join())
                .filter(reply -> reply.status() == 200)
                .map(reply -> {
                    Set<String> voting = new TreeSet<>();
                    for (JsonNode member : reply.body()) {
                        if (member.path("voting").asBoolean()) {
                            voting.add(member.path("id").asText());
                        }
                    }
                    return voting.equals(activeIds());
                })
                .orElse(false);
    }

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
