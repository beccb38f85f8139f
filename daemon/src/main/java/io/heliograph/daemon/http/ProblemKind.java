package io.heliograph.daemon.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;

/**
 * The kinds of problem details (RFC 9457) that are answered. Each says what to do next; the detail of the single answer
 * says what happened.
 */
enum ProblemKind {
    BAD_REQUEST(400, "Bad request", "Mend the request; GET /v1/openapi.yaml describes each one."),
    BAD_CONFIGURATION(400, "Bad configuration", "Nothing was changed. Correct the file, and reload again."),
    NOT_AUTHENTICATED(
            401,
            "Who are you",
            "Send a token of this node's tokens file: Authorization: Bearer, or basic with its name."),
    NOT_ALLOWED(403, "Not allowed", "Use a token of the role that is named; heliograph token create makes one."),
    SWITCHED_OFF(403, "Switched off", "Use PUT and POST below /v1, or set http.state-changing-gets."),
    OTHER_SITE(403, "Other site", "Open this node's own page, or send the request without a browser."),
    NOT_FOUND(404, "Not found", "GET /v1/openapi.yaml lists what there is."),
    UNKNOWN_CLUSTER(
            404,
            "Unknown cluster",
            "GET /v1/clusters lists what is known; PUT /v1/clusters/{alias} makes a cluster known."),
    UNKNOWN_KEY(
            404, "Unknown key", "GET /v1/kv lists the keys; keys of a cluster go with DELETE /v1/clusters/{alias}."),
    UNKNOWN_STORE(404, "Unknown store", "GET /v1/nodes lists the stores of each node; ask the node that has it."),
    UNKNOWN_MEMBER(404, "Unknown member", "GET /v1/members lists the members."),
    METHOD_NOT_ALLOWED(405, "Method not allowed", "Use one of the methods in the header Allow."),
    REQUEST_TIMEOUT(408, "Request timeout", "Nothing was done. Send the request again, its body without a pause."),
    CONFLICT(409, "Conflict", "Nothing was changed. Look at what is there now, decide, and ask again."),
    TOO_LARGE(413, "Too large", "Nothing was done. Send less, or in several requests."),
    NOT_HTTP(400, "Bad request", "Send HTTP/1.1 with a shorter path or fewer headers."),
    TOO_MANY_FAILURES(429, "Too many failures", "Wait as long as Retry-After says, then send a token that is right."),
    FAULT(500, "Internal error", "Look into the log of this node, and report what it says."),
    RELOAD_FAILED(500, "Reload failed", "Nothing was changed. Mend what the detail names, and reload again."),
    SNAPSHOT_FAILED(500, "Snapshot failed", "Look into the log of this node, and whether its disk is full."),
    NOT_AVAILABLE(503, "Not available", "It was not carried out. GET /v1/nodes tells who is up; ask again then."),
    CATCHING_UP(503, "Catching up", "Ask another node, or this one again in a moment."),
    STARTING(503, "Starting", "Ask another node, or this one again in a moment."),
    BUSY(503, "Busy", "Nothing was done. Ask again in a moment, or another node."),
    STORE_NOT_AVAILABLE(503, "Store not available", "See to the store; GET /v1/node tells its state."),
    OUTCOME_UNKNOWN(
            504, "Outcome unknown", "It may or may not have been carried out. Look, or ask again: it does no harm.");

    private static final String TYPE = "urn:heliograph:problem:";

    private final int status;
    private final String title;
    private final String next;

    ProblemKind(int status, String title, String next) {
        this.status = status;
        this.title = title;
        this.next = next;
    }

    int status() {
        return status;
    }

    /** URI of the kind. */
    String type() {
        return TYPE + name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * @param detail what happened, one line
     */
    Answer answer(String detail) {
        return answer(detail, Json.object());
    }

    /**
     * @param detail what happened, one line
     * @param more further fields
     */
    Answer answer(String detail, ObjectNode more) {
        return answer(status, detail, more);
    }

    /** As the HTTP server itself has it, which knows more statuses of the same kind than we. */
    Answer answer(int ofServer, String detail) {
        return answer(ofServer, detail, Json.object());
    }

    private Answer answer(int with, String detail, ObjectNode more) {
        ObjectNode body = Json.object();
        body.put("type", type())
                .put("title", title)
                .put("status", with)
                .put("detail", detail)
                .put("next", next);
        body.setAll(more);
        return Answer.problem(with, body);
    }
}
