package io.heliograph.it.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FailoverLogTest {
    private final Findings findings = new Findings();
    private final FailoverLog log = new FailoverLog(findings);

    private static Failover failover(long revision) {
        return new Failover("faults1", "m" + (revision - 1), "m" + revision, "", revision);
    }

    /** Newest first, as many as a node keeps. */
    private static List<Failover> fullListUpTo(long newest) {
        List<Failover> list = new ArrayList<>();
        for (long revision = newest; revision > newest - FailoverLog.KEPT; revision--) {
            list.add(failover(revision));
        }
        return list;
    }

    @Test
    void when_lists_overlap_then_nothing_is_missing() {
        log.add("dc1", List.of(failover(2), failover(1)));
        log.add("dc2", fullListUpTo(1_001));
        assertThat(log.completeFrom()).isZero();
        assertThat(log.all()).hasSize(1_001);
        assertThat(findings.all()).isEmpty();
    }

    @Test
    void when_a_full_list_does_not_reach_back_then_what_is_before_it_is_not_complete() {
        log.add("dc1", List.of(failover(2), failover(1)));
        log.add("dc2", fullListUpTo(1_003));
        assertThat(log.completeFrom()).isEqualTo(4);
    }

    @Test
    void when_two_nodes_list_different_failovers_at_one_revision_then_it_is_divergent() {
        log.add("dc1", List.of(failover(1)));
        log.add("dc2", List.of(new Failover("faults1", "m0", "m9", "", 1)));
        assertThat(findings.count(Violation.Category.DIVERGENT)).isEqualTo(1);
    }

    @Test
    void when_a_list_is_not_sorted_then_it_is_found() {
        log.add("dc1", List.of(failover(1), failover(2)));
        assertThat(findings.count(Violation.Category.OTHER)).isEqualTo(1);
    }
}
