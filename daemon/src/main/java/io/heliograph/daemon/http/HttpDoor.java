package io.heliograph.daemon.http;

import io.heliograph.command.HostPort;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The HTTP server. Header, connection and request sizes are bounded; handlers may block. */
public final class HttpDoor implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(HttpDoor.class);
    private static final int MAX_THREADS = 64;
    private static final int MAX_HEADER_BYTES = 16 * 1024;
    /** Longer than the longest wait for a delivery, during which a connection is silent. */
    private static final long IDLE_MILLIS = 90_000;

    private static final int BACKLOG = 256;
    private static final long GRACE_MILLIS = 300;
    private static final long POLL_MILLIS = 10;

    private final Server server;
    private final ServerConnector connector;
    private final Entrance entrance;
    private volatile Runnable onDrain = () -> {};

    private HttpDoor(Server server, ServerConnector connector, Entrance entrance) {
        this.server = server;
        this.connector = connector;
        this.entrance = entrance;
    }

    /**
     * Listens; answers 503 until {@link #serve}. Call {@link #close} to stop.
     *
     * @param listen {@code host:port}
     * @throws IOException when the address cannot be listened on; the message is one line
     */
    public static HttpDoor open(String listen) throws IOException {
        HostPort address = HostPort.parse(listen);
        QueuedThreadPool threads = new QueuedThreadPool(MAX_THREADS, 4);
        threads.setName("http");
        threads.setDaemon(true);
        Server server = new Server(threads);
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setRequestHeaderSize(MAX_HEADER_BYTES);
        ServerConnector connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(http));
        connector.setHost(address.host());
        connector.setPort(address.port());
        connector.setIdleTimeout(IDLE_MILLIS);
        connector.setAcceptQueueSize(BACKLOG);
        connector.setShutdownIdleTimeout(IDLE_MILLIS);
        server.addConnector(connector);
        Entrance entrance = new Entrance();
        server.setHandler(entrance);
        server.setErrorHandler(new ErrorAnswers());
        try {
            server.start();
        } catch (Exception e) {
            stop(server);
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new IOException("cannot listen on http.listen " + listen + ": " + cause.getMessage(), e);
        }
        return new HttpDoor(server, connector, entrance);
    }

    /** Begins to answer. */
    void serve(Router router) {
        serve(router, () -> {});
    }

    /**
     * Begins to answer.
     *
     * @param beforeDraining has requests that wait for something answered soon
     */
    void serve(Router router, Runnable beforeDraining) {
        onDrain = beforeDraining;
        entrance.router = router;
    }

    /** The threads that serve requests, for what becomes of them later. */
    Executor threads() {
        return server.getThreadPool();
    }

    /**
     * Takes no new connection any more, and has every client that asks again on an old one go elsewhere after its answer.
     * Returns when all requests are answered, or the limit is over.
     */
    public void drain(Duration limit) {
        entrance.draining = true;
        connector.shutdown();
        onDrain.run();
        long now = System.nanoTime();
        long earliest = now + TimeUnit.MILLISECONDS.toNanos(GRACE_MILLIS);
        long latest = now + limit.toNanos();
        try {
            while (now < latest && (now < earliest || entrance.open.get() > 0)) {
                Thread.sleep(POLL_MILLIS);
                now = System.nanoTime();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        stop(server);
    }

    private static void stop(Server server) {
        try {
            server.stop();
        } catch (Exception e) {
            LOG.warn("Stopping the HTTP server: {}", e.toString());
        }
    }

    private static void send(Answer answer, Response response, Callback callback) {
        response.setStatus(answer.status());
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, answer.contentType());
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
        answer.headers().forEach((name, value) -> response.getHeaders().put(name, value));
        byte[] bytes = answer.bytes();
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, bytes.length);
        response.write(true, ByteBuffer.wrap(bytes), callback);
    }

    /** Turns Jetty's requests into ours, and whatever goes wrong into an answer. */
    private static final class Entrance extends Handler.Abstract {

        private final AtomicInteger open = new AtomicInteger();
        private volatile @Nullable Router router;
        private volatile boolean draining;

        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            open.incrementAndGet();
            Callback counted = Callback.from(callback, open::decrementAndGet);
            answer(request).whenComplete((answer, failure) -> {
                // a body that nobody read ends the connection: said here, so that nobody asks again on it
                if (draining || !request.consumeAvailable()) {
                    response.getHeaders().put(HttpHeader.CONNECTION, "close");
                }
                send(failure == null ? answer : failed(request, failure), response, counted);
            });
            return true;
        }

        private CompletableFuture<Answer> answer(Request request) {
            Router ready = router;
            if (ready == null) {
                return CompletableFuture.completedFuture(Answer.problem(503, "Starting", "this node is starting"));
            }
            try {
                Router.Match match = ready.find(request.getMethod(), segments(request));
                return match.handler().begin(new Exchange(request, match.pathValues()));
            } catch (RuntimeException e) {
                return CompletableFuture.failedFuture(e);
            }
        }

        private static Answer failed(Request request, Throwable failure) {
            Throwable cause =
                    failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
            if (cause instanceof HttpProblem problem) {
                return problem.answer();
            }
            LOG.error("{} {} failed", request.getMethod(), request.getHttpURI().getPath(), cause);
            return Answer.problem(500, "Internal error", "this is a fault of heliograph; its log says more");
        }

        /** Decoded; a trailing slash does not count. */
        private static List<String> segments(Request request) {
            String path = request.getHttpURI().getPath();
            List<String> segments = new ArrayList<>();
            try {
                for (String segment : path.substring(1).split("/", -1)) {
                    segments.add(URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8));
                }
            } catch (RuntimeException e) {
                throw new HttpProblem(400, "Bad request", "the path cannot be decoded");
            }
            if (segments.size() > 1 && segments.get(segments.size() - 1).isEmpty()) {
                segments.remove(segments.size() - 1);
            }
            return segments;
        }
    }

    /** What Jetty refuses before a handler sees it. */
    private static final class ErrorAnswers extends ErrorHandler {
        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            int status = response.getStatus();
            Object message = request.getAttribute(ERROR_MESSAGE);
            send(
                    Answer.problem(status, "Bad request", message == null ? "refused" : message.toString()),
                    response,
                    callback);
            return true;
        }
    }
}
