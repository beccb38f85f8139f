package io.heliograph.daemon.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * {@code -c COMMAND}: the commands of orchestrator's client that concern masters in stores and who leads, with the lines
 * that it prints. Its API takes everything by GET, so that what changes something is known here by its path.
 */
final class OlderForm {

    static final String KNOWN = "submit-masters-to-kv-stores, raft-leader, raft-leader-hostname, raft-health,"
            + " raft-elect-leader, clusters, clusters-alias, all-clusters-masters, which-cluster, which-cluster-alias,"
            + " which-cluster-master, which-cluster-instances, forget-cluster, set-cluster-alias, which-api, api";

    private static final String API = "/api/";
    private static final String SUBMIT = "submit-masters-to-kv-stores";
    private static final Duration LEADER_LIMIT = Duration.ofSeconds(2);

    /** First words of paths that only read; any other one may change something. */
    private static final Set<String> READS = Set.of(
            "leader-check",
            "routed-leader-check",
            "raft-leader",
            "raft-state",
            "raft-health",
            "raft-status",
            "raft-peers",
            "health",
            "status",
            "lb-check",
            "_ping",
            "clusters",
            "clusters-info",
            "cluster-info",
            "cluster",
            "masters",
            "master",
            "audit-recovery");

    private final Main given;

    OlderForm(Main given) {
        this.given = given;
    }

    /**
     * Does it.
     *
     * @return the API's answer
     * @throws CliException when it failed, or there is no such command
     */
    JsonNode ask(String command) {
        return switch (command) {
            case SUBMIT -> write(SUBMIT + (hintOrNull() == null ? "" : "/" + ApiClient.encoded(hint(command))));
            case "raft-leader" -> led("raft-leader", answer -> !answer.asText().isEmpty());
            case "raft-leader-hostname" -> led(
                    "health", answer -> !leaderHostname(answer).isEmpty());
            case "raft-health" -> read("raft-health");
            case "raft-elect-leader" -> write(
                    "raft-yield-hint/" + ApiClient.encoded(needed(given.hostname, command, "--hostname")));
            case "clusters", "clusters-alias" -> read("clusters-info");
            case "all-clusters-masters" -> read("masters");
            case "which-cluster", "which-cluster-alias" -> read("cluster-info/" + ApiClient.encoded(hint(command)));
            case "which-cluster-master" -> read("master/" + ApiClient.encoded(hint(command)));
            case "which-cluster-instances" -> read("cluster/" + ApiClient.encoded(hint(command)));
            case "forget-cluster" -> write("forget-cluster/" + ApiClient.encoded(hint(command)));
            case "set-cluster-alias" -> write(
                    "set-cluster-alias/" + ApiClient.encoded(needed(given.instance, command, "-i")) + "?alias="
                            + ApiClient.encoded(needed(given.alias, command, "-alias")));
            case "which-api" -> TextNode.valueOf(leadersEndpoint() + "/api");
            case "api" -> any(needed(given.path, command, "--path"));
            default -> throw new CliException(ExitCodes.USAGE, "-c knows " + KNOWN + ", not '" + command + "'");
        };
    }

    /** What the older client prints of the answer. */
    List<String> lines(String command, JsonNode answer) {
        return switch (command) {
            case SUBMIT -> each(answer.path("Details"))
                    .map(entry -> entry.path("Key").asText() + ":"
                            + entry.path("Value").asText())
                    .toList();
            case "raft-leader", "raft-health", "which-api" -> List.of(answer.asText());
            case "raft-leader-hostname" -> List.of(leaderHostname(answer));
            case "raft-elect-leader" -> List.of(answer.path("Details").asText());
            case "clusters" -> each(answer)
                    .map(cluster -> cluster.path("ClusterName").asText())
                    .toList();
            case "clusters-alias" -> each(answer)
                    .map(cluster -> cluster.path("ClusterName").asText() + ","
                            + cluster.path("ClusterAlias").asText())
                    .toList();
            case "all-clusters-masters", "which-cluster-instances" -> each(answer)
                    .map(OlderForm::key)
                    .toList();
            case "which-cluster" -> List.of(answer.path("ClusterName").asText());
            case "which-cluster-alias" -> List.of(answer.path("ClusterAlias").asText());
            case "which-cluster-master" -> List.of(key(answer));
            case "set-cluster-alias" -> List.of(answer.path("Message").asText());
            case "api" -> List.of(onOneLine(answer));
            default -> List.of();
        };
    }

