package io.heliograph.daemon.http;

import io.heliograph.command.HostPort;
import io.heliograph.daemon.auth.Gate;
import io.heliograph.daemon.config.Configuration;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The HTTP server. Header, connection and request sizes are bounded; handlers may block. */
public final class HttpDoor implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(HttpDoor.class);
    private static final int MAX_THREADS = 64;
    private static final int MAX_HEADER_BYTES = 16 * 1024;
    private static final int MAX_CONNECTIONS = 1_024;
    /** Of a connection whose request has not come in whole; one that is answered may be silent for longer. */
    private static final long IDLE_MILLIS = 30_000;
    /** The same, while no further connection is taken. */
    private static final long CROWDED_IDLE_MILLIS = 2_000;

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
     * @param gate who is let in
     * @throws IOException when the address cannot be listened on, or the certificate cannot be used; the message is one
     *     line
     */
    public static HttpDoor open(Configuration.Http settings, Gate gate) throws IOException {
        return open(settings, gate, BodyReader.LIMIT);
    }

    /**
     * @param bodyLimit how long a body may take
     */
    static HttpDoor open(Configuration.Http settings, Gate gate, Duration bodyLimit) throws IOException {
        QueuedThreadPool threads = new QueuedThreadPool(MAX_THREADS, 4);
        threads.setName("http");
        threads.setDaemon(true);
        Server server = new Server(threads);
        Configuration.HttpTls tls = settings.tls();
        ServerConnector connector = tls == null
                ? new ServerConnector(server, 1, 1, new HttpConnectionFactory(bounds()))
                : TlsDoor.connector(server, tls, bounds());
        HostPort address = HostPort.parse(settings.listen());
        connector.setHost(address.host());
        connector.setPort(address.port());
        connector.setIdleTimeout(IDLE_MILLIS);
        connector.setAcceptQueueSize(BACKLOG);
        connector.setShutdownIdleTimeout(IDLE_MILLIS);
        server.addConnector(connector);
        NetworkConnectionLimit limit = new NetworkConnectionLimit(MAX_CONNECTIONS, connector);
        limit.setEndPointIdleTimeout(CROWDED_IDLE_MILLIS);
        connector.addBean(limit);
        Entrance entrance = new Entrance(new Guard(gate, settings.stateChangingGets()), new BodyReader(bodyLimit));
        server.setHandler(entrance);
        server.setErrorHandler(new Entrance.ErrorAnswers());
        try {
            server.start();
        } catch (Exception e) {
            stop(server);
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new IOException("cannot listen on http.listen " + settings.listen() + ": " + cause.getMessage(), e);
        }
        return new HttpDoor(server, connector, entrance);
    }

    private static HttpConfiguration bounds() {
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setRequestHeaderSize(MAX_HEADER_BYTES);
        return http;
    }

    /** Begins to answer. */
    void serve(Router router) {
        serve(router, () -> {}, status -> {});
    }

    /**
     * Begins to answer.
     *
     * @param beforeDraining has requests that wait for something answered soon
     * @param statuses is told the status of every answer
     */
    void serve(Router router, Runnable beforeDraining, IntConsumer statuses) {
        onDrain = beforeDraining;
        entrance.open(router, statuses);
    }

    /** What is answered; empty before {@link #serve}. */
    List<Router.Known> routes() {
        return entrance.routes();
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
        entrance.drain();
        connector.shutdown();
        onDrain.run();
        long now = System.nanoTime();
        long earliest = now + TimeUnit.MILLISECONDS.toNanos(GRACE_MILLIS);
        long latest = now + limit.toNanos();
        try {
            while (now < latest && (now < earliest || entrance.underWay() > 0)) {
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
}
