package io.heliograph.it.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.heliograph.it.servers.Commands;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code bin/heliograph} keeps an archive of classes that makes commands start fast, and works without a good one. */
class StartScriptIT {

    private static final String FROM_ARCHIVE = "io.heliograph.daemon.cli.Main source: shared objects file (top)";

    @TempDir
    private Path directory;

    private CliResult version(Path cache, Map<String, String> environment) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(Distribution.script().toString(), "--version");
        Commands.cleanEnvironment(builder);
        builder.environment().put("HELIOGRAPH_CACHE_DIR", cache.toString());
        builder.environment().putAll(environment);
        Path out = directory.resolve("out");
        Path err = directory.resolve("err");
        Process process =
                builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return new CliResult(process.exitValue(), Commands.text(out), Commands.text(err));
    }

    private void expectVersion(Path cache) throws Exception {
        CliResult result = version(cache, Map.of());
        assertThat(result.stderr()).isEmpty();
        assertThat(result.stdout()).matches("heliograph [0-9.]+(-SNAPSHOT)?\n");
        assertThat(result.exitCode()).isZero();
    }

    private static Optional<Path> archive(Path cache) throws IOException {
        if (!Files.isDirectory(cache)) {
            return Optional.empty();
        }
        try (Stream<Path> files = Files.list(cache)) {
            return files.filter(file -> file.toString().endsWith(".jsa")).findFirst();
        }
    }

    private static Path awaitArchive(Path cache) throws IOException {
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> archive(cache)
                .isPresent());
        return archive(cache).orElseThrow();
    }

    @Test
    void when_a_command_has_run_then_the_next_one_starts_from_an_archive() throws Exception {
        Path cache = directory.resolve("a cache");
        Map<String, String> watched = Map.of("HELIOGRAPH_JAVA_OPTS", "-Xlog:class+load:stdout");
        assertThat(version(cache, watched).stdout()).doesNotContain(FROM_ARCHIVE);
        awaitArchive(cache);
        assertThat(version(cache, watched).stdout()).contains(FROM_ARCHIVE);
    }

    @Test
    void when_the_archive_is_damaged_then_commands_go_on_in_silence() throws Exception {
        Path cache = directory.resolve("cache");
        expectVersion(cache);
        Path archive = awaitArchive(cache);
        byte[] good = Files.readAllBytes(archive);
        List<byte[]> damaged = List.of(
                new byte[good.length],
                "not an archive".getBytes(StandardCharsets.US_ASCII),
                java.util.Arrays.copyOf(good, good.length / 2),
                new byte[0]);
        for (byte[] bytes : damaged) {
            Files.deleteIfExists(archive);
            Files.write(archive, bytes);
            expectVersion(cache);
        }
    }

    @Test
    void when_the_cache_cannot_be_written_then_commands_go_on_in_silence() throws Exception {
        expectVersion(Files.writeString(directory.resolve("file"), "in the way"));
        expectVersion(Path.of(""));
        assertThat(archive(Path.of(""))).isEmpty();
    }

    @Test
    void when_it_is_installed_then_the_manual_page_and_the_completions_are_those_of_this_version() throws Exception {
        Path share = Distribution.script().resolveSibling("../share").normalize();
        String version = Distribution.cli(List.of("--version")).stdout().strip();
        assertThat(share.resolve("man/man1/heliograph.1"))
                .content()
                .startsWith(".TH HELIOGRAPH 1 \"\" \"" + version.replace("-", "\\-") + "\" ")
                .isEqualTo(Distribution.cli(List.of("man")).stdout());
        assertThat(share.resolve("bash-completion/completions/heliograph"))
                .content()
                .isEqualTo(Distribution.cli(List.of("completion", "bash")).stdout());
        assertThat(share.resolve("fish/vendor_completions.d/heliograph.fish"))
                .content()
                .isEqualTo(Distribution.cli(List.of("completion", "fish")).stdout());
    }
}
