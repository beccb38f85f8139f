package io.heliograph.daemon;

import io.heliograph.daemon.config.Configuration;
import io.heliograph.daemon.config.ConfigurationException;
import io.heliograph.daemon.config.Reload;
import io.heliograph.daemon.config.RestartKeys;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Applies a configuration file that changed. Stores, the delay of snapshots and the log change at once; the tokens and the
 * certificates of the HTTP server are watched by those who use them; everything else counts after a restart, and is named.
 */
final class FileReload implements Reload {

    private static final Logger LOG = LoggerFactory.getLogger(FileReload.class);

    /** Reads the file as it is now. */
    @FunctionalInterface
    public interface Source {
        Configuration load() throws ConfigurationException;
    }

    private final Source source;
    private final Configuration running;
    private final Stores stores;
    private final Consumer<Duration> snapshotDelay;
    private final Consumer<Configuration.Log> logging;
    private Duration delay;
    private Configuration.Log log;

    /**
     * @param running what this node was started with
     * @param snapshotDelay takes the delay of snapshots after a failover
     * @param logging takes what is to be logged, and how
     */
    FileReload(
            Source source,
            Configuration running,
            Stores stores,
            Consumer<Duration> snapshotDelay,
            Consumer<Configuration.Log> logging) {
        this.source = source;
        this.running = running;
        this.stores = stores;
        this.snapshotDelay = snapshotDelay;
        this.logging = logging;
        this.log = running.log();
        this.delay = running.snapshot().afterFailover();
    }

    @Override
    public synchronized Done run() throws ConfigurationException, IOException {
        Configuration next;
        try {
            next = source.load();
        } catch (ConfigurationException e) {
            e.problems().forEach(problem -> LOG.error("The configuration stays as it was: {}", problem));
            throw e;
        }
        List<String> applied = new ArrayList<>(stores.apply(next.stores()));
        Duration wanted = next.snapshot().afterFailover();
        if (!wanted.equals(delay)) {
            snapshotDelay.accept(wanted);
            delay = wanted;
            applied.add("snapshot.after-failover is " + wanted.toMillis() + " ms");
        }
        applied.addAll(applyLog(next.log()));
        List<String> needsRestart = RestartKeys.changed(running, next);
        LOG.info(
                "Configuration read again: {}{}",
                applied.isEmpty() ? "nothing changed" : String.join(", ", applied),
                needsRestart.isEmpty() ? "" : "; after a restart: " + String.join(", ", needsRestart));
        return new Done(applied, needsRestart);
    }

    private List<String> applyLog(Configuration.Log next) {
        List<String> changes = new ArrayList<>();
        if (next.level() != log.level()) {
            changes.add("log.level is " + next.level().name().toLowerCase(Locale.ROOT));
        }
        if (!next.levels().equals(log.levels())) {
            changes.add("log.levels changed");
        }
        if (next.format() != log.format()) {
            changes.add("log.format is " + next.format().name().toLowerCase(Locale.ROOT));
        }
        if (!changes.isEmpty()) {
            logging.accept(next);
            log = next;
        }
        return changes;
    }
}
