package io.heliograph.raft.atomix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.atomix.cluster.MemberId;
import io.atomix.protocols.raft.cluster.impl.RaftMemberContext;
import io.heliograph.raft.CommitOutcome;
import io.heliograph.raft.CommitOutcome.Reason;
import io.heliograph.raft.CommitOutcome.Rejected;
import io.heliograph.raft.Leadership;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomixReplicatedLogTest {

    @TempDir
    Path directory;

    private static void awaitCommands(Group group, String id, List<String> expected) {
        await().atMost(Group.PATIENCE).untilAsserted(() -> assertThat(group.recorders.get(id).commands)
                .isEqualTo(expected));
    }

    private static List<String> numbered(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> "c" + i).toList();
    }

    @Test
    void when_leader_appends_then_every_node_applies_in_order() throws Exception {
        try (Group group = new Group(directory, "a", "b", "c").startAll()) {
            numbered(0, 20).forEach(group::append);

            for (String id : group.addresses.keySet()) {
                awaitCommands(group, id, numbered(0, 20));
            }
            assertThat(group.stops.stops).isEmpty();
        }
    }

    @Test
    void when_a_command_is_committed_then_followers_apply_it_without_waiting_for_a_heartbeat() throws Exception {
        try (Group group = new Group(directory, "a", "b", "c")) {
            group.electionTimeout = Duration.ofSeconds(4);
            group.startAll();
            group.append("first");
            List<Long> millis = new ArrayList<>();
            for (int i = 0; i < 9; i++) {
                String command = "command " + i;
                group.append(command);
                long committed = System.nanoTime();
                await().atMost(Group.PATIENCE)
                        .pollInterval(Duration.ofMillis(5))
                        .until(() ->
                                group.recorders.values().stream().allMatch(each -> each.commands.contains(command)));
                millis.add(Duration.ofNanos(System.nanoTime() - committed).toMillis());
            }

            // a heartbeat comes every 800 ms
            assertThat(millis.stream().sorted().toList().get(4))
                    .as(millis.toString())
                    .isLessThan(200);
        }
    }

    @Test
    void when_one_node_is_the_whole_group_then_it_leads_and_keeps_its_log_over_a_restart() throws Exception {
        try (Group group = new Group(directory, "a").startAll()) {
            numbered(0, 5).forEach(group::append);
            group.stop("a");
            group.start("a");
            numbered(5, 7).forEach(group::append);

            awaitCommands(group, "a", numbered(0, 7));
        }
    }

    @Test
    void when_follower_is_asked_to_append_then_it_refuses() throws Exception {
        try (Group group = new Group(directory, "a", "b", "c").startAll()) {
            String follower = group.awaitFollower();

            CommitOutcome outcome = group.logs
                    .get(follower)
                    .append(new byte[] {1}, Duration.ofSeconds(2))
                    .join();

            assertThat(outcome).isInstanceOfSatisfying(Rejected.class, rejected -> assertThat(rejected.reason())
                    .isEqualTo(Reason.NOT_LEADER));
        }
    }

    @Test
    void when_command_is_larger_than_an_entry_then_it_is_refused_and_the_next_one_works() throws Exception {
        try (Group group = new Group(directory, "a").startAll()) {
            String leader = group.awaitLeader();

            CommitOutcome outcome = group.logs
                    .get(leader)
                    .append(new byte[GuardedRaftContext.MAX_ENTRY_BYTES], Duration.ofSeconds(2))
                    .join();

            assertThat(outcome).isInstanceOfSatisfying(Rejected.class, rejected -> assertThat(rejected.reason())
                    .isEqualTo(Reason.TOO_LARGE));
            group.append("after");
            awaitCommands(group, "a", List.of("after"));
        }
    }

    /** Rows 12 and 16 of docs/guard.md. */
    @Test
    void when_majority_is_gone_then_append_ends_unknown_or_rejected_in_time_and_works_again_later() throws Exception {
        try (Group group = new Group(directory, "a", "b", "c").startAll()) {
            group.append("before");
            String leader = group.awaitLeader();
            List<String> others = group.addresses.keySet().stream()
                    .filter(id -> !id.equals(leader))
                    .toList();
            others.forEach(group::stop);

            long started = System.nanoTime();
            CommitOutcome outcome = group.logs
                    .get(leader)
                    .append(new byte[] {'x'}, Duration.ofSeconds(2))
                    .join();

            assertThat(outcome).isNotInstanceOf(CommitOutcome.Committed.class);
            assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(4));
            await().atMost(Group.PATIENCE)
                    .until(() -> !group.logs.get(leader).leadership().hasQuorum());
            for (String id : others) {
                group.start(id);
            }
            group.append("after");
            for (String id : group.addresses.keySet()) {
                await().atMost(Group.PATIENCE)
                        .until(() -> group.recorders.get(id).commands.contains("after"));
            }
        }
    }

    /** Rows 8 and 9 of docs/guard.md. */
    @Test
    void when_snapshot_is_asked_for_then_its_file_exists_and_a_restart_replays_nothing_older() throws Exception {
        try (Group group = new Group(directory, "a", "b", "c").startAll()) {
            numbered(0, 10).forEach(group::append);
            String id = group.awaitFollower();
            awaitCommands(group, id, numbered(0, 10));

            long index = group.logs.get(id).takeSnapshot().get();

            Leadership standing = group.logs.get(id).leadership();
            assertThat(index).isEqualTo(standing.snapshotIndex()).isEqualTo(standing.lastApplied());
            try (Stream<Path> files = Files.list(group.directoryOf(id))) {
                assertThat(files.map(file -> String.valueOf(file.getFileName())))
                        .contains("heliograph-" + index + ".snapshot");
            }
            group.stop(id);
            group.start(id);
            assertThat(group.recorders.get(id).restores).isEqualTo(1);
            group.append("c10");
            awaitCommands(group, id, numbered(0, 11));
        }
    }

    /** Row 11 of docs/guard.md. */
    @Test
    void when_follower_is_wiped_twice_and_the_log_is_compacted_then_the_same_leader_sends_it_the_snapshot()
            throws Exception {
        try (Group group = new Group(directory, "a", "b", "c")) {
            // leadership must not move on a busy machine: it is the same leader that has to send the snapshot twice
            group.electionTimeout = Duration.ofSeconds(3);
            group.startAll();
            String big = "x".repeat(60_000);
            for (int i = 0; i < 150; i++) {
                group.append(big + i);
            }
            String leader = group.awaitLeader();
            String wiped = group.awaitFollower();
            for (AtomixReplicatedLog log : group.logs.values()) {
                log.takeSnapshot().get();
            }

            for (int round = 0; round < 2; round++) {
                group.stop(wiped);
                group.wipe(wiped);
                group.start(wiped);
                String last = "round" + round;
                group.append(last);
                await().atMost(Group.PATIENCE)
                        .until(() -> group.recorders.get(wiped).commands.contains(last));
                assertThat(group.recorders.get(wiped).commands).isEqualTo(group.recorders.get(leader).commands);
                assertThat(group.recorders.get(wiped).restores).isEqualTo(1);
            }
            assertThat(group.awaitLeader()).isEqualTo(leader);
            assertThat(group.stops.stops).isEmpty();
        }
    }

    /** Row 18 of docs/guard.md. */
    @Test
    void when_follower_waits_at_a_barrier_then_it_has_applied_what_was_committed_before() throws Exception {
        try (Group group = new Group(directory, "a", "b", "c").startAll()) {
            String follower = group.awaitFollower();
            numbered(0, 10).forEach(group::append);

            group.logs.get(follower).barrier(Duration.ofSeconds(5)).get();

            assertThat(group.recorders.get(follower).commands).isEqualTo(numbered(0, 10));
        }
    }

    @Test
    void when_leadership_is_handed_over_then_the_other_leads() throws Exception {
        try (Group group = new Group(directory, "a", "b", "c").startAll()) {
            group.append("before");
            String leader = group.awaitLeader();
            String next = group.awaitFollower();

            group.logs
                    .get(leader)
                    .transferLeadership(next, Duration.ofSeconds(5))
                    .get();

            await().atMost(Group.PATIENCE).until(() -> group.awaitLeader().equals(next));
        }
    }

    /** Row 10 of docs/guard.md. */
    @Test
    void when_apply_throws_then_the_process_is_told_to_end_and_the_entry_does_not_count_as_applied() throws Exception {
        try (Group group = new Group(directory, "a").startAll()) {
            group.append("fine");
            Group.Recorder recorder = group.recorders.get("a");
            recorder.failApply = true;
            long before = group.logs.get("a").leadership().lastApplied();

            group.logs.get("a").append(new byte[] {'x'}, Duration.ofSeconds(1)).join();

            assertThat(group.stops.stops)
                    .singleElement()
                    .asString()
                    .startsWith("11 cannot apply entry " + (before + 1) + " of the log: apply fails on purpose");
            assertThat(group.logs.get("a").leadership().lastApplied()).isEqualTo(before);
        }
    }

    /** Row 10 of docs/guard.md. */
    @Test
    void when_taking_a_snapshot_throws_then_the_process_is_told_to_end() throws Exception {
        try (Group group = new Group(directory, "a").startAll()) {
            group.append("fine");
            group.recorders.get("a").failSnapshot = true;

            assertThatThrownBy(() -> group.logs.get("a").takeSnapshot().get())
                    .hasMessageContaining("snapshot fails on purpose");

            assertThat(group.stops.stops).singleElement().asString().startsWith("11 cannot take a snapshot");
        }
    }

    @Test
    void when_the_port_is_in_use_then_opening_fails_with_one_line() throws Exception {
        Group group = new Group(directory, "a");
        String address = group.addresses.get("a");
        int port = Integer.parseInt(address.substring(address.indexOf(':') + 1));
        try (ServerSocket taken = new ServerSocket(port, 1, java.net.InetAddress.getByName("127.0.0.1"))) {
            assertThat(taken.isBound()).isTrue();
            assertThatThrownBy(() -> group.start("a"))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("cannot listen on raft.listen " + address);
        }
    }

    /** Else the leader counts to below none, and never sends that member anything again. */
    @Test
    void when_the_leader_begins_anew_with_a_member_then_answers_still_on_their_way_do_not_silence_it()
            throws Exception {
        try (Group group = new Group(directory, "a", "b", "c").startAll()) {
            group.append("first");
            String leader = group.awaitLeader();
            String silent = group.awaitFollower();
            group.stop(silent);
            GuardedRaftContext raft = group.logs.get(leader).node().raft();
            RaftMemberContext member = raft.getCluster().getMemberState(MemberId.from(silent));
            await().atMost(Group.PATIENCE).until(() -> member.getFailureCount() > 4);
            CompletableFuture<String> answer = new CompletableFuture<>();
            CompletableFuture<Void> library = new CompletableFuture<>();
            raft.getThreadContext().execute(() -> {
                member.startAppend();
                raft.inFlight()
                        .track(member, answer, raft.getThreadContext(), () -> {})
                        .whenCompleteAsync(
                                (response, error) -> {
                                    member.completeAppend();
                                    library.complete(null);
                                },
                                raft.getThreadContext());
                InFlight.Before before = raft.inFlight().before(List.of(member));
                member.resetState(raft.log());
                before.restore();
                answer.complete("late");
            });
            library.get(10, TimeUnit.SECONDS);

            await().atMost(Group.PATIENCE).until(member::canHeartbeat);
        }
    }
}
