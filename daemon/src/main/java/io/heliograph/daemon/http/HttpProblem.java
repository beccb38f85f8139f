package io.heliograph.daemon.http;

import java.util.Map;
import java.util.concurrent.CompletionException;

/** Ends a request with a problem answer. */
final class HttpProblem extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final ProblemKind kind;
    private final transient Map<String, String> headers;

    /**
     * @param detail what happened, one line
     */
    HttpProblem(ProblemKind kind, String detail) {
        this(kind, detail, Map.of());
    }

    private HttpProblem(ProblemKind kind, String detail, Map<String, String> headers) {
        super(detail, null, false, false);
        this.kind = kind;
        this.headers = headers;
    }

    /** The same, with a header besides. */
    HttpProblem withHeader(String name, String value) {
        return new HttpProblem(kind, String.valueOf(getMessage()), Map.of(name, value));
    }

    /** What went wrong, out of what futures wrap around it. */
    static Throwable causeOf(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    Answer answer() {
        Answer problem = kind.answer(String.valueOf(getMessage()));
        return new Answer(problem.status(), problem.contentType(), problem.body(), headers);
    }
}
