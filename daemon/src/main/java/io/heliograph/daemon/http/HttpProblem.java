package io.heliograph.daemon.http;

import java.util.Map;

/** Ends a request with a problem answer. */
final class HttpProblem extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int status;
    private final String title;
    private final transient Map<String, String> headers;

    HttpProblem(int status, String title, String detail) {
        this(status, title, detail, Map.of());
    }

    private HttpProblem(int status, String title, String detail, Map<String, String> headers) {
        super(detail, null, false, false);
        this.status = status;
        this.title = title;
        this.headers = headers;
    }

    /** The same, with a header besides. */
    HttpProblem withHeader(String name, String value) {
        return new HttpProblem(status, title, String.valueOf(getMessage()), Map.of(name, value));
    }

    Answer answer() {
        Answer problem = Answer.problem(status, title, String.valueOf(getMessage()));
        return new Answer(problem.status(), problem.contentType(), problem.body(), headers);
    }
}
