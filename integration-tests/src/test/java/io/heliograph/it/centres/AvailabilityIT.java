package io.heliograph.it.centres;

import static org.assertj.core.api.Assertions.assertThat;

import io.heliograph.it.daemon.HeliographCluster;
import io.heliograph.it.daemon.HeliographNode;
import io.heliograph.it.daemon.HttpAnswer;
import io.heliograph.it.daemon.NoAnswer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How long nobody can write, with the default timing and three nodes. */
@Timeout(240)
class AvailabilityIT {

    private static final int KILLS = 7;
    private static final Duration MEDIAN_AFTER_KILL = Duration.ofMillis(1_500);
    private static final Duration TRANSFER = Duration.ofMillis(500);

    private static HeliographCluster cluster;

    @BeforeAll
    static void start() {
        cluster = HeliographCluster.builder().withRaftRelays().start();
    }

    @AfterAll
    static void stop() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @BeforeEach
    void everyNodeIsUp() {
        cluster.startAll();
    }

    private static HttpAnswer write(HeliographNode node, String value) {
        return node.put("/v1/kv/availability", Map.of("value", value));
    }

    private static Duration since(long started) {
        return Duration.ofNanos(System.nanoTime() - started);
    }

    @Test
    void when_the_leader_is_killed_then_writes_are_accepted_again_soon() {
        List<Duration> gaps = new ArrayList<>();
        for (int round = 0; round < KILLS; round++) {
            HeliographNode leader = cluster.awaitLeader();
            HeliographNode other = cluster.others(leader).get(round % 2);
            write(leader, "before-" + round).orThrow();
            long killed = System.nanoTime();
            leader.kill9();
            String value = "after-" + round;
            while (write(other, value).status() != 200) {
                assertThat(since(killed)).isLessThan(Duration.ofSeconds(30));
            }
            gaps.add(since(killed));
            leader.start();
            cluster.awaitSameState();
        }
        List<Duration> sorted = gaps.stream().sorted().toList();
        System.out.printf(
                "leader killed %d times: writes accepted again after %s ms, median %d ms%n",
                KILLS,
                gaps.stream().map(Duration::toMillis).toList(),
                sorted.get(KILLS / 2).toMillis());
        assertThat(sorted.get(KILLS / 2)).isLessThanOrEqualTo(MEDIAN_AFTER_KILL);
    }

    /** Goes to the next node when a connection was refused, as any client does; whatever else fails is a failed write. */
    private static final class Writer extends Thread {
        private final List<HeliographNode> nodes;
        private final AtomicBoolean stopped;
        private final AtomicInteger written;
        private final ConcurrentLinkedQueue<String> failed;

        Writer(
                List<HeliographNode> nodes,
                AtomicBoolean stopped,
                AtomicInteger written,
                ConcurrentLinkedQueue<String> failed) {
            this.nodes = nodes;
            this.stopped = stopped;
            this.written = written;
            this.failed = failed;
        }

        @Override
        public void run() {
            int at = 0;
            while (!stopped.get()) {
                HeliographNode node = nodes.get(at % nodes.size());
                try {
                    HttpAnswer answer = write(node, getName() + "-" + written.incrementAndGet());
                    if (answer.status() != 200) {
                        failed.add(node + ": " + answer);
                    }
                } catch (NoAnswer e) {
                    if (!e.neverSent()) {
                        failed.add(node + ": " + e.getMessage());
                    }
                    at++;
                }
            }
        }
    }

    @Test
    void when_the_leader_is_stopped_then_no_client_sees_a_failed_write() throws InterruptedException {
        for (int round = 0; round < 2; round++) {
            HeliographNode leader = cluster.awaitLeader();
            List<HeliographNode> others = cluster.others(leader);
            AtomicBoolean stopped = new AtomicBoolean();
            AtomicInteger written = new AtomicInteger();
            ConcurrentLinkedQueue<String> failed = new ConcurrentLinkedQueue<>();
            List<Writer> writers = List.of(
                    new Writer(others, stopped, written, failed),
                    new Writer(List.of(others.get(1), others.get(0)), stopped, written, failed),
                    new Writer(List.of(leader, others.get(0)), stopped, written, failed));
            writers.forEach(Thread::start);
            awaitMore(written, 30);
            assertThat(leader.terminate()).isIn(0, 143);
            awaitMore(written, 30);
            stopped.set(true);
            for (Writer writer : writers) {
                writer.join();
            }
            assertThat(failed).isEmpty();
            leader.start();
            cluster.awaitSameState();
        }
    }

    private static void awaitMore(AtomicInteger written, int more) {
        int wanted = written.get() + more;
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> written.get() >= wanted);
    }

    @Test
    void when_leadership_is_transferred_then_it_takes_less_than_half_a_second() {
        List<Long> taken = new ArrayList<>();
        for (int round = 0; round < 5; round++) {
            HeliographNode leader = cluster.awaitLeader();
            HeliographNode next = cluster.others(leader).get(0);
            long asked = System.nanoTime();
            leader.post("/v1/leader", Map.of("to", next.id())).orThrow();
            Duration answered = since(asked);
            taken.add(answered.toMillis());
            assertThat(answered).isLessThan(TRANSFER);
            assertThat(cluster.awaitLeader().id()).isEqualTo(next.id());
        }
        System.out.println("leadership transferred in " + taken + " ms");
    }

    @Test
    void when_the_leader_is_cut_off_then_its_clients_are_told_in_time_and_others_go_on() {
        HeliographNode leader = cluster.awaitLeader();
        HeliographNode other = cluster.others(leader).get(0);
        cluster.cut(leader.id());
        try {
            long asked = System.nanoTime();
            assertThat(write(leader, "cut-off").status()).isIn(503, 504);
            assertThat(since(asked)).isLessThan(Duration.ofSeconds(8));
            cluster.awaitLeaderAmong(cluster.others(leader));
            write(other, "goes-on").orThrow();
        } finally {
            cluster.heal(leader.id());
        }
        cluster.awaitSameState();
    }
}
