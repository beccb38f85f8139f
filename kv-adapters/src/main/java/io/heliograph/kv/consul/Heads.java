package io.heliograph.kv.consul;

import com.orbitz.consul.model.kv.Value;
import io.heliograph.kv.Deadline;
import io.heliograph.kv.StoreResult;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What Consul holds of some heads, or of their tombstones. They are read each by itself when they are few, else in a
 * range for each tree that they are in.
 */
final class Heads {

    /** From here on a range is read. It can hold much more than the heads, so it has to be worth it. */
    private static final int RANGE_FROM = 8;

    private final ConsulHttp http;
    private final Deadline deadline;
    private final Map<String, Value> found = new HashMap<>();
    private final Map<String, StoreResult> refused = new HashMap<>();

    private Heads(ConsulHttp http, Deadline deadline) {
        this.http = http;
        this.deadline = deadline;
    }

    /**
     * @throws ReadFailure when the agent is away; a head that the agent will not show is no failure but {@link #refused}
     */
    static Heads read(ConsulHttp http, List<String> keys, Deadline deadline) throws ReadFailure {
        Heads heads = new Heads(http, deadline);
        Map<String, List<String>> trees =
                keys.stream().collect(Collectors.groupingBy(head -> head.substring(0, Math.max(0, head.indexOf('/')))));
        for (Map.Entry<String, List<String>> tree : trees.entrySet()) {
            boolean asRange = !tree.getKey().isEmpty() && tree.getValue().size() >= RANGE_FROM;
            if (!asRange || !heads.readRange(tree.getValue())) {
                heads.readSingly(tree.getValue());
            }
        }
        return heads;
    }

    /** What is there, by key. */
    Map<String, Value> found() {
        return found;
    }

    /** Why something could not be read, by key. */
    Map<String, StoreResult> refused() {
        return refused;
    }

    /** Returns whether the agent lets us list keys. */
    private boolean readRange(List<String> keys) throws ReadFailure {
        Set<String> wanted = new HashSet<>(keys);
        try {
            http.read(commonPrefix(keys), true).stream()
                    .filter(value -> wanted.contains(value.getKey()))
                    .forEach(value -> found.put(value.getKey(), value));
            return true;
        } catch (ReadFailure e) {
            if (e.isRefusal()) {
                return false;
            }
            throw e;
        }
    }

    private void readSingly(List<String> keys) throws ReadFailure {
        for (String key : keys) {
            if (deadline.hasPassed()) {
                throw new ReadFailure(new StoreResult.Unavailable("reading: the agent is too slow"));
            }
            try {
                http.read(key, false).forEach(value -> found.put(key, value));
            } catch (ReadFailure e) {
                if (!e.isRefusal()) {
                    throw e;
                }
                refused.put(key, e.result());
            }
        }
    }

    private static String commonPrefix(List<String> keys) {
        String prefix = keys.get(0);
        for (String key : keys) {
            int end = 0;
            while (end < Math.min(prefix.length(), key.length()) && prefix.charAt(end) == key.charAt(end)) {
                end++;
            }
            prefix = prefix.substring(0, end);
        }
        return prefix;
    }
}
