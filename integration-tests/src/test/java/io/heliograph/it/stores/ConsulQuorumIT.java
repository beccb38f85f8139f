package io.heliograph.it.stores;

import static io.heliograph.it.stores.WriteSets.byKey;
import static io.heliograph.it.stores.WriteSets.cluster;
import static io.heliograph.it.stores.WriteSets.stored;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heliograph.it.servers.ConsulEnsemble;
import io.heliograph.it.servers.ConsulServer;
import io.heliograph.it.servers.RealServer;
import io.heliograph.kv.Owner;
import io.heliograph.kv.Revision;
import io.heliograph.kv.StoreAdapter;
import io.heliograph.kv.StoreException;
import io.heliograph.kv.StoreResult;
import io.heliograph.kv.StoredEntry;
import io.heliograph.kv.WriteSet;
import io.heliograph.kv.consul.ConsulSettings;
import io.heliograph.kv.consul.ConsulStoreAdapter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** Three Consul servers that are one store, of which some are away: the leader, one that follows, or the quorum. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(180)
class ConsulQuorumIT {

    /** Shorter than the seven seconds for which Consul keeps a request when it has no leader. */
    private static final Duration HURRIED = Duration.ofSeconds(1);

    /** Longer than that: the answer is Consul's own. */
    private static final Duration PATIENT = Duration.ofSeconds(15);

    private static final Duration RECOVERY = Duration.ofSeconds(60);

    private static final int QUEUED_READS = 20;

    private final ConsulEnsemble consul = ConsulEnsemble.start("quorum", 3);
    private final List<StoreAdapter> opened = new ArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void closeStores() {
        opened.forEach(StoreAdapter::close);
        opened.clear();
    }

    @AfterAll
    void closeServers() {
        threads.shutdownNow();
        consul.close();
    }

    private StoreAdapter open(ConsulServer agent, Duration limit) {
        StoreAdapter store =
                ConsulStoreAdapter.open(new ConsulSettings("test", new Owner("orders"), agent.url(), null, limit));
        opened.add(store);
        return store;
    }

    /** An adapter's promise for a batch, with a second for a busy machine. */
    private static Duration bound(Duration limit) {
        return limit.multipliedBy(4).plusSeconds(1);
    }

    /** What became of some write sets; fails when it took too long. */
    private static List<StoreResult> deliver(StoreAdapter store, WriteSet... sets) {
        long start = System.nanoTime();
        List<StoreResult> results = store.deliver(List.of(sets));
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(bound(HURRIED));
        return results;
    }

    private static void assertAway(StoreAdapter store, WriteSet... sets) {
        assertThat(deliver(store, sets))
                .hasSize(sets.length)
                .extracting(StoreResult::type)
                .isSubsetOf(SteadyWrites.AWAY);
    }

    /** No answer, or the right one. */
    private static void assertNotWritten(StoreResult result, Revision newer) {
        assertThat(result)
                .satisfiesAnyOf(open -> assertThat(open.type()).isIn(SteadyWrites.AWAY), sure -> assertThat(sure)
                        .isEqualTo(new StoreResult.Fenced(newer)));
    }

    private static void assertUnreadable(StoreAdapter store, String prefix) {
        long start = System.nanoTime();
        assertThatThrownBy(() -> store.read(prefix)).isInstanceOf(StoreException.class);
        assertThatThrownBy(store::owner).isInstanceOf(StoreException.class);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(bound(HURRIED));
    }

    private static void assertArrives(StoreAdapter store, WriteSet set) {
        Awaitility.await().atMost(RECOVERY).untilAsserted(() -> {
            assertThat(deliver(store, set).get(0).type()).isIn(SteadyWrites.ARRIVED);
            assertThat(byKey(store.read(set.head()))).isEqualTo(stored(set));
        });
    }

    @Test
    void when_a_server_that_only_follows_is_killed_then_every_write_is_delivered_at_once() {
        List<ConsulServer> followers = consul.followers();
        StoreAdapter store = open(followers.get(0), PATIENT);
        assertArrives(store, cluster("follower/a", 1));
        followers.get(1).stop();
        try {
            for (long revision = 2; revision < 30; revision++) {
                assertThat(deliver(store, cluster("follower/a", revision)))
                        .containsExactly(new StoreResult.Delivered());
            }
        } finally {
            consul.heal();
        }
        assertArrives(open(followers.get(1), HURRIED), cluster("follower/a", 30));
    }

    @Test
    void when_the_leader_is_killed_then_what_was_open_is_settled_under_the_next_one_and_nothing_goes_back()
            throws Exception {
        ConsulServer leader = consul.leader();
        List<ConsulServer> others = consul.except(leader);
        try (SteadyWrites writes = steady(others.get(0), others.get(1), "killed/a");
                SteadyWrites more = steady(others.get(1), others.get(0), "killed/b")) {
            writes.awaitMore();
            leader.stop();
            assertThat(consul.leaderOf(others)).isNotSameAs(leader);
            writes.awaitMore();
            more.awaitMore();
            consul.heal();
            writes.awaitMore();
            writes.finish();
            more.finish();
        } finally {
            consul.heal();
        }
    }

    private SteadyWrites steady(ConsulServer writer, ConsulServer reader, String head) {
        return new SteadyWrites(open(writer, HURRIED), open(reader, HURRIED), head, bound(HURRIED));
    }

