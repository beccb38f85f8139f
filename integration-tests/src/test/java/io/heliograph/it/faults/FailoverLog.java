package io.heliograph.it.faults;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The failover history of the whole run, put together from what nodes listed at different times: a node keeps only the
 * newest ones. Threads: any.
 */
final class FailoverLog {
    /** As many as a node keeps; a shorter list goes back to the beginning. */
    static final int KEPT = 1000;

    private final TreeMap<Long, Failover> byRevision = new TreeMap<>();
    private final Findings findings;
    private long completeFrom;

    FailoverLog(Findings findings) {
        this.findings = findings;
    }

    /** Adds a list as a node answered it, newest first. */
    synchronized void add(String node, List<Failover> newestFirst) {
        noteGap(newestFirst);
        long later = Long.MAX_VALUE;
        for (Failover each : newestFirst) {
            if (each.revision() >= later) {
                findings.add(Violation.other(
                        node + " lists failovers out of order: revision " + each.revision() + " comes after " + later));
            }
            later = each.revision();
            Failover known = byRevision.putIfAbsent(each.revision(), each);
            if (known != null && !known.equals(each)) {
                findings.add(Violation.divergent(node + " lists " + each + " where " + known + " was listed before"));
            }
        }
    }

    /** A full list that does not reach back to what was known leaves a gap before its oldest. */
    private void noteGap(List<Failover> newestFirst) {
        if (newestFirst.size() < KEPT) {
            return;
        }
        long oldest = newestFirst.get(newestFirst.size() - 1).revision();
        if (byRevision.isEmpty() || byRevision.lastKey() < oldest) {
            completeFrom = oldest;
        }
    }

    /** Every failover of this revision or a later one, up to the newest, is known. */
    synchronized long completeFrom() {
        return completeFrom;
    }

    synchronized List<Failover> all() {
        return new ArrayList<>(byRevision.values());
    }

    /** Oldest first, for each alias. */
    synchronized Map<String, List<Failover>> byAlias() {
        Map<String, List<Failover>> result = new HashMap<>();
        byRevision.values().forEach(each -> result.computeIfAbsent(each.alias(), unused -> new ArrayList<>())
                .add(each));
        return result;
    }
}
