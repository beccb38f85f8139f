package io.heliograph.daemon.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A server that answers every request the same, and writes down what it was asked. */
final class FakeServer implements AutoCloseable {

    private final HttpServer server;
    private final String scheme;
    final List<String> asked = new CopyOnWriteArrayList<>();
    /** The Authorization header of each request, empty where there was none. */
    final List<String> authorizations = new CopyOnWriteArrayList<>();

    private final Map<String, String> answers = new ConcurrentHashMap<>();
    private volatile int status = 200;
    private volatile String body = "{}";

    FakeServer() throws IOException {
        this(HttpServer.create(loopback(), 0), "http");
    }

    private FakeServer(HttpServer server, String scheme) {
        this.server = server;
        this.scheme = scheme;
        server.createContext("/", this::handle);
        server.start();
    }

    /** One that speaks TLS. */
    static FakeServer secured(HttpsConfigurator tls) throws IOException {
        HttpsServer server = HttpsServer.create(loopback(), 0);
        server.setHttpsConfigurator(tls);
        return new FakeServer(server, "https");
    }

    private static InetSocketAddress loopback() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    /** Answers 200 with this to requests of this path. */
    FakeServer answerAt(String path, String itsBody) {
        answers.put(path, itsBody);
        return this;
    }

    /** A status of 0 means: take the request and hang up. */
    FakeServer answer(int nextStatus, String nextBody) {
        status = nextStatus;
        body = nextBody;
        return this;
    }

    String url() {
        return scheme + "://127.0.0.1:" + server.getAddress().getPort();
    }

    private void handle(HttpExchange exchange) throws IOException {
        String request = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        asked.add((exchange.getRequestMethod() + " " + exchange.getRequestURI() + " " + request).strip());
        authorizations.add(String.valueOf(exchange.getRequestHeaders()
                .getOrDefault("Authorization", List.of(""))
                .get(0)));
        String atPath = answers.get(exchange.getRequestURI().getPath());
        if (status == 0 && atPath == null) {
            exchange.close();
            return;
        }
        byte[] bytes = (atPath == null ? body : atPath).getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(atPath == null ? status : 200, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
