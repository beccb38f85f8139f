package io.heliograph.it.faults;

import io.heliograph.it.servers.ConsulServer.Stored;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/**
 * Reads all masters in a store over and over, each time at one moment, and judges what it sees: revisions only rise, one
 * revision has one value, and a write set is never half.
 */
final class StoreWatch implements AutoCloseable {
    private static final String PREFIX = "mysql/master/";
    private static final long POLL_MILLIS = 50;
    private static final long END_MILLIS = 15_000;
    private static final Set<String> PARTS = Set.of("", "/hostname", "/port", "/ipv4", "/ipv6");

    /** Reads all keys that start with a prefix at one moment; a key's revision stands as its flags. */
    interface Reader {
        Map<String, Stored> read(String prefix) throws Exception;
    }

    private final String name;
    private final Reader reader;
    private final Findings findings;
    private final Thread thread;
    /** Alias to what was seen last, which is what the next look is held against, after a wipe too. Guarded by this. */
    private final Map<String, Map<String, Stored>> last = new HashMap<>();

    /** Of whose keys nothing was seen since the store was wiped. Guarded by this. */
    private final Set<String> wiped = new HashSet<>();

    private volatile boolean closed;
    private volatile int reads;
    private volatile int views;

    /**
     * @param name of the store, for messages
     */
    StoreWatch(String name, Reader reader, Findings findings) {
        this.name = name;
        this.reader = reader;
        this.findings = findings;
        this.thread = new Thread(this::run, "store-watch-" + name);
        this.thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Wipes the store while nobody looks. Its keys may be gone then, and come back no older than they were. */
    synchronized void wipe(Runnable how) {
        how.run();
        wiped.addAll(last.keySet());
    }

    /** How many different views of a cluster there were. */
    int views() {
        return views;
    }

    @Override
    public String toString() {
        return "%s: %d different views of clusters in %d reads".formatted(name, views, reads);
    }

    private void run() {
        try {
            while (!closed) {
                look();
                TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void look() throws InterruptedException {
        Map<String, Stored> all;
        try {
            all = reader.read(PREFIX);
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            // cut off, paused, not there yet, or without a leader at the moment
            return;
        }
        reads = reads + 1;
        Map<String, Map<String, Stored>> byAlias = new TreeMap<>();
        all.forEach((key, stored) -> {
            String rest = key.substring(PREFIX.length());
            int slash = rest.indexOf('/');
            String alias = slash < 0 ? rest : rest.substring(0, slash);
            byAlias.computeIfAbsent(alias, unused -> new TreeMap<>())
                    .put(slash < 0 ? "" : rest.substring(slash), stored);
        });
        byAlias.forEach(this::judge);
        wiped.removeAll(byAlias.keySet());
        Set<String> gone = new TreeSet<>(last.keySet());
        gone.removeAll(byAlias.keySet());
        gone.removeAll(wiped);
        gone.forEach(alias -> findings.add(Violation.other(name + " lost the keys of " + alias)));
    }

    private void judge(String alias, Map<String, Stored> now) {
        Map<String, Stored> before = last.put(alias, now);
        if (now.equals(before)) {
            return;
        }
        views = views + 1;
        Stored head = now.get("");
        boolean whole = head != null
                && now.keySet().equals(PARTS)
                && now.values().stream().allMatch(part -> part.flags() == head.flags())
                && head.value().equals(value(now, "/hostname") + ":" + value(now, "/port"));
        if (!whole) {
            findings.add(Violation.other(name + " showed a half of " + alias + ": " + now));
        }
        Stored headBefore = before == null ? null : before.get("");
        if (head == null || headBefore == null) {
            return;
        }
        String change = " for " + alias + ", from " + before + " to " + now;
        if (head.flags() < headBefore.flags()) {
            findings.add(Violation.other(name + " went back" + change));
        } else if (head.flags() == headBefore.flags() && !head.value().equals(headBefore.value())) {
            findings.add(Violation.divergent(name + " showed two values of one revision" + change));
        }
    }

    private static String value(Map<String, Stored> parts, String part) {
        Stored stored = parts.get(part);
        return stored == null ? "" : stored.value();
    }

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
