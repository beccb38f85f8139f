package io.heliograph.it.daemon;

import io.heliograph.it.servers.ChildProcesses;
import io.heliograph.it.servers.Commands;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The unpacked product: the directory named by the system property {@code heliograph.home}, else the one that the
 * daemon's module has built.
 */
public final class Distribution {
    private static final int CLI_LIMIT_SECONDS = 60;
    private static final String BUILT = "daemon/target/heliograph";

    private Distribution() {}

    /** The start script. */
    public static Path script() {
        Path script = home().resolve("bin/heliograph");
        if (!Files.isExecutable(script)) {
            throw new IllegalStateException("no " + script + ": build the daemon first, or set -Dheliograph.home");
        }
        return script;
    }

    private static Path home() {
        String given = System.getProperty("heliograph.home");
        if (given != null && !given.isEmpty()) {
            return Path.of(given).toAbsolutePath();
        }
        Path here = Path.of("").toAbsolutePath();
        Path beside = here.resolveSibling(BUILT);
        return Files.isDirectory(beside) ? beside : here.resolve(BUILT);
    }

    /** Runs the command line to its end. */
    public static CliResult cli(List<String> arguments) {
        return cli(arguments, Map.of());
    }

    /** Runs the command line to its end, with these variables besides those of an environment without settings of ours. */
    public static CliResult cli(List<String> arguments, Map<String, String> environment) {
        List<String> command = new ArrayList<>(List.of(script().toString()));
        command.addAll(arguments);
        return run(command, environment);
    }

    /** Runs any program as {@link #cli(List, Map)} runs the command line. */
    public static CliResult run(List<String> command, Map<String, String> environment) {
        try {
            Path stdout = Files.createTempFile("heliograph-cli", ".out");
            Path stderr = Files.createTempFile("heliograph-cli", ".err");
            try {
                int exitCode = run(command, environment, stdout, stderr);
                return new CliResult(exitCode, Commands.text(stdout), Commands.text(stderr));
            } finally {
                Files.deleteIfExists(stdout);
                Files.deleteIfExists(stderr);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot run " + command, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private static int run(List<String> command, Map<String, String> environment, Path stdout, Path stderr)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command);
        Commands.cleanEnvironment(builder);
        builder.environment().putAll(environment);
        Process process = builder.redirectInput(Path.of("/dev/null").toFile())
                .redirectOutput(stdout.toFile())
                .redirectError(stderr.toFile())
                .start();
        ChildProcesses.killAtExit(process.toHandle());
        if (!process.waitFor(CLI_LIMIT_SECONDS, TimeUnit.SECONDS)) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            throw new AssertionError(command + " did not end in " + CLI_LIMIT_SECONDS + " s; it wrote:\n"
                    + Commands.text(stdout) + Commands.text(stderr));
        }
        return process.exitValue();
    }
}
