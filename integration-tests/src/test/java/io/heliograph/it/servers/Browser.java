package io.heliograph.it.servers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;

/** A headless Chromium, driven through chromedriver (W3C WebDriver). Talks to loopback addresses only. */
public final class Browser implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final List<String> ARGUMENTS = List.of(
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-dev-shm-usage",
            "--hide-scrollbars",
            // a name that is not loopback's leads nowhere
            "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1");

    private final TestDirectory directory = TestDirectory.create("browser");
    private final ProcessHost driver;
    private final URI base;
    private final HttpClient http = HttpClient.newHttpClient();
    private final String session;

    /** Ends the test, skipped or failed, where there is no Chromium. */
    public Browser() {
        if (ServerBinaries.chromium().isEmpty() || ServerBinaries.chromedriver().isEmpty()) {
            throw ServerBinaries.missing("chromium");
        }
        int port = FreePorts.next();
        base = URI.create("http://127.0.0.1:" + port);
        driver = new ProcessHost(
                directory,
                List.of(
                        ServerBinaries.chromedriver().orElseThrow().toString(),
                        "--port=" + port,
                        "--allowed-ips=127.0.0.1"));
        driver.start();
        Awaitility.await("chromedriver").atMost(LIMIT).ignoreExceptions().until(() -> send("GET", "/status", Map.of())
                .path("ready")
                .asBoolean());
        session = begin();
    }

    private String begin() {
        List<String> arguments = new ArrayList<>(ARGUMENTS);
        arguments.add("--user-data-dir=" + directory.path().resolve("profile"));
        Map<String, Object> options =
                Map.of("binary", ServerBinaries.chromium().orElseThrow().toString(), "args", arguments);
        Map<String, Object> capabilities = Map.of(
                "goog:chromeOptions", options, "goog:loggingPrefs", Map.of("browser", "ALL", "performance", "ALL"));
        return send("POST", "/session", Map.of("capabilities", Map.of("alwaysMatch", capabilities)))
                .path("sessionId")
                .asText();
    }

    /** Sends a command; its value. */
    private JsonNode send(String method, String path, Object body) {
        try {
            HttpRequest request = HttpRequest.newBuilder(base.resolve(path))
                    .timeout(LIMIT)
                    .method(
                            method,
                            method.equals("POST")
                                    ? BodyPublishers.ofString(JSON.writeValueAsString(body))
                                    : BodyPublishers.noBody())
                    .build();
            HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
            JsonNode value = JSON.readTree(answer.body()).path("value");
            if (answer.statusCode() != 200) {
                throw new IllegalStateException(
                        method + " " + path + ": " + value.path("message").asText());
            }
            return value;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private JsonNode inSession(String method, String path, Object body) {
        return send(method, "/session/" + session + path, body);
    }

    public void open(String url) {
        inSession("POST", "/url", Map.of("url", url));
    }

    /** Runs a function's body in the page; what it returns. */
    public JsonNode run(String script, Object... arguments) {
        return inSession("POST", "/execute/sync", Map.of("script", script, "args", List.of(arguments)));
    }

    /** The text that a reader of the page sees. */
    public String text() {
        return run("return document.body.innerText").asText();
    }

    /** Size of the page's viewport, as a phone or a desk has it. */
    public void resize(int width, int height) {
        inSession(
                "POST",
                "/goog/cdp/execute",
                Map.of(
                        "cmd",
                        "Emulation.setDeviceMetricsOverride",
                        "params",
                        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 600)));
    }

    /** What a user's choice of dark or light would do. */
    public void colours(String scheme) {
        inSession(
                "POST",
                "/goog/cdp/execute",
                Map.of(
                        "cmd",
                        "Emulation.setEmulatedMedia",
                        "params",
                        Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme)))));
    }

    /** A PNG of what is seen. */
    public byte[] screenshot() {
        return java.util.Base64.getDecoder()
                .decode(inSession("GET", "/screenshot", Map.of()).asText());
    }

    /** Complaints of the page since the last call. */
    public List<String> complaints() {
        List<String> messages = new ArrayList<>();
        inSession("POST", "/se/log", Map.of("type", "browser"))
                .forEach(entry -> messages.add(entry.path("level").asText() + " "
                        + entry.path("message").asText()));
        return messages;
    }

    /** Addresses of everything that was asked for since the last call. */
    public List<String> requests() {
        List<String> urls = new ArrayList<>();
        for (JsonNode entry : inSession("POST", "/se/log", Map.of("type", "performance"))) {
            try {
                JsonNode message = JSON.readTree(entry.path("message").asText()).path("message");
                if (message.path("method").asText().equals("Network.requestWillBeSent")) {
                    urls.add(message.at("/params/request/url").asText());
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return urls;
    }

    @Override
    public void close() {
        try {
            inSession("DELETE", "", Map.of());
        } catch (RuntimeException e) {
            // its process is ended below
        }
        driver.close();
        directory.close();
    }
}
