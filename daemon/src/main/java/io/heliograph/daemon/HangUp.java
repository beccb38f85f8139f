package io.heliograph.daemon;

import java.lang.reflect.Proxy;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens for SIGHUP. Java has no supported way; where the unsupported one is missing, the signal ends the process as it
 * would without this. Safe for use by several threads.
 */
final class HangUp {

    private static final Logger LOG = LoggerFactory.getLogger(HangUp.class);
    private static final long IDLE_SECONDS = 10;

    private final Executor runs = runs();
    private @Nullable Runnable task;
    private boolean early;

    /** One run at a time; one more may wait, and stands for all signals that come until it begins. */
    private static Executor runs() {
        ThreadPoolExecutor runs = new ThreadPoolExecutor(
                1,
                1,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(1),
                runnable -> {
                    Thread thread = new Thread(runnable, "hang-up");
                    thread.setDaemon(true);
                    return thread;
                },
                new ThreadPoolExecutor.DiscardPolicy());
        runs.allowCoreThreadTimeOut(true);
        return runs;
    }

    /** From now on the signal does not end the process. */
    static HangUp listen() {
        HangUp hangUp = new HangUp();
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object ours = Proxy.newProxyInstance(
                    HangUp.class.getClassLoader(), new Class<?>[] {handler}, (proxy, method, arguments) -> {
                        if (method.getName().equals("handle")) {
                            hangUp.signalled();
                        }
                        return null;
                    });
            Object before = signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance("HUP"), ours);
            if (before == handler.getField("SIG_IGN").get(null)) {
                // Java leaves a signal ignored that it was told to ignore when it was started, and says nothing
                LOG.warn("SIGHUP is ignored, for this process was started so, as nohup does;"
                        + " POST /v1/reload reloads the configuration");
            }
        } catch (ReflectiveOperationException | IllegalArgumentException e) {
            LOG.warn("SIGHUP does not reload the configuration on this Java: {}", e.toString());
        }
        return hangUp;
    }

    /**
     * @param next is run for the signals from now on, on a thread of its own, and for those that came before
     */
    synchronized void attach(Runnable next) {
        task = next;
        if (early) {
            runs.execute(() -> run(next));
        }
    }

    private static void run(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            LOG.error("SIGHUP: reading the configuration again failed; this is a fault of heliograph", e);
        }
    }

    synchronized void signalled() {
        Runnable now = task;
        if (now == null) {
            early = true;
        } else {
            runs.execute(() -> run(now));
        }
    }
}
