package io.heliograph.it.faults;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Sends requests to nodes; every one ends within its time limit. Threads: any; calls do not block. */
final class Client implements AutoCloseable {
    /** Longer than a node may take: five seconds for a write, and two more when it was passed on. */
    static final Duration LIMIT = Duration.ofSeconds(10);

    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(2);
    private static final Duration SLACK = Duration.ofSeconds(2);
    private static final Duration PROBE_LIMIT = Duration.ofSeconds(2);
    private static final long RETRY_MILLIS = 50;
    private static final ObjectMapper JSON = new ObjectMapper();

    /** How a request ended. */
    enum End {
        ANSWERED,
        /** No connection came about, so nothing can have been done. */
        NEVER_SENT,
        TIMED_OUT,
        /** The connection broke. */
        BROKEN
    }

    /** An answer, or why there was none; status is 0 then. */
    record Reply(End end, int status, JsonNode body, String detail) {}

    private final ExecutorService threads = Executors.newCachedThreadPool(work -> {
        Thread thread = new Thread(work, "client");
        thread.setDaemon(true);
        return thread;
    });
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_LIMIT)
            .followRedirects(HttpClient.Redirect.NEVER)
            .executor(threads)
            .build();

    /** A read with a short limit, for looking after the run rather than for its history. */
    CompletableFuture<Reply> get(FaultNode node, String path) {
        return send(node.url(), "GET", path, null, PROBE_LIMIT);
    }

    /**
     * Sends a request; never completes exceptionally.
     *
     * @param body JSON text, null for none
     */
    CompletableFuture<Reply> send(String url, String method, String path, @Nullable String body, Duration limit) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + path))
                .timeout(limit)
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (body != null) {
            request.header("Content-Type", "application/json");
        }
        return http.sendAsync(request.build(), BodyHandlers.ofString())
                .orTimeout(limit.plus(SLACK).toMillis(), TimeUnit.MILLISECONDS)
                .thenApply(Client::answered)
                .exceptionally(Client::failed);
    }

    private static Reply answered(HttpResponse<String> response) {
        try {
            return new Reply(
                    End.ANSWERED, response.statusCode(), JSON.readTree(response.body()), "" + response.statusCode());
        } catch (JsonProcessingException e) {
            return new Reply(End.ANSWERED, response.statusCode(), MissingNode.getInstance(), response.body());
        }
    }

    private static Reply failed(Throwable thrown) {
        Throwable cause =
                thrown instanceof CompletionException && thrown.getCause() != null ? thrown.getCause() : thrown;
        End end = End.BROKEN;
        if (cause instanceof ConnectException || cause instanceof HttpConnectTimeoutException) {
            end = End.NEVER_SENT;
        } else if (cause instanceof HttpTimeoutException || cause instanceof TimeoutException) {
            end = End.TIMED_OUT;
        }
        return new Reply(end, 0, MissingNode.getInstance(), end + ": " + cause);
    }

    /** Runs something a little later. */
    void later(Runnable work) {
        Executor delayed = CompletableFuture.delayedExecutor(RETRY_MILLIS, TimeUnit.MILLISECONDS, threads);
        delayed.execute(work);
    }

    static String json(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("cannot be written as JSON: " + value, e);
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
