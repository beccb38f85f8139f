package io.heliograph.daemon.config;

import io.heliograph.daemon.auth.Tokens;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tokens file as it is now: read again within a second after it changed. A file that has become unusable changes
 * nothing but the log. Safe for use by several threads.
 */
public final class LiveTokens implements Supplier<Tokens> {

    private static final Logger LOG = LoggerFactory.getLogger(LiveTokens.class);
    private static final long LOOK_MILLIS = 1_000;

    private record Version(Object changed, long size, @Nullable Object key) {}

    private final Path file;
    private final InstantSource clock;
    private volatile Tokens tokens;
    private volatile long lookedMillis;
    private @Nullable Version version;
    /** What is wrong with the file, and has been told. */
    private List<Problem> problems = List.of();

    private LiveTokens(Path file, InstantSource clock, Tokens tokens) {
        this.file = file;
        this.clock = clock;
        this.tokens = tokens;
        this.lookedMillis = clock.millis();
    }

    /**
     * @throws ConfigurationException when the file cannot be used
     */
    public static LiveTokens open(Path file, InstantSource clock) throws ConfigurationException {
        Version before = versionOf(file);
        LiveTokens live = new LiveTokens(file, clock, TokensFile.read(file));
        live.version = before;
        return live;
    }

    @Override
    public Tokens get() {
        long now = clock.millis();
        if (isDue(now)) {
            look(now);
        }
        return tokens;
    }

    /** A clock that was set back must not keep a revoked token alive. */
    private boolean isDue(long now) {
        return now < lookedMillis || now - lookedMillis >= LOOK_MILLIS;
    }

    private synchronized void look(long now) {
        if (!isDue(now)) {
            return;
        }
        lookedMillis = now;
        Version found = versionOf(file);
        // what makes a file usable again need not show in its version: other permissions, or the second half of it
        if (Objects.equals(found, version) && problems.isEmpty()) {
            return;
        }
        version = found;
        try {
            tokens = TokensFile.read(file);
            problems = List.of();
            LOG.info("Read {} again: {} tokens", file, tokens.tokens().size());
        } catch (ConfigurationException e) {
            if (!problems.equals(e.problems())) {
                e.problems().forEach(problem -> LOG.error("The tokens stay as they were: {}", problem));
            }
            problems = List.copyOf(e.problems());
        }
    }

    private static @Nullable Version versionOf(Path file) {
        try {
            BasicFileAttributes at = Files.readAttributes(file, BasicFileAttributes.class);
            return new Version(at.lastModifiedTime(), at.size(), at.fileKey());
        } catch (IOException e) {
            return null;
        }
    }
}
