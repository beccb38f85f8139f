package io.heliograph.daemon.http;

import io.heliograph.daemon.auth.Caller;
import io.heliograph.daemon.masters.WriteOutcome;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One line for each request that changes something, or wanted to: who, through which door, what, and what became of it.
 * The fields are key-value pairs of the log event, too. Bodies, queries and headers stay out: they can hold secrets.
 */
final class Audit {

    private static final Logger LOG = LoggerFactory.getLogger("io.heliograph.audit");
    private static final int MAX_PATH = 300;
    private static final int FIRST_REFUSAL = 300;
    private static final int OUTCOME_UNKNOWN = 504;
    private static final Set<String> WORDS = Set.of("committed", "unchanged", "refused", "unknown");

    private Audit() {}

    /**
     * @param caller null when it was not let in
     * @param outcome null when no write was tried here, as when another node was asked to
     */
    static void tell(Request request, @Nullable Caller caller, Answer answer, @Nullable WriteOutcome outcome) {
        String who = caller == null ? Caller.NOBODY : shown(caller.name());
        String door = caller == null ? "refused" : shown(caller.door());
        String path = shown(request.getHttpURI().getPath());
        String address = Request.getRemoteAddr(request);
        int status = answer.status();
        String end = outcome == null ? passedOn(answer, status) : word(outcome);
        long revision = outcome instanceof WriteOutcome.Committed committed
                ? committed.revision().value()
                : passedOn(answer);
        LOG.atInfo()
                .addKeyValue("method", request.getMethod())
                .addKeyValue("path", path)
                .addKeyValue("caller", who)
                .addKeyValue("door", door)
                .addKeyValue("address", address)
                .addKeyValue("status", status)
                .addKeyValue("outcome", end)
                .addKeyValue("revision", revision)
                .log(
                        "{} {} by {} ({}) from {}: {}{}{}",
                        request.getMethod(),
                        path,
                        who,
                        door,
                        address,
                        status,
                        end.isEmpty() ? "" : " " + end,
                        revision == 0 ? "" : " revision " + revision);
    }

    /** What another node answered, or what the status says. */
    private static String passedOn(Answer answer, int status) {
        Optional<String> told =
                Json.of(answer).map(body -> body.path("outcome").asText()).filter(WORDS::contains);
        if (told.isPresent()) {
            return told.get();
        }
        if (status == OUTCOME_UNKNOWN) {
            return "unknown";
        }
        return status < FIRST_REFUSAL ? "done" : "refused";
    }

    /** The revision that another node answered, 0 for none. */
    private static long passedOn(Answer answer) {
        return answer.status() == 200 || answer.status() == 202
                ? Json.of(answer).map(body -> body.path("revision").asLong()).orElse(0L)
                : 0;
    }

    private static String word(WriteOutcome outcome) {
        if (outcome instanceof WriteOutcome.Committed committed) {
            return committed.changed() ? "committed" : "unchanged";
        }
        if (outcome instanceof WriteOutcome.MembersChanged) {
            return "committed";
        }
        return outcome instanceof WriteOutcome.Unknown ? "unknown" : "refused";
    }

    /** Whoever reads the log in a terminal sees characters, not what they do to it. */
    private static String shown(String text) {
        String cut = text.length() > MAX_PATH ? text.substring(0, MAX_PATH) + "…" : text;
        return cut.replaceAll("[\\p{Cntrl}\\p{Cf}]", "?");
    }
}
