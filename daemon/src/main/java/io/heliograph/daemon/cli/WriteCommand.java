package io.heliograph.daemon.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.heliograph.daemon.config.Durations;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/** A command that writes, and can wait until what it wrote is delivered. */
abstract class WriteCommand extends ClientCommand {

    private static final Duration DELIVERY_LIMIT = Duration.ofSeconds(5);

    enum Wait {
        committed,
        local,
        quorum,
        all
    }

    @Option(
            names = "--wait",
            paramLabel = "HOW-FAR",
            description = {
                "Wait until it is committed, or delivered to every store of the local node, of a quorum of the nodes,",
                "or of all; default: committed. With one of the latter three, --timeout says how long (default: 5s);",
                "when it is over, the write is committed all the same and the exit code is 0."
            })
    Wait wait = Wait.committed;

    /** Sends a write, prints its answer, and how far it was delivered where that was asked for. */
    int write(String method, String path, String body) {
        return write(method, path, Map.of(), body);
    }

    /**
     * @param query parameters of the request, besides those of the wait; plain words
     */
    int write(String method, String path, Map<String, String> query, String body) {
        if (wait == Wait.committed) {
            print(asked(api(), method, path + text(query), body, "waiting for a quorum")
                    .body());
            return ExitCodes.DONE;
        }
        String wanted = givenTimeout();
        Duration limit = wanted == null ? DELIVERY_LIMIT : given(wanted);
        Map<String, String> all = new LinkedHashMap<>(query);
        all.put("wait", wait.name());
        all.put("timeout", Durations.text(limit));
        String doing = "waiting until it is delivered (" + wait + "), for at most " + Durations.text(limit);
        ApiClient.Reply reply = asked(api(limit.plus(ANSWER_LIMIT)), method, path + text(all), body, doing);
        print(reply.body());
        if (!isJson()) {
            printDelivered(reply.body());
        }
        if (reply.status() == 202) {
            console()
                    .remark("committed, but not delivered as far as " + wait + " within " + Durations.text(limit)
                            + "; delivery goes on, see heliograph status");
        }
        return ExitCodes.DONE;
    }

    private ApiClient.Reply asked(ApiClient api, String method, String target, String body, String doing) {
        try (Progress progress = progress(doing)) {
            return api.ask(method, target, body);
        }
    }

    private static String text(Map<String, String> query) {
        return query.entrySet().stream()
                .map(each -> each.getKey() + "=" + each.getValue())
                .collect(Collectors.collectingAndThen(
                        Collectors.joining("&"), text -> text.isEmpty() ? "" : "?" + text));
    }

    private void print(JsonNode answer) {
        if (!printedAsJson(answer)) {
            printWrite(answer);
        }
    }

    /** The revision, then the entries. */
    void printWrite(JsonNode answer) {
        boolean changed = answer.path("changed").asBoolean();
        out().println((changed ? "committed at revision " : "already so since revision ")
                + answer.path("revision").asLong());
        answer.path("entries")
                .forEach(entry -> say("  " + entry.path("key").asText() + " = "
                        + entry.path("value").asText()));
        answer.path("deleted").forEach(key -> say("  " + key.asText() + " deleted"));
    }

    private void printDelivered(JsonNode answer) {
        Set<String> unreachable = new HashSet<>();
        answer.path("unreachable").forEach(id -> unreachable.add(id.asText()));
        Table table = new Table(List.of("NODE", "STORE", "DELIVERED"), "DELIVERED");
        answer.path("delivered").properties().forEach(node -> {
            String id = node.getKey();
            if (node.getValue().isEmpty()) {
                table.row(id, "", unreachable.contains(id) ? "does not answer" : "not asked");
            }
            node.getValue()
                    .properties()
                    .forEach(store ->
                            table.row(id, store.getKey(), store.getValue().asBoolean() ? "yes" : "not yet"));
        });
        print(table);
    }
}
