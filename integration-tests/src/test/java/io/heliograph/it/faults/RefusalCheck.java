package io.heliograph.it.faults;

import io.heliograph.it.faults.Operation.Outcome;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A conditional failover that is refused names the actual master: one that somebody asked for before the refusal ended,
 * that is not what was expected, and that no acknowledged write had replaced before the failover began.
 */
final class RefusalCheck {
    private RefusalCheck() {}

    static List<Violation> check(Evidence evidence, Writes writes) {
        Map<String, List<Operation>> acknowledged = writes.acknowledgedByKey();
        List<Violation> found = new ArrayList<>();
        for (Operation refused : evidence.operations()) {
            if (refused.isWrite() && refused.outcome() == Outcome.REFUSED && refused.seen() != null) {
                String problem = problem(refused, acknowledged.getOrDefault(refused.key(), List.of()), writes);
                if (problem != null) {
                    found.add(Violation.other("refused for a wrong reason: " + problem + ": " + refused));
                }
            }
        }
        return found;
    }

    private static @Nullable String problem(Operation refused, List<Operation> acknowledged, Writes writes) {
        Operation named = writes.of(refused.key(), refused.seen());
        if (named == null || named.outcome() == Outcome.REFUSED || named.start() > refused.end()) {
            return "nobody had written that master then";
        }
        if (refused.seen() != null && refused.seen().equals(refused.expected())) {
            return "that master was expected";
        }
        long revision = writes.revision(named);
        if (revision == 0) {
            return null;
        }
        return newestBefore(acknowledged, refused.start())
                .filter(newest -> newest.revision() > revision)
                .map(newest -> "that master had been replaced by " + newest)
                .orElse(null);
    }

    private static Optional<Operation> newestBefore(List<Operation> acknowledged, long moment) {
        return acknowledged.stream()
                .filter(write -> write.end() < moment)
                .max(Comparator.comparingLong(Operation::revision));
    }
}
