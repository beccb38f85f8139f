package io.heliograph.it.faults;

import com.fasterxml.jackson.databind.JsonNode;
import io.heliograph.it.faults.Client.End;
import io.heliograph.it.faults.Client.Reply;
import io.heliograph.it.faults.Operation.Kind;
import io.heliograph.it.faults.Operation.Outcome;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The operations of the workload as requests, each recorded in the history when it has ended. Threads: any. */
final class Requests {
    /** Keys of clusters' masters are below this. */
    static final String MASTERS = "mysql/master/";

    private final Client client;
    private final History history;
    private final Timeline timeline;
    private final Findings findings;
    private final LongSupplier clock;

    Requests(Client client, History history, Timeline timeline, Findings findings, LongSupplier clock) {
        this.client = client;
        this.history = history;
        this.timeline = timeline;
        this.findings = findings;
        this.clock = clock;
    }

    /** What is known before the request is sent. */
    private record Intent(long id, Kind kind, String key, @Nullable String value, @Nullable String expected) {}

    CompletableFuture<Operation> put(FaultNode node, String key) {
        long id = history.nextId();
        String value = "v" + id;
        String body = Client.json(Map.of("value", value));
        return send(node, new Intent(id, Kind.PUT, key, value, null), "PUT", "/v1/kv/" + key, body);
    }

    CompletableFuture<Operation> setMaster(FaultNode node, String alias) {
        long id = history.nextId();
        String master = uniqueMaster(id);
        String body = Client.json(Map.of("master", master));
        Intent intent = new Intent(id, Kind.SET_MASTER, MASTERS + alias, master, null);
        return send(node, intent, "PUT", "/v1/clusters/" + alias, body);
    }

    CompletableFuture<Operation> failover(FaultNode node, String alias, @Nullable String expected) {
        long id = history.nextId();
        String master = uniqueMaster(id);
        Map<String, String> body = new HashMap<>(Map.of("master", master, "reason", "operation " + id));
        if (expected != null) {
            body.put("expected", expected);
        }
        Intent intent = new Intent(id, Kind.FAILOVER, MASTERS + alias, master, expected);
        return send(node, intent, "POST", "/v1/clusters/" + alias + "/failover", Client.json(body));
    }

    CompletableFuture<Operation> read(FaultNode node, String key) {
        Intent intent = new Intent(history.nextId(), Kind.READ, key, null, null);
        return send(node, intent, "GET", "/v1/kv/" + key, null);
    }

    private static String uniqueMaster(long id) {
        return "10.%d.%d.%d:3306".formatted(id >> 16 & 255, id >> 8 & 255, id & 255);
    }

    private CompletableFuture<Operation> send(
            FaultNode node, Intent intent, String method, String path, @Nullable String body) {
        long start = clock.getAsLong();
        return client.send(node.url(), method, path, body, Client.LIMIT).thenApply(reply -> {
            Operation operation = operation(node, intent, start, clock.getAsLong(), reply);
            history.add(operation);
            judgeAnswer(operation, reply);
            return operation;
        });
    }

    static Outcome outcome(boolean isRead, Reply reply) {
        if (reply.status() == 200 || (isRead && reply.status() == 404)) {
            return Outcome.DONE;
        }
        boolean isRefusal = reply.end() == End.NEVER_SENT
                || (reply.status() >= 400 && reply.status() < 500)
                || (reply.status() == 503
                        && !"unknown".equals(reply.body().path("outcome").asText()));
        return isRefusal ? Outcome.REFUSED : Outcome.UNKNOWN;
    }

    private static Operation operation(FaultNode node, Intent intent, long start, long end, Reply reply) {
        Outcome outcome = outcome(intent.kind() == Kind.READ, reply);
        JsonNode body = reply.body();
        long revision = outcome == Outcome.DONE ? body.path("revision").asLong() : 0;
        String field = intent.kind() == Kind.READ ? "value" : "actual";
        String seen = body.path(field).isTextual() ? body.path(field).asText() : null;
        String changed = body.path("changed").isBoolean() ? ", changed " + body.path("changed") : "";
        String problem =
                body.path("detail").isTextual() ? ": " + body.path("detail").asText() : "";
        return new Operation(
                intent.id(),
                intent.kind(),
                intent.key(),
                intent.value(),
                intent.expected(),
                node.id(),
                start,
                end,
                outcome,
                revision,
                seen,
                reply.detail() + changed + problem);
    }

    private void judgeAnswer(Operation operation, Reply reply) {
        if (reply.end() == End.TIMED_OUT && timeline.wasSteady(operation.node(), operation.start(), operation.end())) {
            findings.add(Violation.other("wedged: a node that ran and could be reached did not answer: " + operation));
        }
        if (reply.status() == 500) {
            findings.add(Violation.other("internal error: " + operation));
        }
        if (operation.isCommitted() && !reply.body().path("changed").asBoolean(true)) {
            findings.add(Violation.other("written twice: answered that it was there already: " + operation));
        }
    }
}
