package io.heliograph.it.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Small commands of the machine, each with a time limit. */
public final class Commands {
    private static final int LIMIT_SECONDS = 60;
    private static final int LAST_LINES = 30;

    private Commands() {}

    /**
     * Sends a signal ("STOP", "CONT", "KILL", "TERM") to processes by their ids.
     *
     * @param processes the one that matters first; the others may end meanwhile
     */
    public static void signal(String signal, List<ProcessHandle> processes) {
        if (processes.isEmpty()) {
            throw new IllegalStateException("cannot send SIG" + signal + ": the process does not run");
        }
        for (ProcessHandle process : processes) {
            try {
                run(List.of("kill", "-" + signal, Long.toString(process.pid())));
            } catch (IllegalStateException e) {
                if (process.equals(processes.get(0)) || process.isAlive()) {
                    throw e;
                }
            }
        }
    }

    /** Runs a command to its end; its output becomes part of the exception when it fails. */
    public static void run(List<String> command) {
        try {
            Path output = Files.createTempFile("heliograph-command", ".log");
            try {
                Process process = new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
                ChildProcesses.killAtExit(process.toHandle());
                boolean ended = process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
                if (!ended) {
                    process.destroyForcibly();
                }
                if (!ended || process.exitValue() != 0) {
                    String how = ended ? "exit " + process.exitValue() : "no end in " + LIMIT_SECONDS + " s";
                    throw new IllegalStateException("%s: %s%n%s".formatted(command, how, lastLines(output)));
                }
            } finally {
                Files.deleteIfExists(output);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot run " + command.get(0), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted in " + command.get(0), e);
        }
    }

    /** What a process may not inherit: settings of the product, which would override its configuration file. */
    public static void cleanEnvironment(ProcessBuilder builder) {
        builder.environment().keySet().removeIf(name -> name.startsWith("HELIOGRAPH_"));
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("XDG_CONFIG_HOME", "/nonexistent"); // whoever runs tests has settings of their own
    }

    /** The last lines of a file that a process wrote, for the message of a failure. */
    public static String lastLines(Path file) {
        List<String> lines = text(file).lines().toList();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()));
    }

    /** A file that a process wrote, whatever bytes it holds. */
    public static String text(Path file) {
        try {
            return Files.exists(file) ? new String(Files.readAllBytes(file), StandardCharsets.UTF_8) : "";
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }
}
