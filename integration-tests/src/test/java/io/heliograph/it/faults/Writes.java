package io.heliograph.it.faults;

import io.heliograph.it.faults.Operation.Kind;
import io.heliograph.it.faults.Operation.Outcome;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which write is at which revision: what was acknowledged, and what anybody saw of those whose outcome is unknown.
 *
 * <p>Every value is written once in a run, so a value names its write. Each write has one revision and each revision one
 * write; whatever contradicts that is a violation.
 */
final class Writes {
    private final Map<String, Operation> byValue = new HashMap<>();
    private final TreeMap<Long, Operation> byRevision = new TreeMap<>();
    private final Map<Long, Long> revisions = new HashMap<>();
    private final List<Violation> violations = new ArrayList<>();

    Writes(Evidence evidence) {
        evidence.operations().stream()
                .filter(Operation::isWrite)
                .forEach(operation -> byValue.put(name(operation.key(), operation.value()), operation));
        evidence.operations().stream().filter(Operation::isCommitted).forEach(this::acknowledged);
        evidence.operations().stream()
                .filter(read -> read.kind() == Kind.READ && read.seen() != null)
                .forEach(read -> seen(read.key(), read.seen(), read.revision(), "a read, " + read));
        evidence.failovers()
                .forEach(each -> seen(
                        Requests.MASTERS + each.alias(), each.to(), each.revision(), "the list of failovers, " + each));
        for (FinalState state : evidence.states()) {
            state.entries().forEach((key, entry) -> {
                if (isOurs(key)) {
                    seen(key, entry.value(), entry.revision(), "the final state of " + state.node());
                }
            });
        }
    }

    /** A cluster has keys beside the one that is written as a whole; they follow it. */
    private static boolean isOurs(String key) {
        return !key.startsWith(Requests.MASTERS) || key.indexOf('/', Requests.MASTERS.length()) < 0;
    }

    private static String name(String key, @Nullable String value) {
        return key + "=" + value;
    }

    private void acknowledged(Operation operation) {
        if (operation.revision() <= 0) {
            violations.add(Violation.other("acknowledged without a revision: " + operation));
            return;
        }
        Operation other = byRevision.putIfAbsent(operation.revision(), operation);
        if (other != null) {
            violations.add(
                    Violation.lost("two acknowledged writes have the same revision: " + other + "; " + operation));
        }
        revisions.put(operation.id(), operation.revision());
    }

    private void seen(String key, @Nullable String value, long revision, String where) {
        Operation write = byValue.get(name(key, value));
        if (write == null) {
            violations.add(Violation.other("nobody wrote " + key + " = " + value + ", seen in " + where));
            return;
        }
        if (write.outcome() == Outcome.REFUSED) {
            violations.add(Violation.other("refused and yet written, revision " + revision + ": " + write));
        }
        Operation holder = byRevision.putIfAbsent(revision, write);
        if (holder != null && holder.id() != write.id()) {
            String text = "revision " + revision + " is " + holder + " and, in " + where + ", " + write;
            violations.add(holder.isCommitted() ? Violation.lost(text) : Violation.divergent(text));
        }
        Long known = revisions.putIfAbsent(write.id(), revision);
        if (known != null && known != revision) {
            violations.add(Violation.other(
                    "written twice: at revision " + known + " and, in " + where + ", at " + revision + ": " + write));
        }
    }

    List<Violation> violations() {
        return violations;
    }

    /** The write of this value, whatever became of it. */
    @Nullable
    Operation of(String key, @Nullable String value) {
        return byValue.get(name(key, value));
    }

    /** 0 when it was seen nowhere. */
    long revision(Operation write) {
        return revisions.getOrDefault(write.id(), 0L);
    }

    /** Every write that is known to have been carried out. */
    List<Operation> carriedOut() {
        return byValue.values().stream()
                .filter(write -> revisions.containsKey(write.id()))
                .toList();
    }

    /** Acknowledged writes of each key. */
    Map<String, List<Operation>> acknowledgedByKey() {
        Map<String, List<Operation>> result = new TreeMap<>();
        byValue.values().stream().filter(Operation::isCommitted).forEach(write -> result.computeIfAbsent(
                        write.key(), unused -> new ArrayList<>())
                .add(write));
        return result;
    }
}
