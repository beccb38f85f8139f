package io.heliograph.daemon.delivery;

import io.heliograph.kv.Revision;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * Tells those who wait for a delivery when it has happened.
 *
 * <p>Workers only {@link #ring}; one thread of the watch looks who has what it waits for, so that no worker is held up by
 * however many wait. What is waited for at a time is bounded.
 *
 * <p>Threads: any. Answers come on the thread of the watch, or on the caller's where nothing is to be waited for: who
 * does much with them must go elsewhere.
 */
final class DeliveryWatch implements AutoCloseable {

    /** How many may wait at a time. */
    static final int MAX_WAITS = 1_000;

    /** How many heads may be waited for at a time, all waits together. */
    static final int MAX_HEADS = 500_000;

    private static final Duration MAX_PAUSE = Duration.ofHours(1);

    private static final class Wait {
        private final Map<String, Revision> wanted;
        private final long deadline;
        private final CompletableFuture<Map<String, Boolean>> answer = new CompletableFuture<>();
        private Iterator<Map.Entry<String, Revision>> rest;
        private Map.Entry<String, Revision> next;

        Wait(Map<String, Revision> wanted, long deadline) {
            this.wanted = wanted;
            this.deadline = deadline;
            this.rest = wanted.entrySet().iterator();
            this.next = rest.next();
        }

        /** Goes on where it stopped last time: to look costs as much as there is news, not as much as is waited for. */
        boolean isOver(Function<Map<String, Revision>, Map<String, Boolean>> delivered) {
            while (isTrue(delivered.apply(Map.of(next.getKey(), next.getValue())))) {
                if (rest.hasNext()) {
                    next = rest.next();
                } else if (isTrue(delivered.apply(wanted))) {
                    return true;
                } else {
                    // something was found not to be as it was delivered meanwhile: from the beginning
                    rest = wanted.entrySet().iterator();
                    next = rest.next();
                    return false;
                }
            }
            return false;
        }
    }

    private final Function<Map<String, Revision>, Map<String, Boolean>> delivered;
    private final Set<Wait> waits = new LinkedHashSet<>();
    private final Thread thread = new Thread(this::run, "delivery-watch");
    private int heads;
    private boolean rung;
    private boolean ended;
    private boolean closed;

    /**
     * @param delivered says for each store whether it is known to hold each head at its revision, or newer; may be called
     *     at any time
     */
    DeliveryWatch(Function<Map<String, Revision>, Map<String, Boolean>> delivered) {
        this.delivered = delivered;
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /**
     * Waits until every store holds all this, the limit is over, or the waits are ended.
     *
     * @param wanted head to revision
     * @param limit zero for an answer at once
     * @return how things stand then, store by store; empty when too much is waited for already
     */
    Optional<CompletableFuture<Map<String, Boolean>>> await(Map<String, Revision> wanted, Duration limit) {
        Map<String, Boolean> now = delivered.apply(wanted);
        if (limit.isZero() || isTrue(now)) {
            return Optional.of(CompletableFuture.completedFuture(now));
        }
        Wait wait = new Wait(Map.copyOf(wanted), System.nanoTime() + limit.toNanos());
        synchronized (this) {
            if (ended) {
                return Optional.of(CompletableFuture.completedFuture(now));
            }
            if (waits.size() >= MAX_WAITS || heads + wanted.size() > MAX_HEADS) {
                return Optional.empty();
            }
            waits.add(wait);
            heads += wanted.size();
            // it may have been delivered since it was looked at
            rung = true;
            notifyAll();
        }
        return Optional.of(wait.answer);
    }

    /** Says that a store may hold more than before. Returns at once. */
    synchronized void ring() {
        if (!waits.isEmpty()) {
            rung = true;
            notifyAll();
        }
    }

    /** How many wait. */
    synchronized int waiting() {
        return waits.size();
    }

    /** Answers everybody who waits, and from now on at once. */
    synchronized void end() {
        ended = true;
        notifyAll();
    }

    private void run() {
        try {
            while (!isClosed()) {
                List<Wait> all = awaitNews();
                boolean over = isEnded();
                long now = System.nanoTime();
                for (Wait wait : all) {
                    if (over || wait.deadline - now <= 0 || wait.isOver(delivered)) {
                        remove(wait);
                        wait.answer.complete(delivered.apply(wait.wanted));
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized List<Wait> awaitNews() throws InterruptedException {
        long millis = untilNextDeadline();
        while (!rung && !closed && millis > 0 && !(ended && !waits.isEmpty())) {
            wait(millis);
            millis = untilNextDeadline();
        }
        rung = false;
        return new ArrayList<>(waits);
    }

    private long untilNextDeadline() {
        long now = System.nanoTime();
        long nanos = MAX_PAUSE.toNanos();
        for (Wait wait : waits) {
            nanos = Math.min(nanos, wait.deadline - now);
        }
        return nanos <= 0 ? 0 : Math.max(1, Duration.ofNanos(nanos).toMillis());
    }

    private synchronized boolean isEnded() {
        return ended;
    }

    private synchronized boolean isClosed() {
        return closed && waits.isEmpty();
    }

    private synchronized void remove(Wait wait) {
        if (waits.remove(wait)) {
            heads -= wait.wanted.size();
        }
    }

    private static boolean isTrue(Map<String, Boolean> stores) {
        return stores.values().stream().allMatch(held -> held);
    }

    /** Ends the waits and the thread. */
    @Override
    public synchronized void close() {
        closed = true;
        end();
    }
}
