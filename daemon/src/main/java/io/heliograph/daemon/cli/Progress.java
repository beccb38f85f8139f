package io.heliograph.daemon.cli;

import java.io.PrintWriter;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Says on a terminal that something takes long, and what: a line on standard error that is written over, and gone at the
 * end. Says nothing in the first second, nor where nobody watches.
 *
 * <p>Threads: one of its own writes the line; close it before anything else is printed.
 */
final class Progress implements AutoCloseable {

    private static final String ERASED = "\r\u001b[K";

    private final PrintWriter err;
    private final String doing;
    private final @Nullable ScheduledExecutorService clock;
    private int seconds;
    private boolean isOver;

    /**
     * @param isWatched whether standard error is a terminal
     * @param doing what takes long
     */
    Progress(PrintWriter err, boolean isWatched, String doing) {
        this.err = err;
        this.doing = Harmless.line(doing);
        clock = isWatched ? Executors.newSingleThreadScheduledExecutor(Progress::daemon) : null;
        if (clock != null) {
            clock.scheduleAtFixedRate(this::tick, 1, 1, TimeUnit.SECONDS);
        }
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "progress");
        thread.setDaemon(true);
        return thread;
    }

    /** A second is over. */
    synchronized void tick() {
        if (isOver) {
            return;
        }
        seconds++;
        err.print(ERASED + doing + " … " + seconds + " s");
        err.flush();
    }

    @Override
    public void close() {
        if (clock != null) {
            clock.shutdownNow();
        }
        erase();
    }

    private synchronized void erase() {
        isOver = true;
        if (seconds > 0) {
            err.print(ERASED);
            err.flush();
        }
    }
}
