package io.heliograph.daemon.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import picocli.CommandLine.Command;

/** {@code heliograph status}. */
@Command(name = "status", description = "Show every node, who leads, and how the stores stand.")
final class StatusCommand extends ClientCommand {

    @Override
    public Integer call() {
        JsonNode nodes = api().get("/v1/nodes", StatusCommand::hasLeader);
        boolean quorum = hasLeader(nodes);
        if (!printedAsJson(nodes)) {
            printNodes(nodes, quorum);
            printStores(nodes);
        }
        return quorum ? ExitCodes.DONE : ExitCodes.NOT_REACHABLE;
    }

    private static boolean hasLeader(JsonNode nodes) {
        for (JsonNode node : nodes) {
            if (node.path("role").asText().equals("leader")
                    && node.path("hasQuorum").asBoolean()) {
                return true;
            }
        }
        return false;
    }

    private void printNodes(JsonNode nodes, boolean quorum) {
        Table table = new Table(List.of("NODE", "ROLE", "TERM", "APPLIED", "SNAPSHOT", "STATE"), "ROLE");
        for (JsonNode node : nodes) {
            if (node.path("reachable").asBoolean()) {
                table.row(
                        node.path("id").asText(),
                        role(node),
                        node.path("term").asText(),
                        node.path("lastApplied").asText(),
                        node.path("snapshotIndex").asText(),
                        node.path("stateDigest").asText());
            } else {
                table.row(node.path("id").asText(), "unreachable", "", "", "", "");
            }
        }
        if (!quorum) {
            out().println("no leader: a majority of the nodes must be up and reach each other");
        }
        print(table);
        for (JsonNode node : nodes) {
            if (!node.path("standingNote").asText().isEmpty()) {
                say(node.path("id").asText() + ": " + node.path("standingNote").asText());
            }
        }
    }

    /** Of a node that is not part of the group, why. */
    private static String role(JsonNode node) {
        String standing = node.path("standing").asText("member");
        return standing.equals("member") ? node.path("role").asText() : standing;
    }

    private void printStores(JsonNode nodes) {
        Table table = new Table(List.of("NODE", "STORE", "TYPE", "STATE", "PENDING", "LAG", "LAST ERROR"), "STATE");
        for (JsonNode node : nodes) {
            for (JsonNode store : node.path("stores")) {
                table.row(
                        node.path("id").asText(),
                        store.path("name").asText(),
                        store.path("type").asText(),
                        store.path("state").asText(),
                        store.path("pending").asText(),
                        store.path("lagSeconds").asText() + " s",
                        store.path("lastError").asText());
            }
        }
        out().println();
        print(table);
    }
}
