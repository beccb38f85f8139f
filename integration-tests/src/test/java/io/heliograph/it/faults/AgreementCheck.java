package io.heliograph.it.faults;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** At the end all nodes hold the same state, list the same failovers, and each one's own store holds what it says. */
final class AgreementCheck {
    private static final int SHOWN = 3;

    private AgreementCheck() {}

    static List<Violation> check(Evidence evidence) {
        List<Violation> found = new ArrayList<>();
        if (evidence.states().isEmpty()) {
            found.add(Violation.other("no node said what it holds at the end"));
            return found;
        }
        FinalState first = evidence.newestStates().get(0);
        for (FinalState state : evidence.states()) {
            if (state.lastApplied() != first.lastApplied()) {
                found.add(Violation.other("%s has applied %d at the end, %s %d"
                        .formatted(state.node(), state.lastApplied(), first.node(), first.lastApplied())));
            }
        }
        for (FinalState state : evidence.newestStates()) {
            if (!state.digest().equals(first.digest())) {
                found.add(Violation.divergent("digests differ: %s %s, %s %s"
                        .formatted(first.node(), first.digest(), state.node(), state.digest())));
            }
            if (!state.entries().equals(first.entries())) {
                found.add(Violation.divergent("entries differ between " + first.node() + " and " + state.node() + ": "
                        + difference(first.entries(), state.entries())));
            }
            if (!state.failovers().equals(first.failovers())) {
                found.add(Violation.divergent(
                        "the lists of failovers differ between " + first.node() + " and " + state.node()));
            }
            if (!state.stored().equals(state.entries())) {
                found.add(Violation.divergent("the internal store of " + state.node() + " is not what the state says: "
                        + difference(state.entries(), state.stored())));
            }
        }
        return found;
    }

    private static String difference(Map<String, Versioned> one, Map<String, Versioned> other) {
        TreeSet<String> keys = new TreeSet<>(one.keySet());
        keys.addAll(other.keySet());
        return keys.stream()
                .filter(key -> !java.util.Objects.equals(one.get(key), other.get(key)))
                .limit(SHOWN)
                .map(key -> key + ": " + one.get(key) + " and " + other.get(key))
                .toList()
                .toString();
    }
}
