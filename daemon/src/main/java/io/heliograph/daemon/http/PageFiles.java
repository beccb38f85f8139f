package io.heliograph.daemon.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * The page at {@code /} and the files it is made of. They hold nothing secret and are open to everybody; what they show
 * they ask of {@code /v1}, with a token where one is needed. They refer to each other by relative addresses only, so that
 * they work behind a path prefix.
 */
final class PageFiles {

    private static final Map<String, String> TYPES = Map.of(
            "page.html", "text/html; charset=UTF-8",
            "page.css", "text/css; charset=UTF-8",
            "page.js", "text/javascript; charset=UTF-8",
            "api.js", "text/javascript; charset=UTF-8",
            "views.js", "text/javascript; charset=UTF-8",
            "actions.js", "text/javascript; charset=UTF-8",
            "icon.svg", "image/svg+xml");

    /** Nothing from elsewhere, nothing in line, and in nobody's frame. */
    private static final Map<String, String> HEADERS = Map.of(
            "Content-Security-Policy",
                    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self';"
                            + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
            "X-Content-Type-Options", "nosniff",
            "Referrer-Policy", "no-referrer",
            "Cache-Control", "no-cache");

    void addTo(Router router) {
        Answer page = file("page.html");
        router.add("GET", "/", Access.OPEN, exchange -> page);
        TYPES.keySet().stream()
                .sorted()
                .filter(name -> !name.equals("page.html"))
                .forEach(name -> {
                    Answer answer = file(name);
                    router.add("GET", "/ui/" + name, Access.OPEN, exchange -> answer);
                });
    }

    private static Answer file(String name) {
        try (InputStream in = PageFiles.class.getResourceAsStream("/io/heliograph/daemon/web/" + name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is missing from this program");
            }
            return new Answer(
                    200,
                    TYPES.getOrDefault(name, "text/plain"),
                    new String(in.readAllBytes(), StandardCharsets.UTF_8),
                    HEADERS);
        } catch (IOException e) {
            throw new UncheckedIOException("reading " + name, e);
        }
    }
}
