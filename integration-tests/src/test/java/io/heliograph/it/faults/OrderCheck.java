package io.heliograph.it.faults;

import io.heliograph.it.faults.Operation.Outcome;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What began after something else had ended has the later place: writes by their revisions, whatever their keys; and on
 * each key the refusals of conditional writes, each right behind the write that it names.
 */
final class OrderCheck {
    /** An operation and its place in the order that the product claims; a refusal has an odd one. */
    private record Placed(Operation operation, long place) {
        boolean isAfter(Placed other) {
            boolean bothRefusals = (place & 1) == 1;
            return place > other.place || (place == other.place && bothRefusals);
        }
    }

    private OrderCheck() {}

    static List<Violation> check(Evidence evidence, Writes writes) {
        List<Placed> all = new ArrayList<>();
        TreeMap<String, List<Placed>> byKey = new TreeMap<>();
        for (Operation write : writes.carriedOut()) {
            Placed placed = new Placed(write, writes.revision(write) * 2);
            all.add(placed);
            byKey.computeIfAbsent(write.key(), unused -> new ArrayList<>()).add(placed);
        }
        for (Operation refused : evidence.operations()) {
            Operation named = RefusalCheck.named(refused, writes);
            if (named != null && writes.revision(named) > 0) {
                byKey.computeIfAbsent(refused.key(), unused -> new ArrayList<>())
                        .add(new Placed(refused, writes.revision(named) * 2 + 1));
            }
        }
        List<Violation> found = outOfOrder(all);
        byKey.values().forEach(placed -> found.addAll(outOfOrder(placed)));
        return found;
    }

    /** Looks at each operation's start for the latest place among those that had ended by then. */
    private static List<Violation> outOfOrder(List<Placed> placed) {
        List<Placed> starting = new ArrayList<>(placed);
        starting.sort(Comparator.comparingLong(each -> each.operation().start()));
        List<Placed> ending = new ArrayList<>(placed);
        ending.removeIf(each -> each.operation().outcome() == Outcome.UNKNOWN);
        ending.sort(Comparator.comparingLong(each -> each.operation().end()));
        List<Violation> found = new ArrayList<>();
        Placed latest = null;
        int ended = 0;
        for (Placed each : starting) {
            while (ended < ending.size()
                    && ending.get(ended).operation().end() < each.operation().start()) {
                latest = later(latest, ending.get(ended));
                ended++;
            }
            if (latest != null && !each.isAfter(latest)) {
                found.add(Violation.other("out of order: " + each.operation() + ", in place " + each.place() / 2
                        + ", began after this had ended: " + latest.operation() + ", in place " + latest.place() / 2));
            }
        }
        return found;
    }

    private static Placed later(@Nullable Placed one, Placed other) {
        return one == null || other.place() > one.place() ? other : one;
    }
}
