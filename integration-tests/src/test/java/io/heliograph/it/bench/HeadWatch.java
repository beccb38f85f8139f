package io.heliograph.it.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.heliograph.it.servers.ConsulServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** Learns by blocking queries, as consul-template does, when a key of one Consul has a value. */
final class HeadWatch implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long LIMIT_SECONDS = 60;

    private final String url;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Map<String, CompletableFuture<Long>> seen = new ConcurrentHashMap<>();
    private final Thread thread = new Thread(this::run, "watch");
    private volatile boolean closed;

    HeadWatch(ConsulServer server, String key) {
        this.url = server.url() + "/v1/kv/" + key;
        thread.setDaemon(true);
        thread.start();
    }

    /** When the value was first seen, as {@link System#nanoTime} tells it. */
    long awaitNanos(String value) throws Exception {
        return when(value).get(LIMIT_SECONDS, TimeUnit.SECONDS);
    }

    private CompletableFuture<Long> when(String value) {
        return seen.computeIfAbsent(value, unused -> new CompletableFuture<>());
    }

    private void run() {
        String index = "0";
        while (!closed) {
            try {
                HttpResponse<String> answer = http.send(
                        HttpRequest.newBuilder(URI.create(url + "?wait=20s&index=" + index))
                                .timeout(Duration.ofSeconds(LIMIT_SECONDS))
                                .build(),
                        BodyHandlers.ofString());
                long now = System.nanoTime();
                index = answer.headers().firstValue("X-Consul-Index").orElse("0");
                if (answer.statusCode() == 200) {
                    JsonNode value = JSON.readTree(answer.body()).path(0).path("Value");
                    when(new String(Base64.getDecoder().decode(value.asText()), StandardCharsets.UTF_8))
                            .complete(now);
                }
            } catch (IOException e) {
                throw new IllegalStateException("watching " + url + ": " + e, e);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }
}