    private static Stream<JsonNode> each(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false);
    }

    private static String key(JsonNode instance) {
        JsonNode key = instance.path("Key");
        return key.path("Hostname").asText() + ":" + key.path("Port").asText();
    }

    private JsonNode read(String path) {
        return api().get(API + path);
    }

    private JsonNode write(String path) {
        return api().write(API + path);
    }

    /**
     * Like the older client, of a list asks the node that leads: another one may hang, and what it leaves without an answer
     * is not sent to the next one when it writes. Where nobody leads, the list is gone through.
     */
    private ApiClient api() {
        List<Endpoint> all = given.chosenEndpoints();
        return all.size() == 1
                ? given.api()
                : leading(all).map(each -> given.api(List.of(each))).orElseGet(given::api);
    }

    private JsonNode any(String path) {
        String below = path.replaceFirst("^/*(api/)?", "");
        return READS.contains(below.split("[/?]", 2)[0]) ? read(below) : write(below);
    }

    private JsonNode led(String path, Predicate<JsonNode> hasLeader) {
        JsonNode answer = api().get(API + path, hasLeader);
        if (!hasLeader.test(answer)) {
            throw new CliException(ExitCodes.NOT_REACHABLE, "there is no leader");
        }
        return answer;
    }

    private static String leaderHostname(JsonNode answer) {
        JsonNode details = answer.path("Details");
        JsonNode node = details.path("IsRaftLeader").asBoolean() ? details : details.path("ActiveNode");
        return node.path("Hostname").asText();
    }

    /** The only endpoint, or the one of a list that leads, or at least knows who does. */
    private Endpoint leadersEndpoint() {
        List<Endpoint> all = given.chosenEndpoints();
        return all.size() == 1
                ? all.get(0)
                : leading(all)
                        .orElseThrow(() -> new CliException(
                                ExitCodes.NOT_REACHABLE, "none of " + all + " leads or knows who does"));
    }

    private Optional<Endpoint> leading(List<Endpoint> all) {
        for (String check : List.of("leader-check", "routed-leader-check")) {
            for (Endpoint endpoint : all) {
                try {
                    given.api(List.of(endpoint), LEADER_LIMIT).get(API + check);
                    return Optional.of(endpoint);
                } catch (CliException e) {
                    if (e.exitCode() == ExitCodes.USAGE) {
                        throw e;
                    }
                }
            }
        }
        return Optional.empty();
    }

    private @Nullable String hintOrNull() {
        return given.alias == null ? given.instance : given.alias;
    }

    private String hint(String command) {
        return needed(hintOrNull(), command, "-alias or -i");
    }

    private static String needed(@Nullable String value, String command, String option) {
        if (value == null || value.isEmpty()) {
            throw new CliException(ExitCodes.USAGE, "-c " + command + " needs " + option);
        }
        return value;
    }

    /** With the blanks that the older client leaves. */
    private static String onOneLine(JsonNode answer) {
        List<String> parts = new ArrayList<>();
        if (answer.isArray()) {
            answer.forEach(item -> parts.add(onOneLine(item)));
            return parts.isEmpty() ? "[]" : "[ " + String.join(", ", parts) + " ]";
        }
        if (answer.isObject()) {
            answer.properties()
                    .forEach(field -> parts.add(
                            Json.text(TextNode.valueOf(field.getKey())) + ": " + onOneLine(field.getValue())));
            return parts.isEmpty() ? "{}" : "{ " + String.join(", ", parts) + " }";
        }
        return Json.text(answer);
    }
}
