package io.heliograph.it.faults;

import io.heliograph.it.faults.Operation.Kind;
import io.heliograph.it.faults.Operation.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A made-up run for tests of the checker: two nodes, and whatever operations a test tells of. */
final class Story {
    static final String KEY = "faults/shared/a";
    static final String MASTER = Requests.MASTERS + "faults1";

    private final List<Operation> operations = new ArrayList<>();
    private final List<Failover> failovers = new ArrayList<>();
    private final Map<String, Versioned> entries = new TreeMap<>();
    private final List<FinalState> otherStates = new ArrayList<>();
    private long completeFrom;

    private Story add(
            Kind kind,
            String key,
            @Nullable String value,
            @Nullable String expected,
            long start,
            long end,
            Outcome outcome,
            long revision,
            @Nullable String seen) {
        long id = operations.size() + 1L;
        operations.add(
                new Operation(id, kind, key, value, expected, "dc1", start, end, outcome, revision, seen, "as told"));
        return this;
    }

    Story committed(String value, long start, long end, long revision) {
        return add(Kind.PUT, KEY, value, null, start, end, Outcome.DONE, revision, null);
    }

    Story refused(String value, long start, long end) {
        return add(Kind.PUT, KEY, value, null, start, end, Outcome.REFUSED, 0, null);
    }

    Story unknown(String value, long start, long end) {
        return add(Kind.PUT, KEY, value, null, start, end, Outcome.UNKNOWN, 0, null);
    }

    Story read(@Nullable String seen, long start, long end, long revision) {
        return add(Kind.READ, KEY, null, null, start, end, Outcome.DONE, revision, seen);
    }

    Story registered(String master, long start, long end, long revision) {
        return add(Kind.SET_MASTER, MASTER, master, null, start, end, Outcome.DONE, revision, null);
    }

    Story failover(String master, @Nullable String expected, long start, long end, long revision) {
        return add(Kind.FAILOVER, MASTER, master, expected, start, end, Outcome.DONE, revision, null);
    }

    Story failoverRefused(String master, String expected, String actual, long start, long end) {
        return add(Kind.FAILOVER, MASTER, master, expected, start, end, Outcome.REFUSED, 0, actual);
    }

    Story listed(String from, String to, long revision) {
        failovers.add(new Failover("faults1", from, to, "", revision));
        return this;
    }

    Story completeFrom(long revision) {
        completeFrom = revision;
        return this;
    }

    Story holds(String key, String value, long revision) {
        entries.put(key, new Versioned(value, revision));
        return this;
    }

    Story otherNode(String digest, Map<String, Versioned> held, Map<String, Versioned> stored) {
        long applied = Long.parseLong(digest.substring(0, digest.indexOf(':')));
        otherStates.add(new FinalState("dc2", applied, digest, held, stored, List.of()));
        return this;
    }

    List<Violation> check() {
        List<FinalState> states = new ArrayList<>();
        states.add(new FinalState("dc1", 100, "100:aa", entries, entries, List.of()));
        states.addAll(otherStates);
        return Checker.check(new Evidence(operations, states, failovers, completeFrom));
    }
}
