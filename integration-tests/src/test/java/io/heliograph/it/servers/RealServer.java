package io.heliograph.it.servers;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/** A server of its own for one test class, with the controls of a machine room. */
public abstract sealed class RealServer implements AutoCloseable
        permits ConsulServer, ZooKeeperServer, MariaDbServer, PostgresServer {
    private static final Duration START_LIMIT = Duration.ofSeconds(90);

    private final String name;
    private final ServerHost host;

    RealServer(String name, ServerHost host) {
        this.name = name;
        this.host = host;
    }

    /** Whether it answers and takes writes; an exception means no. */
    abstract boolean isReady() throws Exception;

    /** Kills it with SIGKILL; ports and data are kept for {@link #restart()}. */
    public void stop() {
        host.kill();
    }

    /** Starts it with the same ports and data without waiting: where it takes writes only together with others. */
    public void startAgain() {
        launch();
    }

    /** As {@link #startAgain}, unless it is running. */
    void startAgainIfEnded() {
        if (!host.isAlive()) {
            launch();
        }
    }

    /** Kills it if it still runs, then starts it with the same ports and data and waits until it takes writes. */
    public void restart() {
        host.kill();
        startAndWait();
    }

    /** Stops its threads without closing its connections (SIGSTOP): it hangs, and looks alive to TCP. */
    public void pause() {
        host.pause();
    }

    /** Ends {@link #pause()}. */
    public void resume() {
        host.resume();
    }

    /** Ends it and removes its data. May be called twice. */
    @Override
    public void close() {
        host.close();
    }

    void startAndWait() {
        launch();
        awaitReady();
    }

    /** Starts it without waiting. */
    void launch() {
        host.start();
    }

    void awaitReady() {
        try {
            Awaitility.await(name)
                    .atMost(START_LIMIT)
                    .pollInterval(Duration.ofMillis(100))
                    .ignoreExceptionsMatching(e -> !(e instanceof StartFailed))
                    .until(this::isReadyUnlessDead);
        } catch (ConditionTimeoutException | StartFailed e) {
            String message =
                    "%s did not start: %s%nIts last lines:%n%s".formatted(name, e.getMessage(), host.lastLines());
            host.close();
            throw new IllegalStateException(message, e);
        }
    }

    private boolean isReadyUnlessDead() throws Exception {
        if (!host.isAlive()) {
            throw new StartFailed("the process has ended");
        }
        return isReady();
    }

    private static final class StartFailed extends RuntimeException {
        StartFailed(String message) {
            super(message);
        }
    }
}
