package io.heliograph.it.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** A child process, with its output in the file {@code output.log} of its directory. */
public final class ProcessHost implements ServerHost {
    /** Stopped, or ended and not looked after by a parent that is stopped itself. */
    private static final Set<String> NOT_RUNNING = Set.of("T", "Z", "X");

    private static final Duration END_LIMIT = Duration.ofSeconds(60);

    private final TestDirectory directory;
    private final List<String> command;
    private final Path output;
    private volatile @Nullable Process process;

    /**
     * Prepares a process; {@link #start} starts it.
     *
     * @param directory where it runs; removed by {@link #close}
     */
    public ProcessHost(TestDirectory directory, List<String> command) {
        this.directory = directory;
        this.command = List.copyOf(command);
        this.output = directory.path().resolve("output.log");
    }

    @Override
    public void start() {
        ProcessBuilder builder = new ProcessBuilder(command);
        Commands.cleanEnvironment(builder);
        try {
            Process started = builder.directory(directory.path().toFile())
                    .redirectInput(Path.of("/dev/null").toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()))
                    .start();
            ChildProcesses.killAtExit(started.toHandle());
            process = started;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + command.get(0), e);
        }
    }

    @Override
    public void kill() {
        List<ProcessHandle> all = tree();
        all.forEach(ProcessHandle::destroyForcibly);
        Awaitility.await("end of " + command.get(0))
                .atMost(END_LIMIT)
                .pollInterval(Duration.ofMillis(10))
                .until(() -> !isAlive() && all.stream().noneMatch(ProcessHandle::isAlive));
    }

    /** SIGHUP, to the process itself. */
    public void hangUp() {
        Commands.signal("HUP", tree().subList(0, 1));
    }

    /** Asks it to end (SIGTERM) and waits; the exit code. */
    public int terminate() {
        Commands.signal("TERM", tree().subList(0, 1));
        return awaitExit();
    }

    /** Waits until it has ended by itself; the exit code. */
    public int awaitExit() {
        Process running = process;
        if (running == null) {
            throw new IllegalStateException(command.get(0) + " was never started");
        }
        Awaitility.await("end of " + command.get(0))
                .atMost(END_LIMIT)
                .pollInterval(Duration.ofMillis(10))
                .until(() -> !running.isAlive());
        return running.exitValue();
    }

    /** Its output since the first start. */
    public String output() {
        return Commands.text(output);
    }

    @Override
    public void pause() {
        List<ProcessHandle> all = tree();
        Commands.signal("STOP", all);
        Awaitility.await("stop of " + command.get(0))
                .atMost(END_LIMIT)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> all.stream().noneMatch(ProcessHost::hasRunningThreads));
    }

    @Override
    public void resume() {
        Commands.signal("CONT", tree());
    }

    @Override
    public boolean isAlive() {
        Process running = process;
        return running != null && running.isAlive();
    }

    @Override
    public String lastLines() {
        return Commands.lastLines(output);
    }

    @Override
    public void close() {
        kill();
        directory.close();
    }

    /** The process first, then what it started: PostgreSQL serves each connection by a process of its own. */
    private List<ProcessHandle> tree() {
        List<ProcessHandle> all = new ArrayList<>();
        Process running = process;
        if (running != null && running.isAlive()) {
            all.add(running.toHandle());
            try (Stream<ProcessHandle> children = running.descendants()) {
                children.forEach(all::add);
            }
        }
        return all;
    }

    /** The kernel stops a process some time after the signal; where there is no /proc, at once as far as we know. */
    private static boolean hasRunningThreads(ProcessHandle process) {
        Path tasks = Path.of("/proc", Long.toString(process.pid()), "task");
        try (Stream<Path> threads = Files.list(tasks)) {
            return threads.map(thread -> Commands.text(thread.resolve("stat")))
                    .map(stat -> stat.substring(stat.lastIndexOf(')') + 1).strip())
                    .anyMatch(state -> !state.isEmpty() && !NOT_RUNNING.contains(state.substring(0, 1)));
        } catch (IOException | UncheckedIOException e) {
            return false;
        }
    }
}
