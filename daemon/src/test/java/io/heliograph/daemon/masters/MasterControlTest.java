package io.heliograph.daemon.masters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import io.heliograph.command.HostPort;
import io.heliograph.daemon.fakes.Decisions;
import io.heliograph.daemon.fakes.FakeClock;
import io.heliograph.daemon.fakes.FakeLog;
import io.heliograph.fsm.CommandResult.Reason;
import io.heliograph.kv.Entry;
import io.heliograph.kv.Revision;
import io.heliograph.raft.CommitOutcome;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MasterControlTest {

    private static final HostPort DB1 = HostPort.parse("db1:3306");
    private static final HostPort DB2 = HostPort.parse("db2:3306");

    private final CountDownLatch hanging = new CountDownLatch(1);
    private final Decisions decisions = new Decisions();
    private final FakeLog log = new FakeLog("dc1", decisions.machine());
    private final FakeClock clock = new FakeClock();
    private final AddressResolver resolver = new AddressResolver(this::lookup);
    private volatile long storesEpoch;
    private final MasterControl masters = new MasterControl(
            log, decisions.machine()::state, () -> storesEpoch, resolver, clock, "mysql/master", Duration.ofSeconds(1));
    private volatile boolean hangs;
    private volatile String address = "10.0.0.1";

    private InetAddress[] lookup(String host) throws UnknownHostException {
        if (hangs) {
            try {
                hanging.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        if (host.equals("nosuch")) {
            throw new UnknownHostException(host);
        }
        return new InetAddress[] {InetAddress.getByName(address)};
    }

    @AfterEach
    void close() {
        hanging.countDown();
        resolver.close();
    }

    private String ipv4() {
        return decisions.set("mysql/master/a").entries().get(3).value();
    }

    @Test
    void when_a_master_is_set_then_its_addresses_go_into_the_log() {
        WriteOutcome outcome = masters.set("a", DB1, null, "why", "");
        assertThat(outcome)
                .isEqualTo(new WriteOutcome.Committed(
                        Revision.of(1, 1), true, decisions.set("mysql/master/a").entries(), List.of()));
        assertThat(ipv4()).isEqualTo("10.0.0.1");
    }

    @Test
    void when_a_store_holds_what_an_earlier_group_wrote_then_the_first_write_has_a_higher_epoch() {
        storesEpoch = 4;

        masters.set("a", DB1, null, "", "");

        assertThat(decisions.set("mysql/master/a").revision().epoch()).isEqualTo(5);
        storesEpoch = 9;
        masters.set("b", DB1, null, "", "");
        assertThat(decisions.set("mysql/master/b").revision().epoch())
                .as("not the first write")
                .isEqualTo(5);
    }

    private void beginWithASnapshot() {
        Decisions old = new Decisions();
        old.master("quiet", "db1:3306");
        decisions.machine().restore(old.machine().snapshotOfNextEpoch());
    }

    @Test
    void when_a_group_began_with_a_snapshot_then_its_first_write_is_newer_than_all_that_the_stores_show() {
        beginWithASnapshot();
        storesEpoch = 2;

        masters.set("a", DB1, null, "", "");

        assertThat(decisions.set("mysql/master/a").revision().epoch()).isEqualTo(3);
        assertThat(decisions.set("mysql/master/quiet").revision())
                .as("what it has not decided itself")
                .isEqualTo(Revision.of(2, 1));
        storesEpoch = 9;
        masters.set("b", DB1, null, "", "");
        assertThat(decisions.set("mysql/master/b").revision().epoch()).isEqualTo(3);
    }

    @Test
    void when_a_group_began_with_a_snapshot_and_no_store_shows_anything_then_it_takes_an_epoch_all_the_same() {
        beginWithASnapshot();

        masters.set("a", DB1, null, "", "");

        assertThat(decisions.set("mysql/master/a").revision().epoch()).isEqualTo(3);
    }

    @Test
    void when_the_stores_show_no_epoch_as_high_as_ours_then_it_stays() {
        storesEpoch = 0;

        masters.set("a", DB1, null, "", "");

        assertThat(decisions.set("mysql/master/a").revision()).isEqualTo(Revision.of(1, 1));
    }

    @Test
    void when_a_store_shows_the_highest_epoch_there_is_then_writes_go_on() {
        storesEpoch = Revision.MAX_EPOCH;

        assertThat(masters.set("a", DB1, null, "", "")).isInstanceOf(WriteOutcome.Committed.class);
    }

    @Test
    void when_the_epoch_cannot_be_committed_then_the_first_write_is_not_made() {
        storesEpoch = 4;
        log.answer(new CommitOutcome.Unknown("no answer"));

        assertThat(masters.set("a", DB1, null, "", "")).isInstanceOf(WriteOutcome.Unknown.class);

        assertThat(log.appended()).isEqualTo(1);
        log.answer(null);
        masters.set("a", DB1, null, "", "");
        assertThat(decisions.set("mysql/master/a").revision().epoch()).isEqualTo(5);
    }

    @Test
    void when_a_master_cannot_be_resolved_then_its_addresses_are_empty_and_the_write_goes_on() {
        masters.set("a", HostPort.parse("nosuch:1"), null, "", "");
        assertThat(ipv4()).isEmpty();
    }

    @Test
    void when_resolving_hangs_then_the_write_goes_on_within_its_limit() {
        hangs = true;
        long before = System.nanoTime();
        masters.set("a", DB1, null, "", "");
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(10));
        assertThat(ipv4()).isEmpty();
    }

    @Test
    void when_a_master_fails_over_then_reason_and_time_are_kept() {
        masters.set("a", DB1, null, "", "");
        clock.advance(Duration.ofSeconds(5));
        assertThat(masters.failover("a", DB2, DB1, "dead", "")).isInstanceOf(WriteOutcome.Committed.class);
        assertThat(decisions.machine().state().failovers().all())
                .singleElement()
                .satisfies(failover -> {
                    assertThat(failover.reason()).isEqualTo("dead");
                    assertThat(failover.decidedAt()).isEqualTo(clock.millis());
                });
    }

    @Test
    void when_the_state_machine_refuses_then_its_reason_comes_back() {
        assertThat(masters.failover("nosuch", DB1, null, "", ""))
                .isEqualTo(new WriteOutcome.Refused(Reason.UNKNOWN_CLUSTER, "no cluster has the alias 'nosuch'", null));
        masters.set("a", DB1, null, "", "");
        assertThat(masters.failover("a", DB2, DB2, "", ""))
                .isEqualTo(new WriteOutcome.Refused(
                        Reason.UNEXPECTED_MASTER, "the master of 'a' is db1:3306, not db2:3306", DB1));
        assertThat(masters.put(new Entry("mysql/master/a", "x"))).isInstanceOf(WriteOutcome.Refused.class);
        assertThat(masters.forget("nosuch")).isInstanceOf(WriteOutcome.Refused.class);
        assertThat(masters.submit("nosuch")).isInstanceOf(WriteOutcome.Refused.class);
    }

    @Test
    void when_masters_are_submitted_then_they_are_resolved_again() {
        masters.set("a", DB1, null, "", "");
        address = "10.0.0.99";
        await().untilAsserted(() -> {
            assertThat(masters.submit("a")).isInstanceOf(WriteOutcome.Committed.class);
            assertThat(ipv4()).isEqualTo("10.0.0.99");
        });
    }

    @Test
    void when_resolving_hangs_while_submitting_then_the_known_addresses_stay() {
        masters.set("a", DB1, null, "", "");
        hangs = true;
        masters.submitAll();
        assertThat(ipv4()).isEqualTo("10.0.0.1");
        assertThat(decisions.set("mysql/master/a").revision()).isEqualTo(Revision.of(1, 2));
    }

    @Test
    void when_there_are_more_clusters_than_fit_into_a_command_then_there_are_several_commands() {
        for (int i = 0; i < 501; i++) {
            decisions.master("a" + i, "db1:3306");
        }
        WriteOutcome.Committed all = (WriteOutcome.Committed) masters.submitAll();
        assertThat(log.appended()).isEqualTo(2);
        assertThat(all.entries()).hasSize(501 * 5);
        assertThat(all.revision()).isEqualTo(Revision.of(1, 503));
    }

    @Test
    void when_there_are_no_clusters_then_submitting_all_changes_nothing() {
        assertThat(masters.submitAll())
                .isEqualTo(new WriteOutcome.Committed(Revision.NONE, false, List.of(), List.of()));
    }

    @Test
    void when_this_node_does_not_lead_then_nothing_is_appended() {
        decisions.master("a", "db1:3306");
        log.follow("dc2");
        assertThat(List.of(
                        masters.set("a", DB2, null, "", ""),
                        masters.failover("a", DB2, null, "", ""),
                        masters.submit("a"),
                        masters.submit("nosuch"),
                        masters.submitAll(),
                        masters.forget("a"),
                        masters.put(new Entry("k", "v"))))
                .containsOnly(new WriteOutcome.NotLeader());
        assertThat(log.appended()).isZero();
    }

    @Test
    void when_the_log_says_no_or_maybe_then_so_is_the_outcome() {
        log.answer(new CommitOutcome.Unknown("lost touch"));
        assertThat(masters.put(new Entry("k", "v"))).isEqualTo(new WriteOutcome.Unknown("lost touch"));
        for (CommitOutcome.Reason reason : CommitOutcome.Reason.values()) {
            log.answer(new CommitOutcome.Rejected(reason, "no"));
            assertThat(masters.put(new Entry("k", "v")))
                    .isEqualTo(
                            reason == CommitOutcome.Reason.NOT_LEADER
                                    ? new WriteOutcome.NotLeader()
                                    : new WriteOutcome.Unavailable("no"));
        }
    }

    @Test
    void when_an_alias_or_a_reason_cannot_be_stored_then_nothing_is_appended() {
        assertThatIllegalArgumentException().isThrownBy(() -> masters.set("a/b", DB1, null, "", ""));
        assertThatIllegalArgumentException().isThrownBy(() -> masters.set("a", DB1, null, "r".repeat(1001), ""));
        assertThat(log.appended()).isZero();
    }
}
