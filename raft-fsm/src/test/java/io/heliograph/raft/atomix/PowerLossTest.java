package io.heliograph.raft.atomix;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Row 1 and all that rests on it: whatever a power loss leaves, a node starts, and nothing that was promised is gone.
 *
 * <p>{@code -Dpowerloss.cuts=20000} tries more moments, {@code -Dpowerloss.restarts=100} starts the group from what is
 * left more often, {@code -Dpowerloss.seed=} repeats a run. A seed decides what is done and what is cut; threads and
 * elections still take their own time, so the same seed does not give the very same history.
 */
class PowerLossTest {

    @Test
    void when_the_power_fails_at_any_moment_then_no_promise_is_broken() throws Exception {
        long seed = Long.getLong("powerloss.seed", System.nanoTime());
        Path work = Files.createTempDirectory(memory(), "powerloss");
        Path output = Files.createTempFile("powerloss", ".out");
        try {
            Process run = new ProcessBuilder(command(work, seed))
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            boolean ended = run.waitFor(30, TimeUnit.MINUTES);
            run.destroyForcibly().waitFor();

            List<String> lines = Files.readAllLines(output);
            assertThat(ended && run.exitValue() == 0)
                    .as(
                            "seed %d:%n%s",
                            seed, String.join("\n", lines.subList(Math.max(0, lines.size() - 60), lines.size())))
                    .isTrue();
            assertThat(lines.get(lines.size() - 1)).contains("passed with seed " + seed);
            System.out.println(lines.get(lines.size() - 1));
        } finally {
            delete(work);
            Files.delete(output);
        }
    }

    private static List<String> command(Path work, long seed) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("--add-opens", "java.base/java.util.concurrent.atomic=ALL-UNNAMED"));
        command.addAll(List.of("--add-opens", "java.base/java.util=ALL-UNNAMED", "-Xmx1g"));
        command.add("-Djava.nio.file.spi.DefaultFileSystemProvider=io.heliograph.raft.atomix.disk.RecordingProvider");
        command.addAll(
                List.of("-cp", System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"))));
        command.add("io.heliograph.raft.atomix.PowerLossRun");
        command.addAll(List.of(work.toString(), Long.toString(seed)));
        command.add(System.getProperty("powerloss.cuts", "500"));
        command.add(System.getProperty("powerloss.restarts", "8"));
        return command;
    }

    /** Images are written and forced by the thousand: in memory where the machine has a file system for that. */
    private static Path memory() {
        Path shared = Path.of("/dev/shm");
        return Files.isWritable(shared) ? shared : Path.of(System.getProperty("java.io.tmpdir"));
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
