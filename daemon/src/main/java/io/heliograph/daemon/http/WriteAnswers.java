package io.heliograph.daemon.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heliograph.daemon.config.Configuration;
import io.heliograph.daemon.delivery.Delivery;
import io.heliograph.daemon.masters.WriteOutcome;
import io.heliograph.daemon.masters.WriteOutcome.Committed;
import io.heliograph.daemon.masters.WriteOutcome.Refused;
import io.heliograph.daemon.masters.WriteOutcome.Unavailable;
import io.heliograph.daemon.masters.WriteOutcome.Unknown;
import io.heliograph.fsm.CommandResult.Reason;
import io.heliograph.kv.Entry;
import java.util.List;

/** Outcomes of writes as {@code /v1} answers them. */
final class WriteAnswers {

    private final Configuration configuration;
    private final Delivery delivery;

    WriteAnswers(Configuration configuration, Delivery delivery) {
        this.configuration = configuration;
        this.delivery = delivery;
    }

    Answer render(WriteOutcome outcome) {
        if (outcome instanceof Committed committed) {
            return Answer.json(200, committed(committed));
        }
        if (outcome instanceof Refused refused) {
            return refused(refused);
        }
        if (outcome instanceof Unknown unknown) {
            return Answer.problem(
                    504,
                    "Outcome unknown",
                    unknown.message() + "; it may or may not have been written: look, or ask again",
                    Json.object().put("outcome", "unknown"));
        }
        String message = outcome instanceof Unavailable unavailable ? unavailable.message() : "this node does not lead";
        return Answer.problem(503, "Not available", message, Json.object().put("outcome", "refused"));
    }

    private ObjectNode committed(Committed committed) {
        ObjectNode body = Json.object();
        body.put("revision", committed.revision().value());
        body.put("outcome", "committed");
        body.put("changed", committed.changed());
        ArrayNode entries = body.putArray("entries");
        committed.entries().forEach(entry -> entries.add(entry(entry)));
        ObjectNode here =
                body.putObject("delivered").putObject(configuration.node().id());
        List<String> heads = committed.entries().stream()
                .map(Entry::key)
                .filter(delivery::isHead)
                .toList();
        delivery.delivered(heads, committed.revision()).forEach(here::put);
        return body;
    }

    static ObjectNode entry(Entry entry) {
        return Json.object().put("key", entry.key()).put("value", entry.value());
    }

    private static Answer refused(Refused refused) {
        ObjectNode more = Json.object().put("outcome", "refused");
        if (refused.actual() != null) {
            more.put("actual", refused.actual().toString());
        }
        return refused.reason() == Reason.UNKNOWN_CLUSTER
                ? Answer.problem(404, "Unknown cluster", refused.message(), more)
                : Answer.problem(409, "Conflict", refused.message(), more);
    }
}
