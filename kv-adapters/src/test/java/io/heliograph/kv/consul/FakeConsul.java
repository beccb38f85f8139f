package io.heliograph.kv.consul;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.heliograph.kv.Limits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * As much of Consul's HTTP interface as the adapter uses: reading a key or a range, a transaction of the
 * operations it knows, and a plain write with {@code cas}. Can be told to misbehave at the next requests.
 */
final class FakeConsul implements AutoCloseable {

    static final int MAX_BODY = 512 * 1024;

    /** A key as Consul holds it. Flags are unsigned. */
    record Stored(String value, String flags, long modifyIndex) {}

    /** What the next request of a kind meets with. */
    @FunctionalInterface
    interface Trouble {
        /**
         * @param proceed does and answers what was asked
         */
        void meet(HttpExchange exchange, Proceed proceed) throws IOException;
    }

    @FunctionalInterface
    interface Proceed {
        void run() throws IOException;
    }

    private static final String CONSISTENT = "consistent";
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String DENIED = "Permission denied";

    final Queue<Trouble> onRead = new ConcurrentLinkedQueue<>();
    final Queue<Trouble> onWrite = new ConcurrentLinkedQueue<>();

    /** Method, raw path and query of each request. */
    final Queue<String> requests = new ConcurrentLinkedQueue<>();

    /** Keys that nobody may read. */
    final Set<String> denied = ConcurrentHashMap.newKeySet();

    final Queue<String> tokens = new ConcurrentLinkedQueue<>();

    private final Map<String, Stored> keys = new TreeMap<>();
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CountDownLatch closing = new CountDownLatch(1);
    private long index = 10;

