package io.heliograph.it.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** A server as child process, with its output in a file of its directory. */
final class ProcessHost implements ServerHost {
    private static final Duration END_LIMIT = Duration.ofSeconds(20);

    private final TestDirectory directory;
    private final List<String> command;
    private final Path output;
    private @Nullable Process process;

    ProcessHost(TestDirectory directory, List<String> command) {
        this.directory = directory;
        this.command = List.copyOf(command);
        this.output = directory.path().resolve("output.log");
    }

    @Override
    public void start() {
        try {
            process = new ProcessBuilder(command)
                    .directory(directory.path().toFile())
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + command.get(0), e);
        }
        ChildProcesses.killAtExit(process.toHandle());
    }

    @Override
    public void kill() {
        List<ProcessHandle> all = tree();
        all.forEach(ProcessHandle::destroyForcibly);
        Awaitility.await("end of " + command.get(0))
                .atMost(END_LIMIT)
                .pollInterval(Duration.ofMillis(10))
                .until(() -> all.stream().noneMatch(ProcessHandle::isAlive));
    }

    @Override
    public void pause() {
        Commands.signal("STOP", tree());
    }

    @Override
    public void resume() {
        Commands.signal("CONT", tree());
    }

    @Override
    public boolean isAlive() {
        return process != null && process.isAlive();
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
        if (process != null && process.isAlive()) {
            all.add(process.toHandle());
            try (Stream<ProcessHandle> children = process.descendants()) {
                children.forEach(all::add);
            }
        }
        return all;
    }
}
