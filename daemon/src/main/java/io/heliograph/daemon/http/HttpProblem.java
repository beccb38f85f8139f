package io.heliograph.daemon.http;

/** Ends a request with a problem answer. */
final class HttpProblem extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int status;
    private final String title;

    HttpProblem(int status, String title, String detail) {
        super(detail, null, false, false);
        this.status = status;
        this.title = title;
    }

    Answer answer() {
        return Answer.problem(status, title, String.valueOf(getMessage()));
    }
}
