package io.heliograph.daemon;

import io.heliograph.raft.Leadership;
import io.heliograph.raft.ReplicatedLog;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes a snapshot shortly after each change of a master, so that a node that restarts replays no old master; several
 * changes share one. A snapshot counts when its index is at or past the change; until then it is tried again. Takes one
 * too when the log has grown long.
 *
 * <p>Threads: any.
 */
final class SnapshotScheduler implements AutoCloseable {

    /** A log longer than this is cut by a snapshot even without a failover. */
    static final long LONG_LOG = 10_000;

    private static final Logger LOG = LoggerFactory.getLogger(SnapshotScheduler.class);
    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Duration WATCH = Duration.ofSeconds(10);

    private final ReplicatedLog log;
    private volatile Duration delay;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(runnable -> {
        Thread thread = new Thread(runnable, "snapshots");
        thread.setDaemon(true);
        return thread;
    });
    private final AtomicLong wanted = new AtomicLong();
    private final AtomicBoolean scheduled = new AtomicBoolean();

    SnapshotScheduler(ReplicatedLog log, Duration delay) {
        this.log = log;
        this.delay = delay;
        timer.scheduleWithFixedDelay(this::cutLongLog, WATCH.toMillis(), WATCH.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** For changes from now on. */
    void delay(Duration next) {
        delay = next;
    }

    /** Says that a master changed at this index. Returns at once. */
    void masterChanged(long index) {
        wanted.accumulateAndGet(index, Math::max);
        schedule(delay);
    }

    private void schedule(Duration in) {
        if (!timer.isShutdown() && scheduled.compareAndSet(false, true)) {
            timer.schedule(this::take, in.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void take() {
        scheduled.set(false);
        long target = wanted.get();
        if (log.leadership().snapshotIndex() >= target) {
            return;
        }
        snapshot().whenComplete((index, error) -> {
            if (error != null) {
                LOG.warn("Snapshot after the change of a master failed: {}; trying again", error.getMessage());
                schedule(RETRY);
            } else if (index < target) {
                LOG.warn("Snapshot is at {}, the change of a master at {}; trying again", index, target);
                schedule(RETRY);
            }
        });
    }

    private CompletableFuture<Long> snapshot() {
        return log.takeSnapshot().orTimeout(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void cutLongLog() {
        Leadership at = log.leadership();
        if (at.lastApplied() - at.snapshotIndex() > LONG_LOG) {
            snapshot().whenComplete((index, error) -> {
                if (error != null) {
                    LOG.warn("Snapshot to shorten the log failed: {}", error.getMessage());
                }
            });
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
