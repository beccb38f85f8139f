package io.heliograph.daemon;

import io.heliograph.raft.ReplicatedLog;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits, on a thread of its own, until this node has applied everything that was committed before it started; then runs
 * what has been waiting for that. Until then the node knows only what it knew when it stopped.
 */
final class CatchUp implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(CatchUp.class);
    private static final Duration ATTEMPT = Duration.ofSeconds(2);
    private static final Duration PAUSE = Duration.ofMillis(100);

    private final Thread thread;

    CatchUp(ReplicatedLog log, Runnable whenCaughtUp) {
        this.thread = new Thread(() -> run(log, whenCaughtUp), "catch-up");
        this.thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    private static void run(ReplicatedLog log, Runnable whenCaughtUp) {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                log.barrier(ATTEMPT).get();
                whenCaughtUp.run();
                return;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (java.util.concurrent.ExecutionException e) {
                LOG.debug("Not caught up yet: {}", e.getMessage());
                pause();
            }
        }
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
