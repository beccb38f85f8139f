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
import io.heliograph.fsm.DesiredState;
import io.heliograph.kv.Entry;
import io.heliograph.kv.Revision;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Outcomes of writes as {@code /v1} answers them. */
final class WriteAnswers {

    /** What stores are to hold, in an answer from node to node; see {@link Wanted}. */
    static final String WRITE_SETS = "writeSets";

    private final Configuration configuration;
    private final Supplier<DesiredState> desired;
    private final Delivery delivery;

    /**
     * @param desired the state after the writes that are answered
     */
    WriteAnswers(Configuration configuration, Supplier<DesiredState> desired, Delivery delivery) {
        this.configuration = configuration;
        this.desired = desired;
        this.delivery = delivery;
    }

    /** For the node that the client asked, which takes {@link #WRITE_SETS} out again. */
    Answer renderForNode(WriteOutcome outcome) {
        if (outcome instanceof Committed committed) {
            Map<String, Revision> wanted = wanted(committed);
            ObjectNode body = committed(committed, wanted);
            body.set(WRITE_SETS, Wanted.json(wanted));
            return Answer.json(200, body);
        }
        return render(outcome);
    }

    Answer render(WriteOutcome outcome) {
        if (outcome instanceof Committed committed) {
            return Answer.json(200, committed(committed, wanted(committed)));
        }
        if (outcome instanceof Refused refused) {
            return refused(refused);
        }
        if (outcome instanceof Unknown unknown) {
            return ProblemKind.OUTCOME_UNKNOWN.answer(
                    unknown.message() + "; it may or may not have been written: look, or ask again",
                    Json.object().put("outcome", "unknown"));
        }
        String message = outcome instanceof Unavailable unavailable ? unavailable.message() : "this node does not lead";
        return ProblemKind.NOT_AVAILABLE.answer(message, Json.object().put("outcome", "refused"));
    }

    /**
     * The write sets that a write made, head to revision. One that has been overwritten since stands with the newer
     * revision, but never with one newer than the whole write: a large one is several log entries.
     */
    private Map<String, Revision> wanted(Committed committed) {
        Map<String, Revision> wanted = new LinkedHashMap<>();
        Stream.concat(committed.entries().stream().map(Entry::key), committed.deleted().stream())
                .forEach(key -> desired.get().get(key).ifPresent(set -> {
                    boolean isOlder = committed.revision().isNewerThan(set.revision());
                    wanted.put(set.head(), isOlder ? set.revision() : committed.revision());
                }));
        return wanted;
    }

    /** What this node's stores hold of it. */
    Map<String, Boolean> here(Map<String, Revision> wanted) {
        return delivery.delivered(wanted);
    }

    private ObjectNode committed(Committed committed, Map<String, Revision> wanted) {
        ObjectNode body = Json.object();
        body.put("revision", committed.revision().value());
        body.put("outcome", "committed");
        body.put("changed", committed.changed());
        ArrayNode entries = body.putArray("entries");
        committed.entries().forEach(entry -> entries.add(entry(entry)));
        if (!committed.deleted().isEmpty()) {
            ArrayNode deleted = body.putArray("deleted");
            committed.deleted().forEach(deleted::add);
        }
        ObjectNode stores =
                body.putObject("delivered").putObject(configuration.node().id());
        here(wanted).forEach(stores::put);
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
        return switch (refused.reason()) {
            case UNKNOWN_CLUSTER -> ProblemKind.UNKNOWN_CLUSTER.answer(refused.message(), more);
            case UNKNOWN_KEY -> ProblemKind.UNKNOWN_KEY.answer(refused.message(), more);
            case UNEXPECTED_MASTER, KEY_IN_USE -> ProblemKind.CONFLICT.answer(refused.message(), more);
        };
    }
}
