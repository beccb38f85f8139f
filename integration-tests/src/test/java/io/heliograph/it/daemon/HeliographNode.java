package io.heliograph.it.daemon;

import com.fasterxml.jackson.databind.JsonNode;
import io.heliograph.it.servers.ProcessHost;
import io.heliograph.it.servers.TestDirectory;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.jspecify.annotations.Nullable;

/** One daemon as a process of its own, with its configuration file and data in a directory of its own. */
public final class HeliographNode {
    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final Duration PROBE_LIMIT = Duration.ofSeconds(2);

    private final String id;
    private final URI httpUri;
    private final Path configFile;
    private final Path dataDir;
    private final ProcessHost process;
    private final JsonHttp http;

    HeliographNode(
            String id,
            URI httpUri,
            TestDirectory directory,
            Path configFile,
            Path dataDir,
            @Nullable AccessFiles access) {
        this.id = id;
        this.httpUri = httpUri;
        this.configFile = configFile;
        this.dataDir = dataDir;
        this.process = new ProcessHost(
                directory, List.of(Distribution.script().toString(), "server", "--config", configFile.toString()));
        this.http = new JsonHttp(httpUri, access);
    }

    public String id() {
        return id;
    }

    /** Where it answers, without a slash at the end. */
    public URI httpUri() {
        return httpUri;
    }

    public Path configFile() {
        return configFile;
    }

    public Path dataDir() {
        return dataDir;
    }

    /** Starts it and waits until its process answers; it may not know a leader yet. */
    public void start() {
        launch();
        awaitLive();
    }

    /** Starts it and does not wait. */
    public void launch() {
        if (process.isAlive()) {
            throw new IllegalStateException(id + " already runs");
        }
        process.start();
    }

    /** Waits until the process answers. */
    public void awaitLive() {
        try {
            Awaitility.await(id)
                    .atMost(START_LIMIT)
                    .pollInterval(Duration.ofMillis(100))
                    .until(() -> !process.isAlive() || isLive());
        } catch (ConditionTimeoutException e) {
            throw new IllegalStateException(id + " does not answer; its last lines:\n" + process.lastLines(), e);
        }
        if (!process.isAlive()) {
            throw new IllegalStateException("%s ended with exit code %d; its last lines:%n%s"
                    .formatted(id, process.awaitExit(), process.lastLines()));
        }
    }

    private boolean isLive() {
        try {
            return http.send("GET", "/health/live", null, PROBE_LIMIT).status() == 200;
        } catch (NoAnswer e) {
            return false;
        }
    }

    public boolean isRunning() {
        return process.isAlive();
    }

    /** SIGKILL; its data stays. */
    public void kill9() {
        process.kill();
    }

    /** SIGTERM; waits for the end and returns the exit code. */
    public int terminate() {
        return process.terminate();
    }

    /** Waits until the process has ended by itself; the exit code. */
    public int awaitExit() {
        return process.awaitExit();
    }

    /** SIGHUP. */
    public void hangUp() {
        process.hangUp();
    }

    /** SIGSTOP. */
    public void pause() {
        process.pause();
    }

    /** SIGCONT. */
    public void resume() {
        process.resume();
    }

    /** Removes its data directory, as a replaced disk would; it must not be running. */
    public void wipeData() {
        if (process.isAlive()) {
            throw new IllegalStateException(id + " still runs");
        }
        TestDirectory.delete(dataDir);
    }

    /** Everything it has written to stdout and stderr since its first start. */
    public String log() {
        return process.output();
    }

    /** The end of {@link #log()}. */
    public String lastLines() {
        return process.lastLines();
    }

    /** {@code GET /v1/node}, or empty when it does not answer soon. */
    public Optional<JsonNode> status() {
        if (!process.isAlive()) {
            return Optional.empty();
        }
        try {
            HttpAnswer answer = http.send("GET", "/v1/node", null, PROBE_LIMIT);
            return answer.status() == 200 ? Optional.of(answer.body()) : Optional.empty();
        } catch (NoAnswer e) {
            return Optional.empty();
        }
    }

    public HttpAnswer get(String path) {
        return send("GET", path, null);
    }

    public HttpAnswer put(String path, Object body) {
        return send("PUT", path, body);
    }

    public HttpAnswer post(String path, Object body) {
        return send("POST", path, body);
    }

    public HttpAnswer delete(String path) {
        return send("DELETE", path, null);
    }

    /**
     * Sends a request, waiting at most 20 seconds.
     *
     * @throws NoAnswer when none came
     */
    public HttpAnswer send(String method, String path, @Nullable Object body) {
        return http.send(method, path, body, JsonHttp.LIMIT);
    }

    void close() {
        process.close();
    }

    @Override
    public String toString() {
        return id;
    }
}
