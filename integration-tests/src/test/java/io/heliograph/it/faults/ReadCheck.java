package io.heliograph.it.faults;

import io.heliograph.it.faults.Operation.Kind;
import io.heliograph.it.faults.Operation.Outcome;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A read shows a write that had begun, and a node that has shown a revision of a key never shows an older one to a read
 * that begins later, restarts or not. That it shows it with the right revision is checked in {@link Writes}.
 */
final class ReadCheck {
    private ReadCheck() {}

    static List<Violation> check(Evidence evidence, Writes writes) {
        List<Violation> found = new ArrayList<>();
        Map<String, List<Operation>> byNodeAndKey = new HashMap<>();
        evidence.operations().stream()
                .filter(read -> read.kind() == Kind.READ && read.outcome() == Outcome.DONE)
                .forEach(read -> {
                    byNodeAndKey
                            .computeIfAbsent(read.node() + " " + read.key(), unused -> new ArrayList<>())
                            .add(read);
                    Operation write = read.seen() == null ? null : writes.of(read.key(), read.seen());
                    if (write != null && write.start() > read.end()) {
                        found.add(Violation.other("read before it was written: " + read + "; " + write));
                    }
                });
        byNodeAndKey.values().forEach(reads -> checkMonotonic(reads, found));
        return found;
    }

    private static void checkMonotonic(List<Operation> reads, List<Violation> found) {
        List<Operation> starting = new ArrayList<>(reads);
        starting.sort(Comparator.comparingLong(Operation::start));
        List<Operation> ending = new ArrayList<>(reads);
        ending.sort(Comparator.comparingLong(Operation::end));
        @Nullable Operation newest = null;
        int ended = 0;
        for (Operation read : starting) {
            while (ended < ending.size() && ending.get(ended).end() < read.start()) {
                Operation earlier = ending.get(ended);
                newest = newest == null || earlier.revision() > newest.revision() ? earlier : newest;
                ended++;
            }
            if (newest != null && read.revision() < newest.revision()) {
                found.add(Violation.other("a node went backwards: " + newest + ", then " + read));
            }
        }
    }
}
