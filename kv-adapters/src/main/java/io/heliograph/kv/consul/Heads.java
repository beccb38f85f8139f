package io.heliograph.kv.consul;

import com.orbitz.consul.model.kv.Value;
import io.heliograph.kv.Deadline;
import io.heliograph.kv.StoreResult;
import io.heliograph.kv.WriteSet;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Reads the heads of write sets: each by itself when they are few, else a range for each tree that they are in. */
final class Heads {

    /** From here on a range is read. It can hold much more than the heads, so it has to be worth it. */
    private static final int RANGE_FROM = 8;

    private final ConsulHttp http;

    Heads(ConsulHttp http) {
        this.http = http;
    }

    /** What Consul holds of the heads of {@code sets}, by key. */
    Map<String, Value> read(List<WriteSet> sets, Deadline deadline) throws ReadFailure {
        Map<String, List<String>> trees = sets.stream()
                .map(WriteSet::head)
                .collect(Collectors.groupingBy(head -> head.substring(0, Math.max(0, head.indexOf('/')))));
        Map<String, Value> found = new HashMap<>();
        for (Map.Entry<String, List<String>> tree : trees.entrySet()) {
            boolean asRange = !tree.getKey().isEmpty() && tree.getValue().size() >= RANGE_FROM;
            for (Value value : asRange ? range(tree.getValue()) : singly(tree.getValue(), deadline)) {
                found.put(value.getKey(), value);
            }
        }
        return found;
    }

    private List<Value> range(List<String> keys) throws ReadFailure {
        Set<String> wanted = new HashSet<>(keys);
        return http.read(commonPrefix(keys), true).stream()
                .filter(value -> wanted.contains(value.getKey()))
                .toList();
    }

    private List<Value> singly(List<String> keys, Deadline deadline) throws ReadFailure {
        List<Value> found = new ArrayList<>();
        for (String key : keys) {
            if (deadline.hasPassed()) {
                throw new ReadFailure(new StoreResult.Unavailable("reading: the agent is too slow"));
            }
            found.addAll(http.read(key, false));
        }
        return found;
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
