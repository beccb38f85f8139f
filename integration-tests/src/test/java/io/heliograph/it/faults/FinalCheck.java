package io.heliograph.it.faults;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** At the end every node that is not behind holds, for each key, the newest acknowledged write or a newer one of unknown outcome. */
final class FinalCheck {
    private FinalCheck() {}

    static List<Violation> check(Evidence evidence, Writes writes) {
        Map<String, List<Operation>> acknowledged = writes.acknowledgedByKey();
        List<Violation> found = new ArrayList<>();
        for (FinalState state : evidence.newestStates()) {
            acknowledged.forEach((key, all) -> {
                Versioned held = state.entries().get(key);
                long revision = held == null ? 0 : held.revision();
                for (Operation write : all) {
                    boolean isThis = held != null && held.value().equals(write.value());
                    if (write.revision() > revision || (write.revision() == revision && !isThis)) {
                        found.add(Violation.lost("acknowledged and gone: " + state.node() + " holds "
                                + (held == null ? "nothing" : held) + " instead of " + write));
                    }
                }
            });
        }
        return found;
    }
}
