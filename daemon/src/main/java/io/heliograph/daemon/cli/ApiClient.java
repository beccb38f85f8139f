package io.heliograph.daemon.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/** Talks to the first node of a list that can be reached. */
final class ApiClient {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);

    /** An answer of a request that succeeded. */
    record Reply(int status, JsonNode body) {}

    private final List<String> endpoints;
    private final Duration timeout;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_TIMEOUT)
            .build();

    /**
     * @param endpoints base URLs, tried in this order
     * @param timeout for one answer
     */
    ApiClient(List<String> endpoints, Duration timeout) {
        this.endpoints = List.copyOf(endpoints);
        this.timeout = timeout;
    }

    static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    /** One segment of a path, or a value of a query. */
    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    JsonNode get(String path) {
        return call("GET", path, "");
    }

    JsonNode call(String method, String path, ObjectNode body) {
        return call(method, path, body.toString());
    }

    /**
     * @return the answer of a request that succeeded
     * @throws CliException with the server's own words otherwise
     */
    JsonNode call(String method, String path, String body) {
        return ask(method, path, body).body();
    }

    /** Like {@link #call(String, String, String)}, with the status, which is below 300. */
    Reply ask(String method, String path, String body) {
        String lastError = "";
        for (String endpoint : endpoints) {
            try {
                return answer(endpoint, send(endpoint, method, path, body));
            } catch (ConnectException | HttpConnectTimeoutException e) {
                lastError = endpoint + " cannot be reached";
            } catch (HttpTimeoutException e) {
                throw noAnswer(method, endpoint + " did not answer within " + timeout.toMillis() + " ms");
            } catch (IOException e) {
                throw noAnswer(method, "the connection to " + endpoint + " broke: " + e.getMessage());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new CliException(ExitCodes.REFUSED, "interrupted");
            }
        }
        throw new CliException(
                ExitCodes.NOT_REACHABLE,
                lastError + (endpoints.size() > 1 ? ", nor any other of " + endpoints : "")
                        + "; is the server running? --endpoint or HELIOGRAPH_ENDPOINTS says where");
    }

    private static CliException noAnswer(String method, String message) {
        return method.equals("GET")
                ? new CliException(ExitCodes.NOT_REACHABLE, message)
                : new CliException(ExitCodes.UNKNOWN, message + "; the write may or may not have happened");
    }

    private HttpResponse<String> send(String endpoint, String method, String path, String body)
            throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(uri(endpoint, path))
                .timeout(timeout)
                .header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private static URI uri(String endpoint, String path) {
        try {
            URI uri = URI.create(
                    (endpoint.endsWith("/") ? endpoint.substring(0, endpoint.length() - 1) : endpoint) + path);
            if (uri.getHost() != null && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            // said below
        }
        throw new CliException(ExitCodes.USAGE, "'" + endpoint + "' is not a URL like http://127.0.0.1:3000");
    }

    private static Reply answer(String endpoint, HttpResponse<String> response) {
        JsonNode body;
        try {
            body = MAPPER.readTree(response.body());
        } catch (JsonProcessingException e) {
            throw new CliException(ExitCodes.REFUSED, endpoint + " answered " + response.statusCode() + " and no JSON");
        }
        if (response.statusCode() >= 300) {
            String detail = body.path("detail").asText(body.path("Message").asText("status " + response.statusCode()));
            throw new CliException(ExitCodes.of(response.statusCode(), detail), detail);
        }
        return new Reply(response.statusCode(), body);
    }
}
