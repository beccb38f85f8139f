package io.heliograph.it.faults;

import io.heliograph.it.faults.Operation.Outcome;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A conditional failover that is refused names the actual master: one that somebody asked for before, and not the expected
 * one. Whether it can have been the master at that time is for {@link OrderCheck}.
 */
final class RefusalCheck {
    private RefusalCheck() {}

    static List<Violation> check(Evidence evidence, Writes writes) {
        List<Violation> found = new ArrayList<>();
        for (Operation refused : evidence.operations()) {
            String problem = isRefusal(refused) ? problem(refused, evidence, writes) : null;
            if (problem != null) {
                found.add(Violation.other("refused for a wrong reason: " + problem + ": " + refused));
            }
        }
        return found;
    }

    private static boolean isRefusal(Operation operation) {
        return operation.isWrite() && operation.outcome() == Outcome.REFUSED && operation.seen() != null;
    }

    /** The write whose value this refusal names; null when it is no such refusal, or nobody wrote that. */
    static @Nullable Operation named(Operation refused, Writes writes) {
        return isRefusal(refused) ? writes.of(refused.key(), refused.seen()) : null;
    }

    private static @Nullable String problem(Operation refused, Evidence evidence, Writes writes) {
        Operation named = named(refused, writes);
        if (named == null || named.outcome() == Outcome.REFUSED || named.start() > refused.end()) {
            return "nobody had written that master then";
        }
        if (named.value() != null && named.value().equals(refused.expected())) {
            return "that master was expected";
        }
        if (writes.revision(named) == 0 && evidence.failoversCompleteFrom() == 0) {
            return "that master is in no list of failovers";
        }
        return null;
    }
}
