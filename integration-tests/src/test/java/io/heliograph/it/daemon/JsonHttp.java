package io.heliograph.it.daemon;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** JSON over HTTP to one daemon, every call with a time limit. */
final class JsonHttp {
    static final Duration LIMIT = Duration.ofSeconds(20);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final URI base;
    private final @Nullable AccessFiles access;
    private final HttpClient client;

    /**
     * @param access null for a daemon that lets everybody in
     */
    JsonHttp(URI base, @Nullable AccessFiles access) {
        this.base = base;
        this.access = access;
        HttpClient.Builder builder =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(Duration.ofSeconds(3));
        this.client = (access == null ? builder : builder.sslContext(access.trust())).build();
    }

    /**
     * Sends one request and reads the answer.
     *
     * @param body null for none; otherwise anything that Jackson writes
     * @throws NoAnswer when none came
     */
    HttpAnswer send(String method, String path, @Nullable Object body, Duration limit) {
        HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve(path))
                .timeout(limit)
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(text(body)));
        if (access != null) {
            request.header("Authorization", "Bearer " + access.bearer());
        }
        if (body != null) {
            request.header("Content-Type", "application/json");
        }
        try {
            HttpResponse<String> answer = client.send(request.build(), BodyHandlers.ofString());
            return new HttpAnswer(answer.statusCode(), parse(answer.body()));
        } catch (IOException e) {
            String message = "%s %s%s: %s".formatted(method, base, path, e);
            throw new NoAnswer(message, e instanceof ConnectException, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private static String text(Object body) {
        try {
            return JSON.writeValueAsString(body);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("cannot be written as JSON: " + body, e);
        }
    }

    private static JsonNode parse(String body) {
        try {
            JsonNode parsed = JSON.readTree(body);
            return parsed.isMissingNode() ? TextNode.valueOf("") : parsed;
        } catch (JsonProcessingException e) {
            return TextNode.valueOf(body);
        }
    }
}