    @Test
    void when_the_quorum_is_lost_then_nothing_is_answered_for_sure_until_it_is_back_and_then_all_is_delivered()
            throws Exception {
        List<ConsulServer> followers = consul.followers();
        ConsulServer agent = followers.get(0);
        StoreAdapter store = open(agent, HURRIED);
        assertArrives(store, cluster("quorum/a", 1));
        WriteSet newer = cluster("quorum/a", 2);
        WriteSet first = cluster("elsewhere/b", 2);
        StoreAdapter fresh = open(agent, HURRIED);
        StoreAdapter patient = open(agent, PATIENT);
        consul.except(agent).forEach(RealServer::stop);
        try {
            // it was current before, but who knows
            assertAway(store, cluster("quorum/a", 1), first);
            assertAway(store, newer, first);
            awaitNoLeader(agent);
            Future<List<StoreResult>> ownWords = threads.submit(() -> patient.deliver(List.of(newer, first)));
            assertAway(store, newer, first);
            assertAway(fresh, newer, first);
            assertUnreadable(store, "quorum");

            assertThat(ownWords.get()).hasSize(2).allSatisfy(result -> assertThat(result)
                    .isInstanceOfSatisfying(
                            StoreResult.Unavailable.class,
                            unavailable -> assertThat(unavailable.cause()).contains("No cluster leader")));
        } finally {
            consul.heal();
        }
        assertArrives(store, newer);
        assertArrives(store, first);
        assertArrives(fresh, cluster("quorum/a", 3));
    }

    @Test
    void when_only_one_is_left_that_missed_the_newest_then_it_is_not_read_and_lets_nothing_older_pass()
            throws Exception {
        ConsulServer leader = consul.leader();
        ConsulServer behind = consul.except(leader).get(0);
        ConsulServer third = consul.except(leader).get(1);
        WriteSet newest = cluster("behind/a", 5);
        StoreAdapter ahead = open(third, PATIENT);
        assertThat(ahead.deliver(List.of(cluster("behind/a", 3)))).containsExactly(new StoreResult.Delivered());
        StoreAdapter store = open(behind, HURRIED);
        assertArrives(store, cluster("behind/b", 1));
        behind.pause();
        try {
            assertThat(ahead.deliver(List.of(newest))).containsExactly(new StoreResult.Delivered());
            leader.stop();
            third.stop();
        } finally {
            behind.resume();
        }
        try {
            awaitNoLeader(behind);
            assertThat(behind.getStale("behind/a"))
                    .as("what is shown to those who take it")
                    .isPresent();
            assertAway(store, cluster("behind/a", 4));
            // current, as far as this server knows
            assertAway(store, cluster("behind/a", 3), cluster("behind/b", 1));
            assertUnreadable(store, "behind");
            consul.except(behind).forEach(RealServer::startAgain);

            Awaitility.await().atMost(RECOVERY).pollDelay(Duration.ZERO).until(() -> {
                StoreResult result = deliver(store, cluster("behind/a", 4)).get(0);
                assertNotWritten(result, newest.revision());
                return result.type() == StoreResult.Type.FENCED;
            });
        } finally {
            consul.heal();
        }
        assertThat(byKey(store.read("behind/a"))).isEqualTo(stored(newest));
    }

    @Test
    void when_the_leader_hangs_and_comes_back_then_it_neither_takes_a_write_nor_shows_what_is_old() throws Exception {
        ConsulServer old = consul.leader();
        List<ConsulServer> others = consul.except(old);
        StoreAdapter patient = open(old, PATIENT);
        StoreAdapter reader = open(others.get(0), HURRIED);
        WriteSet newer = cluster("hanging/c", 9);
        assertArrives(patient, cluster("hanging/c", 1));
        try (SteadyWrites through = steady(old, others.get(0), "hanging/a");
                SteadyWrites past = steady(others.get(1), old, "hanging/b")) {
            through.awaitMore();
            past.awaitMore();
            List<Future<Optional<List<StoredEntry>>>> reads = new ArrayList<>();
            Future<List<StoreResult>> older;
            old.pause();
            try {
                Awaitility.await().atMost(RECOVERY).until(() -> through.failures() > 0);
                assertThat(consul.leaderOf(others)).isNotSameAs(old);
                assertArrives(reader, newer);
                older = threads.submit(() -> patient.deliver(List.of(cluster("hanging/c", 8))));
                for (int i = 0; i < QUEUED_READS; i++) {
                    StoreAdapter waiting = open(old, PATIENT);
                    reads.add(threads.submit(() -> readOrNothing(waiting, "hanging/c")));
                }
                // by the end of this they all have been sent
                assertAway(open(old, HURRIED), cluster("hanging/c", 10));
            } finally {
                old.resume();
            }
            for (Future<Optional<List<StoredEntry>>> read : reads) {
                read.get().ifPresent(seen -> assertThat(byKey(seen)).isEqualTo(stored(newer)));
            }
            assertNotWritten(older.get().get(0), newer.revision());
            through.awaitMore();
            past.awaitMore();
            through.finish();
            past.finish();
        }
        assertThat(byKey(reader.read("hanging/c"))).isEqualTo(stored(newer));
    }

    private static void awaitNoLeader(ConsulServer agent) {
        Awaitility.await().atMost(RECOVERY).until(() -> "\"\"".equals(agent.call("GET", "/v1/status/leader", "")));
    }

    private static Optional<List<StoredEntry>> readOrNothing(StoreAdapter store, String prefix) {
        try {
            return Optional.of(store.read(prefix));
        } catch (StoreException e) {
            return Optional.empty();
        }
    }
}
