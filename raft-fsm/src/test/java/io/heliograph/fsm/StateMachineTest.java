package io.heliograph.fsm;

import static io.heliograph.fsm.Machine.aliased;
import static io.heliograph.fsm.Machine.failover;
import static io.heliograph.fsm.Machine.forget;
import static io.heliograph.fsm.Machine.put;
import static io.heliograph.fsm.Machine.revision;
import static io.heliograph.fsm.Machine.setMaster;
import static io.heliograph.fsm.Machine.submit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heliograph.command.Command;
import io.heliograph.command.Command.Barrier;
import io.heliograph.command.Command.BeginEpoch;
import io.heliograph.command.Command.RaiseEpoch;
import io.heliograph.command.CommandCodec;
import io.heliograph.command.HostPort;
import io.heliograph.command.UndecodableCommandException;
import io.heliograph.fsm.CommandResult.Done;
import io.heliograph.fsm.CommandResult.Reason;
import io.heliograph.fsm.CommandResult.Refused;
import io.heliograph.kv.Entry;
import io.heliograph.kv.Revision;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class StateMachineTest {

    private final Machine m = new Machine();

    @Test
    void when_a_cluster_is_registered_then_its_five_entries_are_desired_at_that_index() {
        CommandResult result = m.applyAt(7, setMaster("orders", "db1:3306", null, true));
        List<Entry> entries = Machine.master("db1:3306").entries("mysql/master", "orders");
        assertThat(result).isEqualTo(new Done(revision(7), true, entries));
        assertThat(m.machine
                        .state()
                        .desired()
                        .get("mysql/master/orders")
                        .orElseThrow()
                        .entries())
                .isEqualTo(entries);
        assertThat(m.heard).containsExactly("changed mysql/master/orders 7");
        assertThat(m.machine.state().failovers().all()).isEmpty();
    }

    @Test
    void when_the_same_master_is_set_again_then_nothing_changes_and_the_revision_stays() {
        m.register("orders", "db1:3306");
        m.heard.clear();
        Done again = m.done(setMaster("orders", "db1:3306", null, true));
        assertThat(again.revision()).isEqualTo(revision(1));
        assertThat(again.changed()).isFalse();
        assertThat(again.entries()).hasSize(5);
        assertThat(m.revisionOf("mysql/master/orders")).isEqualTo(revision(1));
        assertThat(m.heard).isEmpty();
        assertThat(m.machine.state().failovers().all()).isEmpty();
    }

    @Test
    void when_the_listener_hears_of_a_failovers_write_set_then_it_is_in_the_history_already() {
        AtomicReference<StateMachine> machine = new AtomicReference<>();
        List<Integer> known = new ArrayList<>();
        machine.set(new StateMachine(Machine.CLUSTER, new StateListener() {
            @Override
            public void changed(Collection<String> heads) {
                known.add(machine.get().state().failovers().all().size());
            }

            @Override
            public void masterChanged(long index) {
                // not of interest here
            }

            @Override
            public void restored() {
                // not of interest here
            }
        }));
        machine.get().apply(1, CommandCodec.encode(setMaster("orders", "db1:3306", null, true)));
        machine.get().apply(2, CommandCodec.encode(setMaster("orders", "db2:3306", null, true)));
        assertThat(known).containsExactly(0, 1);
    }

    @Test
    void when_a_master_fails_over_then_all_five_change_and_history_and_listener_tell() {
        m.register("orders", "db1:3306");
        m.done(failover("orders", "db2:3307"));
        assertThat(m.value("mysql/master/orders")).isEqualTo("db2:3307");
        assertThat(m.value("mysql/master/orders/hostname")).isEqualTo("db2");
        assertThat(m.value("mysql/master/orders/port")).isEqualTo("3307");
        assertThat(m.machine.state().failovers().all())
                .containsExactly(new Failover(
                        "orders",
                        HostPort.parse("db1:3306"),
                        HostPort.parse("db2:3307"),
                        "because",
                        revision(2),
                        1234,
                        ""));
        assertThat(m.heard)
                .containsExactly("changed mysql/master/orders 1", "changed mysql/master/orders 2", "masterChanged 2");
    }

    @Test
    void when_somebody_asked_for_a_failover_then_the_history_names_them() {
        m.register("orders", "db1:3306");
        Done done = m.done(new Command.Attributed("alice, token", failover("orders", "db2:3307")));
        assertThat(done.revision()).isEqualTo(revision(2));
        assertThat(m.machine.state().failovers().all()).extracting(Failover::by).containsExactly("alice, token");
    }

    @Test
    void when_a_cluster_gets_another_alias_then_it_is_published_there_and_the_old_keys_stay() {
        m.register("orders", "db1:3306");
        m.done(failover("orders", "db2:3307"));
        Done done = m.done(new Command.SetAlias("orders", "sales", Machine.PREFIX, 5));
        assertThat(done.revision()).isEqualTo(revision(3));
        assertThat(m.machine.state().clusters().get("orders")).isEmpty();
        RegisteredCluster sales = m.machine.state().clusters().get("sales").orElseThrow();
        assertThat(sales.name()).isEqualTo(HostPort.parse("db1:3306"));
        assertThat(m.value("mysql/master/sales")).isEqualTo("db2:3307");
        assertThat(m.value("mysql/master/orders")).isEqualTo("db2:3307");
        assertThat(m.heard).endsWith("changed mysql/master/sales 3");

        m.done(failover("sales", "db3:3306"));
        assertThat(m.value("mysql/master/sales")).isEqualTo("db3:3306");
        assertThat(m.value("mysql/master/orders")).isEqualTo("db2:3307");
    }

    @Test
    void when_an_alias_is_the_same_or_taken_or_of_nobody_then_nothing_changes() {
        m.register("orders", "db1:3306");
        m.register("sales", "db2:3306");
        assertThat(m.done(new Command.SetAlias("orders", "orders", Machine.PREFIX, 5))
                        .changed())
                .isFalse();
        assertThat(m.refused(new Command.SetAlias("orders", "sales", Machine.PREFIX, 5))
                        .message())
                .isEqualTo("the alias 'sales' is that of another cluster");
        assertThat(m.refused(new Command.SetAlias("nosuch", "x", Machine.PREFIX, 5))
                        .reason())
                .isEqualTo(CommandResult.Reason.UNKNOWN_CLUSTER);
        assertThat(m.machine.state().clusters().all()).hasSize(2);
        assertThat(m.value("mysql/master/sales")).isEqualTo("db2:3306");
    }

    @Test
    void when_the_epoch_is_raised_then_everything_gets_a_revision_of_it_and_is_published_again() {
        m.register("orders", "db1:3306");
        m.done(put("feature", "on"));
        m.heard.clear();

        Done raised = m.done(new RaiseEpoch(7));

        Revision revision = Revision.of(7, 3);
        assertThat(raised).isEqualTo(new Done(revision, true, List.of()));
        assertThat(m.revisionOf("mysql/master/orders")).isEqualTo(revision);
        assertThat(m.revisionOf("feature")).isEqualTo(revision);
        assertThat(m.value("mysql/master/orders/port")).isEqualTo("3306");
        assertThat(m.machine.state().clusters().get("orders").orElseThrow().revision())
                .isEqualTo(revision);
        assertThat(m.heard).containsExactly("changed feature 3", "changed mysql/master/orders 3");
        m.done(put("feature", "off"));
        assertThat(m.revisionOf("feature")).isEqualTo(Revision.of(7, 4));
    }

    @Test
    void when_an_epoch_begins_then_what_was_decided_keeps_its_revision_and_the_next_is_newer() {
        m.register("orders", "db1:3306");
        m.heard.clear();

        assertThat(m.done(new BeginEpoch(7))).isEqualTo(new Done(Revision.of(7, 2), true, List.of()));

        assertThat(m.heard).isEmpty();
        assertThat(m.revisionOf("mysql/master/orders")).isEqualTo(Revision.of(1, 1));
        m.done(put("feature", "on"));
        assertThat(m.revisionOf("feature")).isEqualTo(Revision.of(7, 3));
        assertThat(m.done(new BeginEpoch(7)).changed()).isFalse();
        assertThat(m.machine.state().epoch()).isEqualTo(7);
    }

    @Test
    void when_a_group_begins_with_a_snapshot_then_it_is_restored_until_it_takes_an_epoch() {
        m.register("orders", "db1:3306");
        Machine next = new Machine();
        next.machine.restore(m.machine.snapshotOfNextEpoch());

        assertThat(next.machine.state().epoch()).isEqualTo(2);
        assertThat(next.machine.state().isRestored()).isTrue();
        assertThat(next.revisionOf("mysql/master/orders")).isEqualTo(Revision.of(2, 1));
        Machine follower = new Machine();
        follower.machine.restore(next.machine.snapshot());
        assertThat(follower.machine.state().isRestored()).as("on every node").isTrue();
        next.applyAt(2, put("feature", "on"));
        assertThat(next.machine.state().isRestored()).isTrue();
        next.done(new BeginEpoch(3));
        assertThat(next.machine.state().isRestored()).isFalse();
        follower.applyAt(2, new RaiseEpoch(9));
        assertThat(follower.machine.state().isRestored()).isFalse();
        assertThat(m.machine.state().isRestored()).isFalse();
    }

    @Test
    void when_the_epoch_is_as_high_already_then_nothing_changes() {
        m.done(new RaiseEpoch(7));
        m.done(put("feature", "on"));
        m.heard.clear();

        assertThat(m.done(new RaiseEpoch(7)).changed()).isFalse();
        assertThat(m.done(new RaiseEpoch(3)).changed()).isFalse();

        assertThat(m.revisionOf("feature")).isEqualTo(Revision.of(7, 2));
        assertThat(m.heard).isEmpty();
    }

    @Test
    void when_a_master_fails_over_then_the_cluster_keeps_the_name_it_had_at_first() {
        m.register("orders", "db1:3306");
        m.done(failover("orders", "db2:3306"));
        ClusterRegistry clusters = m.machine.state().clusters();
        assertThat(clusters.find("db1:3306").orElseThrow().alias()).isEqualTo("orders");
        assertThat(clusters.find("db2:3306").orElseThrow().alias()).isEqualTo("orders");
        assertThat(clusters.find("orders").orElseThrow().name()).isEqualTo(HostPort.parse("db1:3306"));
        assertThat(clusters.find("db2").orElseThrow().alias()).isEqualTo("orders");
        assertThat(clusters.find("db3")).isEmpty();
        assertThat(clusters.find("db3:3306")).isEmpty();
    }

    @Test
    void when_a_hint_is_one_clusters_name_and_anothers_master_then_the_name_wins() {
        m.register("a", "db1:3306");
        m.register("b", "db2:3306");
        m.done(failover("a", "db2:3306"));
        assertThat(m.machine.state().clusters().find("db2:3306").orElseThrow().alias())
                .isEqualTo("b");
    }

    @Test
    void when_an_unknown_cluster_fails_over_then_it_is_refused_and_not_registered() {
        Refused refused = m.refused(failover("nosuch", "db1:3306"));
        assertThat(refused.reason()).isEqualTo(Reason.UNKNOWN_CLUSTER);
        assertThat(refused.message()).contains("'nosuch'");
        assertThat(m.machine.state().clusters().all()).isEmpty();
        assertThat(m.machine.state().desired().size()).isZero();
        assertThat(m.heard).isEmpty();
    }

    @Test
    void when_another_master_was_expected_then_it_is_refused_with_the_actual_one() {
        m.register("orders", "db1:3306");
        Refused refused = m.refused(setMaster("orders", "db2:3306", "db9:3306", false));
        assertThat(refused.reason()).isEqualTo(Reason.UNEXPECTED_MASTER);
        assertThat(refused.actual()).isEqualTo(HostPort.parse("db1:3306"));
        assertThat(refused.message()).contains("orders", "db1:3306", "db9:3306");
        assertThat(m.value("mysql/master/orders")).isEqualTo("db1:3306");
    }

    @Test
    void when_the_expected_master_is_the_actual_one_then_it_changes() {
        m.register("orders", "db1:3306");
        assertThat(m.done(setMaster("orders", "db2:3306", "db1:3306", false)).changed())
                .isTrue();
        assertThat(m.value("mysql/master/orders")).isEqualTo("db2:3306");
    }

    @Test
    void when_the_new_master_is_there_but_not_the_expected_one_then_it_is_still_refused() {
        m.register("orders", "db2:3306");
        assertThat(m.refused(setMaster("orders", "db2:3306", "db1:3306", false)).actual())
                .isEqualTo(HostPort.parse("db2:3306"));
    }

    @Test
    void when_masters_are_submitted_then_known_clusters_get_a_new_revision_and_unknown_ones_do_not() {
        m.register("a", "db1:3306");
        m.heard.clear();
        Done done = m.done(submit(aliased("a", "db1:3306", "10.9.9.9"), aliased("nosuch", "db2:3306", "")));
        assertThat(done.revision()).isEqualTo(revision(2));
        assertThat(done.entries()).hasSize(5);
        assertThat(m.value("mysql/master/a/ipv4")).isEqualTo("10.9.9.9");
        assertThat(m.revisionOf("mysql/master/a")).isEqualTo(revision(2));
        assertThat(m.value("mysql/master/nosuch")).isEqualTo("nothing");
        assertThat(m.heard).containsExactly("changed mysql/master/a 2");
    }

    @Test
    void when_a_submitted_master_is_stale_then_the_newer_one_stays_and_is_written_again() {
        m.register("a", "db1:3306");
        m.done(failover("a", "db2:3306"));
        Done done = m.done(submit(aliased("a", "db1:3306", "10.9.9.9")));
        assertThat(done.entries().get(0).value()).isEqualTo("db2:3306");
        assertThat(m.value("mysql/master/a")).isEqualTo("db2:3306");
        assertThat(m.value("mysql/master/a/ipv4")).isEqualTo("10.0.0.1");
        assertThat(m.machine.state().clusters().get("a").orElseThrow().revision())
                .isEqualTo(revision(3));
        assertThat(m.machine.state().failovers().all()).hasSize(1);
    }

    @Test
    void when_nothing_that_is_submitted_is_known_then_nothing_changes() {
        Done done = m.done(submit(aliased("nosuch", "db1:3306", "")));
        assertThat(done).isEqualTo(new Done(Revision.NONE, false, List.of()));
        assertThat(m.heard).isEmpty();
    }

    @Test
    void when_a_cluster_is_forgotten_then_its_keys_stay() {
        m.register("a", "db1:3306");
        m.heard.clear();
        assertThat(m.done(forget("a")).changed()).isTrue();
        assertThat(m.machine.state().clusters().get("a")).isEmpty();
        assertThat(m.value("mysql/master/a")).isEqualTo("db1:3306");
        assertThat(m.heard).isEmpty();
        assertThat(m.refused(forget("a")).reason()).isEqualTo(Reason.UNKNOWN_CLUSTER);
    }

    @Test
    void when_a_forgotten_cluster_comes_back_then_its_revision_is_higher_and_it_has_a_new_name() {
        m.register("a", "db1:3306");
        m.done(forget("a"));
        m.register("a", "db2:3306");
        assertThat(m.revisionOf("mysql/master/a")).isEqualTo(revision(3));
        assertThat(m.machine.state().clusters().get("a").orElseThrow().name()).isEqualTo(HostPort.parse("db2:3306"));
    }

    @Test
    void when_a_plain_entry_is_put_then_it_is_desired_and_putting_it_again_changes_nothing() {
        assertThat(m.done(put("k", "1"))).isEqualTo(new Done(revision(1), true, List.of(new Entry("k", "1"))));
        assertThat(m.done(put("k", "1"))).isEqualTo(new Done(revision(1), false, List.of(new Entry("k", "1"))));
        assertThat(m.done(put("k", "2")).revision()).isEqualTo(revision(3));
        assertThat(m.value("k")).isEqualTo("2");
        assertThat(m.heard).containsExactly("changed k 1", "changed k 3");
    }

    @Test
    void when_a_key_belongs_to_a_cluster_then_no_plain_entry_takes_it() {
        m.register("a", "db1:3306");
        for (String key : List.of("mysql/master/a", "mysql/master/a/port", "mysql/master/a/ipv6")) {
            Refused refused = m.refused(put(key, "x"));
            assertThat(refused.reason()).isEqualTo(Reason.KEY_IN_USE);
            assertThat(refused.message()).contains("'" + key + "'", "'mysql/master/a'");
        }
        assertThat(m.done(put("mysql/master/a/other", "x")).changed()).isTrue();
    }

    @Test
    void when_a_cluster_is_registered_over_plain_entries_then_they_become_its_own() {
        m.done(put("mysql/master/a", "old"));
        m.done(put("mysql/master/a/port", "old"));
        m.register("a", "db1:3306");
        assertThat(m.machine.state().desired().size()).isEqualTo(1);
        assertThat(m.value("mysql/master/a/port")).isEqualTo("3306");
    }

    @Test
    void when_there_were_more_failovers_than_are_kept_then_the_oldest_are_gone() {
        m.register("a", "db0:1");
        for (int port = 2; port <= 1102; port++) {
            m.done(failover("a", "db0:" + port));
        }
        List<Failover> kept = m.machine.state().failovers().all();
        assertThat(kept).hasSize(1000);
        assertThat(kept.get(0).to()).isEqualTo(HostPort.parse("db0:103"));
        assertThat(kept.get(999).to()).isEqualTo(HostPort.parse("db0:1102"));
    }

    @Test
    void when_an_index_comes_again_or_goes_back_then_it_throws_and_nothing_is_applied() {
        m.applyAt(5, put("k", "1"));
        for (long index : new long[] {5, 4, 0, -1}) {
            assertThatIllegalStateException()
                    .isThrownBy(() -> m.applyAt(index, put("k", "2")))
                    .withMessageContaining("5");
        }
        assertThat(m.value("k")).isEqualTo("1");
        assertThat(m.machine.state().lastIndex()).isEqualTo(5);
    }

    @Test
    void when_bytes_are_no_command_then_it_throws_and_the_index_stays() {
        m.applyAt(5, put("k", "1"));
        assertThatThrownBy(() -> m.machine.apply(6, new byte[] {9, 9})).isInstanceOf(UndecodableCommandException.class);
        assertThat(m.machine.state().lastIndex()).isEqualTo(5);
    }

    @Test
    void when_a_barrier_or_a_refusal_is_applied_then_only_the_index_moves() {
        String before = hash();
        assertThat(m.applyAt(3, new Barrier())).isEqualTo(new Done(Revision.NONE, false, List.of()));
        m.applyAt(4, failover("nosuch", "db1:3306"));
        assertThat(m.machine.state().lastIndex()).isEqualTo(4);
        assertThat(m.machine.digest()).startsWith("4:");
        assertThat(before).isNotEqualTo(hash());
        assertThat(m.heard).isEmpty();
    }

    private String hash() {
        return m.machine.digest().replaceFirst("^[0-9]+:", "");
    }

    @Test
    void when_a_state_is_restored_then_the_listener_hears_it_after_it_is_there() {
        Machine other = new Machine();
        other.register("a", "db1:3306");
        m.machine.restore(other.machine.snapshot());
        assertThat(m.heard).containsExactly("restored 1");
        assertThat(m.machine.digest()).isEqualTo(other.machine.digest());
        assertThat(m.value("mysql/master/a")).isEqualTo("db1:3306");
    }

    @Test
    void when_a_snapshot_is_damaged_then_the_state_stays() {
        m.register("a", "db1:3306");
        byte[] bytes = m.machine.snapshot();
        bytes[bytes.length / 2] ^= 1;
        String before = m.machine.digest();
        m.heard.clear();
        assertThatThrownBy(() -> m.machine.restore(bytes)).isInstanceOf(SnapshotException.class);
        assertThat(m.machine.digest()).isEqualTo(before);
        assertThat(m.heard).isEmpty();
    }

    @Test
    void when_the_state_differs_then_the_digest_does() {
        Machine other = new Machine();
        m.register("a", "db1:3306");
        other.register("a", "db1:3307");
        assertThat(m.machine.digest()).matches("1:[0-9a-f]{16}").isNotEqualTo(other.machine.digest());
        assertThat(m.machine.digest()).isEqualTo(m.machine.digest());
    }
}
