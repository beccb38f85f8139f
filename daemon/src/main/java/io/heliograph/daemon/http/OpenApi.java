package io.heliograph.daemon.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** {@code GET /v1/openapi.yaml}: what there is below {@code /v1}, {@code /health} and {@code /metrics}, for programs. */
final class OpenApi {

    private final String document;

    OpenApi() {
        try (InputStream in = OpenApi.class.getResourceAsStream("openapi.yaml")) {
            if (in == null) {
                throw new IllegalStateException("openapi.yaml is missing from this program");
            }
            document = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("reading openapi.yaml", e);
        }
    }

    void addTo(Router router) {
        router.add(
                "GET",
                "/v1/openapi.yaml",
                Access.OPEN,
                exchange -> new Answer(200, "application/yaml; charset=UTF-8", document, Map.of()));
    }
}
