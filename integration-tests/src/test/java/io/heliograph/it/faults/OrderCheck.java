package io.heliograph.it.faults;

import io.heliograph.it.faults.Operation.Outcome;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A write that began after another one was acknowledged has the higher revision, whatever their keys. */
final class OrderCheck {
    private OrderCheck() {}

    static List<Violation> check(Writes writes) {
        List<Operation> starting = new ArrayList<>(writes.carriedOut());
        starting.sort(Comparator.comparingLong(Operation::start));
        List<Operation> ending = new ArrayList<>(starting.stream()
                .filter(write -> write.outcome() == Outcome.DONE)
                .toList());
        ending.sort(Comparator.comparingLong(Operation::end));
        List<Violation> found = new ArrayList<>();
        Operation highest = null;
        int ended = 0;
        for (Operation write : starting) {
            while (ended < ending.size() && ending.get(ended).end() < write.start()) {
                highest = higher(writes, highest, ending.get(ended));
                ended++;
            }
            if (highest != null && writes.revision(write) <= writes.revision(highest)) {
                found.add(Violation.other("out of order: began after a write of a higher revision was acknowledged: "
                        + write + " at " + writes.revision(write) + "; " + highest));
            }
        }
        return found;
    }

    private static Operation higher(Writes writes, @Nullable Operation one, Operation other) {
        return one == null || writes.revision(other) > writes.revision(one) ? other : one;
    }
}
