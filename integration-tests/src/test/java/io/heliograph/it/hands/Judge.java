package io.heliograph.it.hands;

import io.heliograph.it.servers.ConsulServer.Stored;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Judges what a reader of one database cluster's keys sees, in the order in which it was seen: revisions only rise, one
 * revision has one value, and each view is one write set, never a half of one. Threads: any.
 */
public final class Judge {
    private static final int MAX_FINDINGS = 20;
    private static final Set<String> PARTS = Set.of("", "/hostname", "/port", "/ipv4", "/ipv6");

    private final String store;
    private final String head;
    private final List<String> findings = new ArrayList<>();
    private final Map<Long, Map<String, String>> valuesByRevision = new HashMap<>();
    private Map<String, Stored> last = Map.of();
    private long highest;
    private long reads;
    private long views;

    /**
     * @param store for messages
     * @param head the cluster's own key
     */
    public Judge(String store, String head) {
        this.store = store;
        this.head = head;
    }

    /**
     * Takes one look into account.
     *
     * @param entries what was there at one moment; a key's revision stands as its flags, and keys of others are passed
     *     over
     */
    public synchronized void see(Map<String, Stored> entries) {
        reads++;
        Map<String, Stored> now = new TreeMap<>();
        for (String part : PARTS) {
            Stored stored = entries.get(head + part);
            if (stored != null) {
                now.put(part, new Stored(stored.value(), stored.flags(), 0));
            }
        }
        if (now.equals(last)) {
            return;
        }
        views++;
        if (now.isEmpty()) {
            find("lost all keys", now);
        } else {
            judge(now);
        }
        last = now;
    }

    private void judge(Map<String, Stored> now) {
        Stored own = now.get("");
        boolean whole = own != null
                && now.keySet().equals(PARTS)
                && now.values().stream().allMatch(part -> part.flags() == own.flags())
                && own.value().equals(value(now, "/hostname") + ":" + value(now, "/port"));
        if (!whole) {
            find("showed half a write set", now);
        }
        if (own == null) {
            return;
        }
        if (own.flags() < highest) {
            find("went back from revision " + highest, now);
        }
        highest = Math.max(highest, own.flags());
        Map<String, String> values = new TreeMap<>();
        now.forEach((part, stored) -> values.put(part, stored.value()));
        Map<String, String> before = valuesByRevision.putIfAbsent(own.flags(), values);
        if (before != null && !before.equals(values)) {
            find("showed two values of one revision, before " + before, now);
        }
    }

    private static String value(Map<String, Stored> parts, String part) {
        Stored stored = parts.get(part);
        return stored == null ? "" : stored.value();
    }

    private void find(String what, Map<String, Stored> now) {
        if (findings.size() < MAX_FINDINGS) {
            findings.add("%s: %s %s: %s, after %s".formatted(store, head, what, now, last));
        }
    }

    /** What was seen that must never be seen, a line each; the first {@value #MAX_FINDINGS}. */
    public synchronized List<String> findings() {
        return List.copyOf(findings);
    }

    /** The highest revision that was seen, 0 before the first. */
    public synchronized long highest() {
        return highest;
    }

    /** How many looks there were. */
    public synchronized long reads() {
        return reads;
    }

    /** How many times a look differed from the one before. */
    public synchronized long views() {
        return views;
    }
}
