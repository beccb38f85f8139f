package io.heliograph.it.faults;

import io.heliograph.it.faults.Operation.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The list of failovers holds each acknowledged one exactly once, each starts from where the one before ended, and a
 * conditional one from what it expected.
 */
final class FailoverCheck {
    private FailoverCheck() {}

    static List<Violation> check(Evidence evidence, Writes writes) {
        List<Violation> found = new ArrayList<>();
        Map<String, List<Failover>> listed = new HashMap<>();
        Map<String, Failover> last = new HashMap<>();
        for (Failover each : evidence.failovers()) {
            listed.computeIfAbsent(Requests.MASTERS + each.alias() + "=" + each.to(), unused -> new ArrayList<>())
                    .add(each);
            Failover before = last.put(each.alias(), each);
            boolean isNext = before != null && before.revision() >= evidence.failoversCompleteFrom();
            if (isNext && !before.to().equals(each.from())) {
                found.add(Violation.divergent(
                        "a failover does not begin where the one before ended: " + before + "; " + each));
            }
            checkWritten(each, writes, found);
        }
        evidence.operations().stream()
                .filter(write -> write.kind() == Kind.FAILOVER && write.isCommitted())
                .filter(write -> write.revision() >= evidence.failoversCompleteFrom())
                .forEach(write ->
                        checkListed(write, listed.getOrDefault(write.key() + "=" + write.value(), List.of()), found));
        return found;
    }

    private static void checkWritten(Failover each, Writes writes, List<Violation> found) {
        if (writes.of(Requests.MASTERS + each.alias(), each.from()) == null) {
            found.add(Violation.other("nobody wrote the master that this failover begins with: " + each));
        }
        Operation write = writes.of(Requests.MASTERS + each.alias(), each.to());
        if (write != null && write.expected() != null && !Objects.equals(write.expected(), each.from())) {
            found.add(Violation.other("carried out although the master was not as expected: " + each + "; " + write));
        }
    }

    private static void checkListed(Operation write, List<Failover> listed, List<Violation> found) {
        if (listed.isEmpty()) {
            found.add(Violation.lost("acknowledged and not in the list of failovers: " + write));
        } else if (listed.size() > 1) {
            found.add(Violation.other("written twice: in the list of failovers as " + listed + ": " + write));
        } else if (listed.get(0).revision() != write.revision()) {
            found.add(Violation.lost("acknowledged at another revision than listed: " + listed + "; " + write));
        }
    }
}
