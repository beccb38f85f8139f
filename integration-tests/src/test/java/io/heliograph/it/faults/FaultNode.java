package io.heliograph.it.faults;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.heliograph.it.daemon.Distribution;
import io.heliograph.it.servers.ChildProcesses;
import io.heliograph.it.servers.Commands;
import io.heliograph.it.servers.TestDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One daemon in the run: its process, directory, configuration file and log. Threads: one fault at a time holds a node;
 * {@link #isRunning} and the getters from any.
 */
final class FaultNode {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int END_LIMIT_SECONDS = 30;

    private final String id;
    private final Path directory;
    private final Network network;
    private final Timeline timeline;
    private final Findings findings;
    private final FaultStores stores;
    private volatile @Nullable Process process;
    private volatile boolean endExpected;
    private boolean paused;
    private boolean answered;

    FaultNode(String id, Path directory, Network network, Timeline timeline, Findings findings, FaultStores stores) {
        this.id = id;
        this.directory = directory;
        this.network = network;
        this.timeline = timeline;
        this.findings = findings;
        this.stores = stores;
    }

    String id() {
        return id;
    }

    String url() {
        return network.own(id).http();
    }

    private Path log() {
        return directory.resolve("daemon.log");
    }

    /** Writes the configuration; {@code members} are the ids it names. */
    void configure(Set<String> members, String electionTimeout) {
        Map<String, Network.Endpoint> seen = network.seenFrom(id);
        Map<String, Object> memberSection = new LinkedHashMap<>();
        seen.forEach((member, at) -> {
            if (members.contains(member)) {
                memberSection.put(member, Map.of("raft", at.raft(), "http", at.http()));
            }
        });
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("cluster", "faults");
        all.put("node", Map.of("id", id, "data-dir", data().toString()));
        all.put(
                "raft",
                Map.of(
                        "listen",
                        network.own(id).raft(),
                        "election-timeout",
                        electionTimeout,
                        "members",
                        memberSection));
        all.put("http", Map.of("listen", network.own(id).http().substring("http://".length()), "auth", "none"));
        all.put("snapshot", Map.of("after-failover", "3s"));
        all.put("stores", stores.configuration(id));
        try {
            Files.createDirectories(directory);
            JSON.writerWithDefaultPrettyPrinter().writeValue(config().toFile(), all);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + config(), e);
        }
    }

    private Path config() {
        return directory.resolve("heliograph.yaml");
    }

    private Path data() {
        return data(directory);
    }

    /** Where a node with this directory keeps its data. */
    static Path data(Path directory) {
        return directory.resolve("data");
    }

    boolean isRunning() {
        Process running = process;
        return running != null && running.isAlive();
    }

    /** Starts it and does not wait; {@link Timeline} hears of it when it answers. */
    void launch(Client client) {
        if (isRunning()) {
            throw new IllegalStateException(id + " already runs");
        }
        List<String> command = new ArrayList<>(network.commandPrefix(id));
        command.addAll(List.of(Distribution.script().toString(), "server", "--config", config().toString()));
        ProcessBuilder builder = new ProcessBuilder(command);
        Commands.cleanEnvironment(builder);
        try {
            Process started = builder.directory(directory.toFile())
                    .redirectInput(Path.of("/dev/null").toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                    .start();
            ChildProcesses.killAtExit(started.toHandle());
            synchronized (this) {
                endExpected = false;
                answered = false;
                paused = false;
                process = started;
            }
            started.onExit().thenAccept(this::ended);
            awaitAnswer(started, client);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + id, e);
        }
    }

    private void awaitAnswer(Process started, Client client) {
        if (!started.isAlive() || process != started) {
            return;
        }
        client.get(this, "/health/live").thenAccept(reply -> {
            synchronized (this) {
                if (reply.status() == 200 && process == started && !endExpected && !paused) {
                    answered = true;
                    timeline.nodeUp(id, true);
                } else {
                    client.later(() -> awaitAnswer(started, client));
                }
            }
        });
    }

    private void ended(Process ended) {
        synchronized (this) {
            if (process == ended && !endExpected) {
                timeline.nodeUp(id, false);
                findings.add(Violation.other("%s ended by itself with exit code %d; its last lines:%n%s"
                        .formatted(id, ended.exitValue(), lastLines())));
            }
        }
    }

    private synchronized void expectEnd() {
        endExpected = true;
        timeline.nodeUp(id, false);
    }

    /** SIGKILL; waits until it is gone. */
    void kill9() {
        expectEnd();
        Process running = process;
        if (running != null) {
            running.destroyForcibly();
            await(running);
        }
    }

    /** SIGTERM; waits for the end. */
    void terminate() {
        Process running = process;
        if (running == null || !running.isAlive()) {
            return;
        }
        expectEnd();
        running.destroy();
        if (!await(running)) {
            findings.add(Violation.other(id + " did not end within " + END_LIMIT_SECONDS
                    + " s of SIGTERM; its last lines:\n" + lastLines()));
            kill9();
        } else if (running.exitValue() != 0 && running.exitValue() != 143) {
            findings.add(Violation.other("%s ended with exit code %d on SIGTERM; its last lines:%n%s"
                    .formatted(id, running.exitValue(), lastLines())));
        }
    }

    private static boolean await(Process process) {
        try {
            return process.waitFor(END_LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** SIGSTOP. */
    synchronized void pause() {
        paused = true;
        timeline.nodeUp(id, false);
        signal("STOP");
    }

    /** SIGCONT. */
    synchronized void resume() {
        signal("CONT");
        paused = false;
        timeline.nodeUp(id, answered && isRunning());
    }

    /** Has it write what its threads do to its log. */
    void dumpThreads() {
        signal("QUIT");
    }

    private void signal(String signal) {
        Process running = process;
        if (running != null && running.isAlive()) {
            Commands.signal(signal, List.of(running.toHandle()));
        }
    }

    /** Removes everything it has on disk; it must not run. */
    void wipe() {
        if (isRunning()) {
            throw new IllegalStateException(id + " still runs");
        }
        stores.wipe(id, () -> TestDirectory.delete(data()));
        timeline.nodeWaits(id, true);
    }

    String lastLines() {
        return Commands.lastLines(log());
    }

    @Override
    public String toString() {
        return id;
    }
}