    FakeConsul() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/v1/", this::handle);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    synchronized void put(String key, String value, String flags) {
        keys.put(key, new Stored(value, flags, ++index));
    }

    synchronized void remove(String key) {
        keys.remove(key);
    }

    synchronized Map<String, Stored> keys() {
        return new TreeMap<>(keys);
    }

    /** All keys but what the adapter keeps for itself. */
    Map<String, Stored> entries() {
        Map<String, Stored> entries = keys();
        entries.keySet().removeIf(Limits::isReserved);
        return entries;
    }

    long writes() {
        return requests.stream()
                .filter(request -> request.startsWith("PUT") && !request.contains(CONSISTENT))
                .count();
    }

    /** Says nothing until the fake is closed. */
    Trouble hang() {
        return (exchange, proceed) -> await(Long.MAX_VALUE);
    }

    /** Sends a byte now and then. */
    Trouble trickle() {
        return (exchange, proceed) -> {
            exchange.sendResponseHeaders(200, 0);
            while (!await(20)) {
                exchange.getResponseBody().write(' ');
                exchange.getResponseBody().flush();
            }
        };
    }

    /** Does what was asked and closes the connection without an answer. */
    Trouble loseAnswer() {
        return (exchange, proceed) -> write(exchange);
    }

    static Trouble dropConnection() {
        return (exchange, proceed) -> {};
    }

    static Trouble answer(int status, String text) {
        return (exchange, proceed) -> send(exchange, status, text);
    }

    /** Somebody else is quicker. */
    static Trouble after(Runnable rival) {
        return (exchange, proceed) -> {
            rival.run();
            proceed.run();
        };
    }

    @Override
    public void close() {
        closing.countDown();
        server.stop(0);
        threads.shutdownNow();
    }

    private boolean await(long millis) {
        try {
            return closing.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    private void handle(HttpExchange exchange) throws IOException {
        requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
        String token = exchange.getRequestHeaders().getFirst("X-Consul-Token");
        if (token != null) {
            tokens.add(token);
        }
        boolean isGet = exchange.getRequestMethod().equals("GET");
        boolean isRead = isGet || exchange.getRequestURI().toString().contains(CONSISTENT);
        Trouble trouble = (isRead ? onRead : onWrite).poll();
        Proceed proceed = () -> {
            Reply reply = isGet ? read(exchange) : write(exchange);
            send(exchange, reply.status(), reply.text());
        };
        try (exchange) {
            if (trouble == null) {
                proceed.run();
            } else {
                trouble.meet(exchange, proceed);
            }
        }
    }

    private synchronized Reply read(HttpExchange exchange) {
        String key = exchange.getRequestURI().getPath().substring("/v1/kv/".length());
        String query = exchange.getRequestURI().getQuery();
        boolean recurse = query != null && query.contains("recurse");
        if (denied.contains(key)) {
            return new Reply(403, DENIED);
        }
        ArrayNode found = JSON.createArrayNode();
        keys.forEach((name, stored) -> {
            if (recurse ? name.startsWith(key) : name.equals(key)) {
                found.add(describe(name, stored));
            }
        });
        exchange.getResponseHeaders().add("X-Consul-Index", Long.toString(index));
        return found.isEmpty() ? new Reply(404, "") : new Reply(200, found.toString());
    }

    private static ObjectNode describe(String key, Stored stored) {
        byte[] value = stored.value().getBytes(StandardCharsets.UTF_8);
        ObjectNode node = JSON.createObjectNode()
                .put("LockIndex", 0)
                .put("Key", key)
                .put("Flags", new BigInteger(stored.flags()))
                .put("CreateIndex", stored.modifyIndex())
                .put("ModifyIndex", stored.modifyIndex());
        return value.length == 0
                ? node.putNull("Value")
                : node.put("Value", Base64.getEncoder().encodeToString(value));
    }

    private synchronized Reply write(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        if (body.length > MAX_BODY) {
            return new Reply(413, "Request body too large, max size: 524288 bytes.");
        }
        String path = exchange.getRequestURI().getPath();
        return path.equals("/v1/txn") ? transact(JSON.readTree(body)) : putOne(exchange, path, body);
    }

    private Reply transact(JsonNode operations) {
        if (operations.size() > 64) {
            return new Reply(413, "Transaction contains too many operations (" + operations.size() + " > 64)");
        }
        ArrayNode errors = JSON.createArrayNode();
        List<JsonNode> accepted = new ArrayList<>();
        for (JsonNode wrapped : operations) {
            JsonNode operation = wrapped.get("KV");
            String key = operation.get("Key").asText();
            boolean isStale =
                    switch (operation.get("Verb").asText()) {
                        case "get" -> indexOf(key) == 0 || denied.contains(key);
                        case "cas" -> indexOf(key) != operation.get("Index").asLong();
                        case "delete-cas", "check-index" -> indexOf(key) == 0
                                || indexOf(key) != operation.get("Index").asLong();
                        case "check-not-exists" -> indexOf(key) != 0;
                        default -> false;
                    };
            if (isStale) {
                errors.addObject()
                        .put("OpIndex", accepted.size())
                        .put("What", complaint(operation.get("Verb").asText(), key));
            }
            accepted.add(operation);
        }
        if (!errors.isEmpty()) {
            return new Reply(409, "{\"Results\":null,\"Errors\":" + errors + "}");
        }
        ArrayNode results = JSON.createArrayNode();
        if (accepted.stream()
                .allMatch(operation -> operation.get("Verb").asText().equals("get"))) {
            accepted.forEach(operation -> results.addObject()
                    .set(
                            "KV",
                            describe(
                                    operation.get("Key").asText(),
                                    keys.get(operation.get("Key").asText()))));
        } else {
            index++;
            accepted.forEach(this::carryOut);
            accepted.stream()
                    .map(operation -> operation.get("Key").asText())
                    .filter(keys::containsKey)
                    .forEach(key -> results.addObject()
                            .set("KV", describe(key, keys.get(key)).putNull("Value")));
        }
        return new Reply(200, "{\"Results\":" + results + ",\"Errors\":null}");
    }

    private String complaint(String verb, String key) {
        if (!verb.equals("get")) {
            return "failed to set key \"" + key + "\", index is stale";
        }
        return denied.contains(key) ? DENIED : "key \"" + key + "\" doesn't exist";
    }

    private void carryOut(JsonNode operation) {
        String key = operation.get("Key").asText();
        switch (operation.get("Verb").asText()) {
            case "set", "cas" -> {
                byte[] value =
                        Base64.getDecoder().decode(operation.path("Value").asText(""));
                String text = new String(value, StandardCharsets.UTF_8);
                keys.put(key, new Stored(text, operation.get("Flags").asText(), index));
            }
            case "delete", "delete-cas" -> keys.remove(key);
            default -> {}
        }
    }

    private Reply putOne(HttpExchange exchange, String path, byte[] body) {
        String key = path.substring("/v1/kv/".length());
        Map<String, String> query = new TreeMap<>();
        for (String part : exchange.getRequestURI().getQuery().split("&")) {
            query.put(part.substring(0, part.indexOf('=')), part.substring(part.indexOf('=') + 1));
        }
        if (indexOf(key) != Long.parseLong(query.getOrDefault("cas", "-1"))) {
            return new Reply(200, "false");
        }
        keys.put(key, new Stored(new String(body, StandardCharsets.UTF_8), query.getOrDefault("flags", "0"), ++index));
        return new Reply(200, "true");
    }

    private long indexOf(String key) {
        Stored stored = keys.get(key);
        return stored == null ? 0 : stored.modifyIndex();
    }

    private static void send(HttpExchange exchange, int status, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.getRequestBody().readAllBytes();
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        if (status == 429) {
            exchange.getResponseHeaders().add("Retry-After", "5");
        }
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        if (bytes.length > 0) {
            exchange.getResponseBody().write(bytes);
        }
    }

    private record Reply(int status, String text) {}
}
