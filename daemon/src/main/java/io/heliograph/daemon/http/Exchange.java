package io.heliograph.daemon.http;

import io.heliograph.daemon.auth.Caller;
import io.heliograph.daemon.masters.WriteOutcome;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Fields;
import org.jspecify.annotations.Nullable;

/** A request on its way to its handler. Used by one thread at a time. */
final class Exchange {

    /** Says which node forwarded a request; such a request is not forwarded again. */
    static final String FORWARDED_BY = "X-Heliograph-Forwarded-By";

    private final Request request;
    private final Map<String, String> pathValues;
    private final Fields query;
    private final byte[] body;
    private final Caller caller;
    private volatile @Nullable WriteOutcome outcome;

    Exchange(Request request, Map<String, String> pathValues, byte[] body, Caller caller) {
        this.request = request;
        this.pathValues = pathValues;
        this.body = body;
        this.caller = caller;
        try {
            this.query = Request.extractQueryParameters(request);
        } catch (RuntimeException e) {
            throw new HttpProblem(ProblemKind.BAD_REQUEST, "the query cannot be decoded: " + e.getMessage());
        }
    }

    String method() {
        return request.getMethod();
    }

    /** Path and query as they came in. */
    String target() {
        return request.getHttpURI().getPathQuery();
    }

    /** The decoded part of the path that stands for {@code name} in the route. */
    String path(String name) {
        return pathValues.getOrDefault(name, "");
    }

    Optional<String> query(String name) {
        return Optional.ofNullable(query.getValue(name));
    }

    /**
     * @throws HttpProblem 400 when the query has another name than these: it may be a mistyped one
     */
    void checkQueryNames(Set<String> known) {
        for (String name : query.getNames()) {
            if (!known.contains(name)) {
                throw new HttpProblem(
                        ProblemKind.BAD_REQUEST, "unknown parameter '" + name + "'; known are " + new TreeSet<>(known));
            }
        }
    }

    /** Says what became of the write that this request asked for. */
    void ended(WriteOutcome with) {
        outcome = with;
    }

    /** What became of the write; null while nothing did, and when another node was asked to carry it out. */
    @Nullable
    WriteOutcome outcome() {
        return outcome;
    }

    /** Who sent it; for a request that a node passed on, who sent it there. */
    Caller caller() {
        return caller;
    }

    boolean isForwarded() {
        return request.getHeaders().contains(FORWARDED_BY);
    }

    /**
     * The body as text.
     *
     * @throws HttpProblem 400 when it is not UTF-8
     */
    String body() {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new HttpProblem(ProblemKind.BAD_REQUEST, "the body is not UTF-8");
        }
    }
}
