package io.heliograph.kv.consul;

import io.heliograph.kv.Causes;
import io.heliograph.kv.StoreResult;
import java.io.IOException;
import java.time.Duration;
import okhttp3.ResponseBody;
import org.jspecify.annotations.Nullable;
import retrofit2.Response;

/**
 * An answer other than 2xx.
 *
 * @param status HTTP status
 * @param text what the agent said, one line
 * @param retryAfter what it asked for, zero when it asked for nothing
 * @param isTorn whether it did not get the whole request, because a connection broke on the way
 */
record Refusal(int status, String text, Duration retryAfter, boolean isTorn) {

    private static final int BAD_REQUEST = 400;
    private static final int NOT_FOUND = 404;
    private static final int REQUEST_TIMEOUT = 408;
    private static final int CONFLICT = 409;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int INTERNAL_ERROR = 500;
    private static final int SERVICE_UNAVAILABLE = 503;

    static Refusal of(Response<?> response) {
        String text = textOf(response);
        return new Refusal(
                response.code(),
                "HTTP " + response.code() + ": " + text,
                retryAfter(response),
                isTorn(response.code(), response.headers().get("Connection"), text));
    }

    /**
     * The agent's HTTP server answers 400 by itself to a request that ends in its head, and closes; the agent answers
     * 400 to a body that ends too early. What they refuse for its content leaves the connection open.
     */
    private static boolean isTorn(int status, @Nullable String connection, String text) {
        return status == REQUEST_TIMEOUT
                || (status == BAD_REQUEST && ("close".equalsIgnoreCase(connection) || text.contains("unexpected EOF")));
    }

    /**
     * Nothing was sent that could change anything. A 404 is not Consul's own here: something in between has lost its way
     * to it.
     */
    ReadFailure whileReading() {
        return isClientError() && status != NOT_FOUND
                ? new ReadFailure(new StoreResult.Rejected(text))
                : new ReadFailure(new StoreResult.Unavailable(text, retryAfter));
    }

    /**
     * A transaction was refused. Any other server error than the known harmless ones leaves open what happened: a
     * leader that steps down while it commits answers 500 and the entry may still be committed.
     */
    StoreResult whileWriting() {
        if (status == CONFLICT) {
            return isDenied() ? new StoreResult.Rejected(text) : new StoreResult.Conflict(text);
        }
        if (isClientError()) {
            return new StoreResult.Rejected(text);
        }
        if (status == TOO_MANY_REQUESTS
                || status == SERVICE_UNAVAILABLE
                || status < INTERNAL_ERROR
                || text.contains("No cluster leader")) {
            return new StoreResult.Unavailable(text, retryAfter);
        }
        return new StoreResult.Indeterminate(text);
    }

    /** Consul reports a token that may not write as an error of the transaction, with the status of a conflict. */
    private boolean isDenied() {
        return text.contains("ermission denied") || text.contains("ACL not found");
    }

    private boolean isClientError() {
        return status >= BAD_REQUEST && status < INTERNAL_ERROR && status != TOO_MANY_REQUESTS && !isTorn;
    }

    private static String textOf(Response<?> response) {
        try {
            ResponseBody body = response.errorBody();
            String text = body == null ? "" : body.string();
            return Causes.oneLine(text.isBlank() ? response.message() : text);
        } catch (IOException e) {
            return Causes.oneLine(e);
        }
    }

    private static Duration retryAfter(Response<?> response) {
        @Nullable String seconds = response.headers().get("Retry-After");
        return seconds != null && seconds.matches("[0-9]{1,6}")
                ? Duration.ofSeconds(Long.parseLong(seconds))
                : Duration.ZERO;
    }
}
