package io.heliograph.it.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.heliograph.it.servers.ConsulServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A bare client that writes the same keys to the same Consul, with nothing to compare or to remember. */
final class RawConsul {
    /** Head of the keys that {@link #publishOne} writes. */
    static final String ONE = "raw/one";

    /** Write sets of five keys that fit into a transaction of 64 operations. */
    private static final int SETS = 12;

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final String url;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    RawConsul(ConsulServer server) {
        this.url = server.url();
    }

    /** Writes five keys for each of so many clusters, in as few transactions as Consul allows, one after the other. */
    void publish(int clusters) {
        for (int from = 0; from < clusters; from += SETS) {
            List<Map<String, Object>> operations = new ArrayList<>();
            for (int i = from; i < Math.min(clusters, from + SETS); i++) {
                operations.addAll(set("raw/master/c" + i, "127.0.0.1:3306"));
            }
            transact(operations);
        }
    }

    /** Writes the five keys of one cluster, at {@link #ONE}. */
    void publishOne(String master) {
        transact(set(ONE, master));
    }

    private static List<Map<String, Object>> set(String head, String value) {
        List<Map<String, Object>> operations = new ArrayList<>();
        for (String suffix : List.of("", "/hostname", "/port", "/ipv4", "/ipv6")) {
            Map<String, Object> operation = new LinkedHashMap<>();
            operation.put("Verb", "set");
            operation.put("Key", head + suffix);
            operation.put("Value", Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8)));
            operations.add(Map.of("KV", operation));
        }
        return operations;
    }

    private void transact(List<Map<String, Object>> operations) {
        try {
            HttpResponse<String> answer = http.send(
                    HttpRequest.newBuilder(URI.create(url + "/v1/txn"))
                            .timeout(LIMIT)
                            .PUT(BodyPublishers.ofByteArray(JSON.writeValueAsBytes(operations)))
                            .build(),
                    BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new IllegalStateException("Consul answered " + answer.statusCode() + ": " + answer.body());
            }
        } catch (IOException e) {
            throw new IllegalStateException("writing to Consul: " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
