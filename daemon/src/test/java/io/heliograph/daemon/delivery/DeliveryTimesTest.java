package io.heliograph.daemon.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.heliograph.command.Command.ForgetCluster;
import io.heliograph.daemon.fakes.Decisions;
import io.heliograph.daemon.fakes.FakeClock;
import io.heliograph.fsm.FailoverHistory;
import io.heliograph.kv.Revision;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DeliveryTimesTest {

    private final Decisions decisions = new Decisions();
    private final FakeClock clock = new FakeClock();
    private final Map<String, Revision> held = new HashMap<>();
    private final DeliveryTimes times =
            new DeliveryTimes(() -> decisions.machine().state(), "mysql/master", clock);

    private void look() {
        times.look((head, revision) -> !revision.isNewerThan(held.getOrDefault(head, Revision.NONE)));
    }

    private static Revision revision(long index) {
        return Revision.of(1, index);
    }

    @Test
    void when_a_store_comes_to_hold_a_failover_then_the_first_time_stays() {
        decisions.master("a", "db1:1");
        decisions.master("a", "db2:1");
        decisions.master("b", "db1:1");
        look();
        assertThat(times.times()).isEmpty();
        held.put("mysql/master/a", revision(2));
        Instant first = clock.instant();
        look();
        clock.advance(Duration.ofSeconds(5));
        held.put("mysql/master/b", revision(3));
        look();
        assertThat(times.times()).containsExactly(Map.entry(revision(2), first));
    }

    @Test
    void when_a_newer_one_was_delivered_instead_then_both_have_its_time() {
        for (int i = 1; i <= 3; i++) {
            decisions.master("a", "db" + i + ":1");
        }
        look();
        held.put("mysql/master/a", revision(3));
        look();
        assertThat(times.times().keySet()).containsExactly(revision(2), revision(3));
    }

    @Test
    void when_the_cluster_is_forgotten_meanwhile_then_its_failovers_still_get_their_time() {
        decisions.master("a", "db1:1");
        decisions.master("a", "db2:1");
        decisions.decide(new ForgetCluster("a"));
        held.put("mysql/master/a", revision(2));
        look();
        assertThat(times.times()).containsOnlyKeys(revision(2));
    }

    @Test
    void when_the_history_drops_failovers_then_so_do_the_times_of_those_held_and_not() {
        decisions.master("never", "db1:1");
        decisions.master("never", "db2:1");
        decisions.master("a", "db0:1");
        held.put("mysql/master/a", revision(1_000_000));
        for (int i = 1; i <= FailoverHistory.CAPACITY + 10; i++) {
            decisions.master("a", "db" + i + ":1");
            look();
        }
        assertThat(times.times()).hasSize(FailoverHistory.CAPACITY);
        held.put("mysql/master/never", revision(1_000_000));
        look();
        assertThat(times.times()).hasSize(FailoverHistory.CAPACITY).doesNotContainKey(revision(2));
    }
}
