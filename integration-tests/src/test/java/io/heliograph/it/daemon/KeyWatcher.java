package io.heliograph.it.daemon;

import io.heliograph.it.servers.ConsulServer;
import io.heliograph.it.servers.ConsulServer.Stored;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.awaitility.Awaitility;

/**
 * Reads the five keys of one database cluster in a Consul, over and over, each time all five at one moment, and keeps
 * every distinct view. Afterwards a test can ask whether a reader ever saw what must never be seen.
 */
public final class KeyWatcher implements AutoCloseable {
    private static final long POLL_MILLIS = 3;
    private static final int MAX_VIEWS = 100_000;
    private static final Set<String> PARTS = Set.of("", "/hostname", "/port", "/ipv4", "/ipv6");

    /**
     * One view of the keys.
     *
     * @param values value by what follows the cluster's own key: "" holds host:port, "/hostname" and so on; empty when
     *     the cluster has no keys
     * @param revision the flags of the cluster's own key: the fence; 0 without keys, and after a hand edit
     */
    public record View(Map<String, String> values, long revision) {
        public View {
            values = Map.copyOf(values);
        }

        /** The master that this view names, "" without keys. */
        public String master() {
            return values.getOrDefault("", "");
        }
    }

    private final String name;
    private final Supplier<Map<String, Stored>> read;
    private final String root;
    private final List<View> views = new ArrayList<>();
    private final ScheduledExecutorService poller;
    private final ScheduledFuture<?> polling;
    private int failures;
    private int reads;

    private KeyWatcher(String name, String root, Supplier<Map<String, Stored>> read) {
        this.name = name;
        this.root = root;
        this.read = read;
        this.poller = Executors.newSingleThreadScheduledExecutor(body -> {
            Thread thread = new Thread(body, "watch-" + name);
            thread.setDaemon(true);
            return thread;
        });
        this.polling = poller.scheduleWithFixedDelay(this::poll, 0, POLL_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Watches {@code mysql/master/<alias>}, and waits for the first view. */
    public static KeyWatcher watch(ConsulServer consul, String alias) {
        String root = "mysql/master/" + alias;
        KeyWatcher watcher = watch(consul.url() + " " + alias, root, () -> consul.entries(root));
        Awaitility.await("first view of " + root).atMost(Duration.ofSeconds(20)).until(() -> watcher.reads() > 0);
        return watcher;
    }

    /**
     * Watches a store of any kind.
     *
     * @param read reads what is at {@code root} and below at one moment; the revision stands as the flags of each
     */
    public static KeyWatcher watch(String name, String root, Supplier<Map<String, Stored>> read) {
        return new KeyWatcher(name, root, read);
    }

    private void poll() {
        View view;
        try {
            view = view(root, read.get());
        } catch (RuntimeException e) {
            synchronized (this) {
                failures++;
            }
            return;
        }
        synchronized (this) {
            reads++;
            if ((views.isEmpty() || !views.get(views.size() - 1).equals(view)) && views.size() < MAX_VIEWS) {
                views.add(view);
            }
        }
    }

    static View view(String root, Map<String, Stored> entries) {
        Map<String, String> values = new TreeMap<>();
        long revision = 0;
        for (String part : PARTS) {
            Stored stored = entries.get(root + part);
            if (stored != null) {
                values.put(part, stored.value());
                revision = part.isEmpty() ? stored.flags() : revision;
            }
        }
        return new View(values, revision);
    }

    /** Every distinct view so far, oldest first. */
    public synchronized List<View> views() {
        return List.copyOf(views);
    }

    /** How many times the keys were read. */
    public synchronized int reads() {
        return reads;
    }

    /** How many reads failed, because Consul was down or hung. */
    public synchronized int failures() {
        return failures;
    }

    /** Waits until the keys name this master. */
    public void awaitMaster(String hostPort, Duration limit) {
        Awaitility.await(name + " to name " + hostPort)
                .atMost(limit)
                .pollInterval(Duration.ofMillis(20))
                .until(
                        () -> views().stream()
                                .reduce((first, last) -> last)
                                .map(View::master)
                                .orElse(""),
                        hostPort::equals);
    }

    /** Every view is whole: all five keys or none, and the host and the port are those of {@code host:port}. */
    public void assertNeverHalf() {
        for (View view : views()) {
            Map<String, String> values = view.values();
            String hostPort = values.get("/hostname") + ":" + values.get("/port");
            boolean whole = values.isEmpty() || (values.keySet().equals(PARTS) && hostPort.equals(view.master()));
            if (!whole) {
                throw new AssertionError(name + " showed half a change: " + view + " among " + views());
            }
        }
    }

    /** The revisions only rise, and one revision never shows two values. */
    public void assertNeverBackwards() {
        Map<Long, View> byRevision = new HashMap<>();
        long highest = 0;
        for (View view : views()) {
            if (view.values().isEmpty()) {
                continue;
            }
            if (view.revision() < highest) {
                throw new AssertionError(name + " went back from " + highest + " to " + view + " among " + views());
            }
            highest = view.revision();
            View same = byRevision.putIfAbsent(highest, view);
            if (same != null && !same.equals(view)) {
                throw new AssertionError(name + " showed two values of one revision: " + same + " and " + view);
            }
        }
    }

    @Override
    public void close() {
        polling.cancel(false);
        poller.shutdownNow();
    }
}
