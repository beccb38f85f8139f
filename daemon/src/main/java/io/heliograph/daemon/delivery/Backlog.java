package io.heliograph.daemon.delivery;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The heads whose newest write set a store may not hold yet. Holds names only, each once, so it is bounded by the number
 * of write sets however long a store is away. Heads that a store refused are parked and come back later.
 *
 * <p>Threads: any.
 */
final class Backlog {

    private final InstantSource clock;
    /** Head to the time it became due, in milliseconds of the clock; in the order in which they are tried. */
    private final Map<String, Long> due = new LinkedHashMap<>();
    /** Head to the time at which it is tried again. */
    private final Map<String, Long> parked = new LinkedHashMap<>();
    /** When heads that are parked now became due first, so that lag keeps counting. */
    private final Map<String, Long> parkedSince = new LinkedHashMap<>();

    /**
     * @param clock never goes back
     */
    Backlog(InstantSource clock) {
        this.clock = clock;
    }

    /** A parked head that changed is tried at once. */
    synchronized void add(Collection<String> heads) {
        long now = clock.millis();
        for (String head : heads) {
            Long since = parkedSince.remove(head);
            parked.remove(head);
            due.putIfAbsent(head, since == null ? now : since);
        }
        notifyAll();
    }

    /** The heads that are to be tried next; they stay due until they are removed. */
    synchronized List<String> next(int most) {
        unparkExpired();
        List<String> heads = new ArrayList<>(Math.min(most, due.size()));
        for (String head : due.keySet()) {
            if (heads.size() == most) {
                break;
            }
            heads.add(head);
        }
        return heads;
    }

    private void unparkExpired() {
        long now = clock.millis();
        List<String> expired = parked.entrySet().stream()
                .filter(entry -> entry.getValue() <= now)
                .map(Map.Entry::getKey)
                .toList();
        if (!expired.isEmpty()) {
            add(expired);
        }
    }

    /** Puts a head behind all others that are due, so that a few that fail do not hold up the rest. */
    synchronized void postpone(String head) {
        Long since = due.remove(head);
        if (since != null) {
            due.put(head, since);
        }
    }

    synchronized void remove(String head) {
        due.remove(head);
    }

    synchronized void park(String head, Duration pause) {
        Long since = due.remove(head);
        parked.put(head, clock.millis() + pause.toMillis());
        parkedSince.put(head, since == null ? clock.millis() : since);
    }

    /** Waits until something may be due, or the time is over; the caller looks again. */
    @SuppressWarnings("WaitNotInLoop")
    synchronized void await(Duration most) throws InterruptedException {
        if (due.isEmpty()) {
            wait(Math.max(1, most.toMillis()));
        }
    }

    /** Ends a wait. */
    synchronized void wake() {
        notifyAll();
    }

    /** Whether nothing is to be tried now. */
    synchronized boolean isIdle() {
        return due.isEmpty();
    }

    synchronized int size() {
        return due.size() + parked.size();
    }

    synchronized int parkedSize() {
        return parked.size();
    }

    /** How long the oldest head has been waiting. */
    synchronized long lagMillis() {
        long oldest = Long.MAX_VALUE;
        for (long since : due.values()) {
            oldest = Math.min(oldest, since);
        }
        for (long since : parkedSince.values()) {
            oldest = Math.min(oldest, since);
        }
        return oldest == Long.MAX_VALUE ? 0 : Math.max(0, clock.millis() - oldest);
    }
}
