package io.heliograph.kv.consul;

import com.orbitz.consul.model.kv.Value;
import io.heliograph.kv.Deadline;
import io.heliograph.kv.StoreResult;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What Consul holds of some heads, or of their tombstones. Many are read together by transactions that only read: a
 * range would be one request, but it can hold much more than what is asked for.
 */
final class Heads {

    /** How often the rest is asked for, when a key was not there and so none of the others was shown. */
    private static final int ROUNDS = 3;

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
        for (int from = 0; from < keys.size(); from += Transaction.MAX_OPERATIONS) {
            List<String> part = keys.subList(from, Math.min(keys.size(), from + Transaction.MAX_OPERATIONS));
            heads.readSingly(part.size() == 1 ? part : heads.readTogether(part));
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

    /** Returns those that have to be read one by one, to learn what is in the way. */
    private List<String> readTogether(List<String> keys) throws ReadFailure {
        List<String> left = keys;
        List<String> doubtful = new ArrayList<>();
        for (int round = 0; round < ROUNDS && !left.isEmpty(); round++) {
            checkTime();
            Together answer;
            try {
                answer = http.readTogether(left);
            } catch (ReadFailure e) {
                if (e.isRefusal() || e.isTooLarge()) {
                    break;
                }
                throw e;
            }
            answer.values().forEach(value -> found.put(value.getKey(), value));
            List<String> next = new ArrayList<>();
            for (int i = 0; i < left.size(); i++) {
                if (answer.refused().contains(i)) {
                    doubtful.add(left.get(i));
                } else if (!answer.missing().contains(i) && !found.containsKey(left.get(i))) {
                    next.add(left.get(i));
                }
            }
            left = next;
        }
        doubtful.addAll(left);
        return doubtful;
    }

    private void readSingly(List<String> keys) throws ReadFailure {
        for (String key : keys) {
            checkTime();
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

    private void checkTime() throws ReadFailure {
        if (deadline.hasPassed()) {
            throw new ReadFailure(new StoreResult.Unavailable("reading: the agent is too slow"));
        }
    }
}
