package io.heliograph.it.hands;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Looks at one database cluster's keys in a store until it is closed, and has each look judged. */
public final class StoreWatcher implements AutoCloseable {
    private static final long AGAIN_MILLIS = 20;
    private static final long END_MILLIS = 20_000;

    private final Judge judge;
    private final Source source;
    private final Thread thread;
    private volatile boolean closed;
    private volatile int failures;
    private volatile String lastFailure = "";

    private StoreWatcher(Judge judge, Source source, String name) {
        this.judge = judge;
        this.source = source;
        this.thread = new Thread(this::run, "store-watcher-" + name);
        this.thread.setDaemon(true);
        this.thread.start();
    }

    /** Watches {@code mysql/master/<alias>} in the way of the store's kind. */
    public static StoreWatcher of(StoreHand hand, String alias) {
        String head = head(alias);
        return new StoreWatcher(new Judge(hand.name(), head), hand.source(head), hand.name());
    }

    /** Watches an SQLite file that a daemon writes. */
    public static StoreWatcher ofFile(String name, Path file, String alias) {
        String head = head(alias);
        return new StoreWatcher(new Judge(name, head), SqlSource.file(file, head), name);
    }

    private static String head(String alias) {
        return "mysql/master/" + alias;
    }

    private void run() {
        try (source) {
            while (!closed) {
                look();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            fail(e);
        }
    }

    private void look() throws InterruptedException {
        try {
            judge.see(source.next());
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            fail(e);
            TimeUnit.MILLISECONDS.sleep(AGAIN_MILLIS);
        }
    }

    private void fail(Exception e) {
        failures = failures + 1;
        lastFailure = e.toString();
    }

    public Judge judge() {
        return judge;
    }

    /** What it has seen, in a few words. */
    @Override
    public String toString() {
        return "%d views in %d looks, %d failed %s"
                .formatted(judge.views(), judge.reads(), failures, lastFailure)
                .strip();
    }

    /** Looks no more; everything seen has been judged. */
    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        try {
            thread.join(END_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
