package io.heliograph.it.faults;

import io.heliograph.it.servers.ConsulServer;
import io.heliograph.it.servers.ConsulServer.Stored;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/**
 * Reads all masters in a Consul over and over, each time at one moment, and judges what it sees: revisions only rise, one
 * revision has one value, and a write set is never half.
 */
final class StoreWatch implements AutoCloseable {
    private static final String PREFIX = "mysql/master/";
    private static final long POLL_MILLIS = 50;
    private static final long END_MILLIS = 15_000;
    private static final Set<String> PARTS = Set.of("", "/hostname", "/port", "/ipv4", "/ipv6");

    private final String node;
    private final ConsulServer consul;
    private final Findings findings;
    private final Thread thread;
    /** Alias to what was seen last. The watch's thread only. */
    private final Map<String, Map<String, Stored>> last = new HashMap<>();

    private volatile boolean closed;
    private volatile int reads;
    private volatile int views;

    StoreWatch(String node, ConsulServer consul, Findings findings) {
        this.node = node;
        this.consul = consul;
        this.findings = findings;
        this.thread = new Thread(this::run, "store-watch-" + node);
        this.thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** How many different views of a cluster there were. */
    int views() {
        return views;
    }

    int reads() {
        return reads;
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

    private void look() {
        Map<String, Stored> all;
        try {
            all = consul.entries(PREFIX);
        } catch (RuntimeException e) {
            // cut off, paused, or without a leader at the moment
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
        Set<String> gone = new TreeSet<>(last.keySet());
        gone.removeAll(byAlias.keySet());
        gone.forEach(alias -> findings.add(Violation.other("the Consul of " + node + " lost the keys of " + alias)));
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
            findings.add(Violation.other("the Consul of " + node + " showed a half of " + alias + ": " + now));
        }
        Stored headBefore = before == null ? null : before.get("");
        if (head == null || headBefore == null) {
            return;
        }
        String change = " for " + alias + ", from " + before + " to " + now;
        if (head.flags() < headBefore.flags()) {
            findings.add(Violation.other("the Consul of " + node + " went back" + change));
        } else if (head.flags() == headBefore.flags() && !head.value().equals(headBefore.value())) {
            findings.add(Violation.divergent("the Consul of " + node + " showed two values of one revision" + change));
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
