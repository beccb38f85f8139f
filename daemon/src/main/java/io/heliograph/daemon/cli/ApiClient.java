package io.heliograph.daemon.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Talks to the first node of a list that can be reached and can answer, and stays with it: what it says of its own stores
 * is of use for that node only.
 *
 * <p>The next node is asked when nothing was sent, when the answer says that the node refused because it has no quorum or
 * has not caught up, and, for reads, when no answer came. A write whose outcome nobody knows is never sent again.
 */
final class ApiClient {

    /** Problems of a node that did not even look at the request. */
    private static final Set<String> NOT_READY = Set.of("Starting", "Catching up");
    /** Of the older API: refused for want of a leader, and the health of a node that is cut off. */
    private static final Set<String> OLDER_CUT_OFF = Set.of("not leader", "unhealthy");

    /** An answer of a request that succeeded. */
    record Reply(int status, JsonNode body) {}

    private record Request(String method, String path, String body, boolean isWrite, Predicate<JsonNode> isEnough) {}

    private final List<Endpoint> endpoints;
    private final Duration timeout;
    private final Consumer<String> remarks;
    private final HttpCall http;
    private @Nullable Endpoint answering;

    /**
     * @param endpoints tried in this order; at least one
     * @param timeout for one answer
     * @param remarks takes a line for each node that was asked
     */
    ApiClient(List<Endpoint> endpoints, Access access, Duration timeout, Consumer<String> remarks) {
        this.endpoints = List.copyOf(endpoints);
        this.timeout = timeout;
        this.remarks = remarks;
        this.http = new HttpCall(access);
    }

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    static ArrayNode texts(Collection<String> texts) {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        texts.forEach(list::add);
        return list;
    }

    /** One segment of a path, or a value of a query. */
    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    JsonNode get(String path) {
        return call("GET", path, "");
    }

    /** Prefers an answer that is enough to one that is not: a node may know that it is cut off from the others. */
    JsonNode get(String path, Predicate<JsonNode> isEnough) {
        return ask(new Request("GET", path, "", false, isEnough)).body();
    }

    /** A GET of the older API that changes something. */
    JsonNode write(String path) {
        return ask(new Request("GET", path, "", true, answer -> true)).body();
    }

    JsonNode call(String method, String path, ObjectNode body) {
        return call(method, path, Json.text(body));
    }

    /**
     * @return the answer of a request that succeeded
     * @throws CliException with the server's own words otherwise
     */
    JsonNode call(String method, String path, String body) {
        return ask(method, path, body).body();
    }

    /** Like {@link #call(String, String, String)}, with the status, which is below 300. */
    Reply ask(String method, String path, String body) {
        return ask(new Request(method, path, body, !method.equals("GET"), answer -> true));
    }

    private Reply ask(Request request) {
        List<Endpoint> all = answering == null ? endpoints : List.of(answering);
        CliException failure = null;
        Reply notEnough = null;
        for (Endpoint endpoint : all) {
            try {
                HttpReply answer = send(endpoint, request);
                remarks.accept(
                        endpoint + " answered " + answer.status() + " to " + request.method() + " " + request.path());
                Reply reply = reply(endpoint, answer);
                if (request.isEnough().test(reply.body())) {
                    answering = endpoint;
                    return reply;
                }
                notEnough = notEnough == null ? reply : notEnough;
            } catch (Next next) {
                remarks.accept(next.failure.message());
                // what a node said says more than that another one cannot be reached
                failure = failure == null || next.isAnswer ? next.failure : failure;
            }
        }
        if (notEnough != null) {
            return notEnough;
        }
        throw failure == null ? new CliException(ExitCodes.USAGE, "no endpoint is given") : all(all, failure);
    }

    private static CliException all(List<Endpoint> all, CliException failure) {
        boolean isUnreached = failure.answer() == null && failure.exitCode() == ExitCodes.NOT_REACHABLE;
        return isUnreached
                ? new CliException(
                        ExitCodes.NOT_REACHABLE,
                        failure.message() + (all.size() > 1 ? ", nor any other of " + all : "")
                                + "; is the server running? --endpoint or HELIOGRAPH_ENDPOINTS says where")
                : failure;
    }

    private HttpReply send(Endpoint endpoint, Request request) throws Next {
        try {
            return http.send(endpoint.at(request.path()), request.method(), request.body(), timeout);
        } catch (HttpCall.NotSent e) {
            throw new Next(endpoint + " cannot be reached: " + e.getMessage());
        } catch (HttpCall.TooLate e) {
            throw noAnswer(request, endpoint + " did not answer within " + timeout.toMillis() + " ms");
        } catch (IOException e) {
            throw noAnswer(request, "the connection to " + endpoint + " broke: " + e.getMessage());
        }
    }

    private static Next noAnswer(Request request, String message) throws Next {
        if (request.isWrite()) {
            throw new CliException(ExitCodes.UNKNOWN, message + "; the write may or may not have happened");
        }
        return new Next(message);
    }

    private static Reply reply(Endpoint endpoint, HttpReply answer) throws Next {
        JsonNode body = json(endpoint, answer);
        int status = answer.status();
        if (status < 300) {
            return new Reply(status, body);
        }
        String detail =
                Harmless.line(body.path("detail").asText(body.path("Message").asText("status " + status)));
        ObjectNode said = body instanceof ObjectNode object ? object : null;
        if (status == 401 || status == 403) {
            throw new CliException(ExitCodes.REFUSED, endpoint + " " + refusal(status) + ": " + detail, said);
        }
        CliException failure = new CliException(ExitCodes.of(status, detail), detail, said);
        boolean isRefused = body.path("outcome").asText().equals("refused")
                || NOT_READY.contains(body.path("title").asText());
        boolean isCutOff = status == 500 && OLDER_CUT_OFF.contains(detail);
        if ((status == 503 && isRefused) || isCutOff) {
            throw new Next(failure, true);
        }
        throw failure;
    }

    private static String refusal(int status) {
        return status == 401
                ? "wants a token (--token-file or HELIOGRAPH_TOKEN_FILE), or another one"
                : "does not let this token do that";
    }

    private static JsonNode json(Endpoint endpoint, HttpReply answer) {
        try {
            return Json.parse(answer.body());
        } catch (IOException e) {
            int status = answer.status();
            int exitCode = status < 300 ? ExitCodes.REFUSED : ExitCodes.of(status, "");
            throw new CliException(exitCode, endpoint + " answered " + status + " and no JSON");
        }
    }

    /** This node cannot answer; another one may. */
    private static final class Next extends Exception {
        private static final long serialVersionUID = 1L;

        private final transient CliException failure;
        private final boolean isAnswer;

        Next(String message) {
            this(new CliException(ExitCodes.NOT_REACHABLE, message), false);
        }

        Next(CliException failure, boolean isAnswer) {
            super(failure.message(), null, false, false);
            this.failure = failure;
            this.isAnswer = isAnswer;
        }
    }
}
