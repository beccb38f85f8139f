package io.heliograph.raft.atomix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.atomix.protocols.raft.protocol.AppendResponse;
import io.heliograph.raft.CorruptLogException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Histories in which the library by itself breaks a rule of Raft, told to one real node by forged peers. */
class GuardTest {

    @TempDir
    Path directory;

    /** Row 2 of docs/guard.md. */
    @Test
    void when_a_node_voted_and_heard_from_the_leader_and_restarts_then_it_votes_for_nobody_else_in_that_term()
            throws Exception {
        try (ForgedPeers peers = new ForgedPeers(directory)) {
            assertThat(peers.vote(5, "b", 0, 0)).isTrue();
            peers.append(5, "b", 0, 0, 0, ForgedPeers.commands(5, 1, 1));
            peers.restart();

            assertThat(peers.vote(5, "c", 1, 5)).isFalse();
            assertThat(peers.vote(6, "c", 1, 5)).isTrue();
            assertThat(peers.stops()).isEmpty();
        }
    }

    /** Rows 2 and 6 of docs/guard.md. */
    @Test
    void when_the_vote_record_is_damaged_or_gone_then_the_node_does_not_start() throws Exception {
        try (ForgedPeers peers = new ForgedPeers(directory)) {
            assertThat(peers.vote(5, "b", 0, 0)).isTrue();
            Path vote = directory.resolve("a/vote");
            byte[] bytes = Files.readAllBytes(vote);
            bytes[bytes.length - 1] ^= 1;
            Files.write(vote, bytes);
            assertThatThrownBy(peers::restart)
                    .isInstanceOf(CorruptLogException.class)
                    .hasMessageContaining(vote + ": the checksum");
        }
        Files.delete(directory.resolve("a/vote"));
        assertThatThrownBy(() -> new ForgedPeers(directory))
                .isInstanceOf(CorruptLogException.class)
                .hasMessageContaining("the vote record " + directory.resolve("a/vote") + " is missing");
    }

    /** Row 7 of docs/guard.md. */
    @Test
    void when_a_heartbeat_verifies_nothing_then_leftover_entries_of_an_old_term_are_not_committed() throws Exception {
        try (ForgedPeers peers = new ForgedPeers(directory)) {
            peers.append(1, "b", 0, 0, 0, ForgedPeers.commands(1, 1, 5));

            peers.append(2, "c", 3, 0, 100, List.of());

            assertThat(peers.node().leadership().commitIndex()).isZero();
            assertThat(peers.applied()).isEmpty();
        }
    }

    /** Row 14 of docs/guard.md. */
    @Test
    void when_entries_follow_a_prefix_that_an_empty_node_does_not_have_then_they_are_refused() throws Exception {
        try (ForgedPeers peers = new ForgedPeers(directory)) {
            AppendResponse response = peers.append(3, "b", 100, 0, 105, ForgedPeers.commands(3, 101, 5));

            assertThat(response.succeeded()).isFalse();
            assertThat(response.lastLogIndex()).isZero();
            assertThat(peers.node().leadership().commitIndex()).isZero();
            assertThat(peers.stops()).isEmpty();
        }
    }

    /** Row 13 of docs/guard.md. */
    @Test
    void when_entries_that_were_read_ahead_are_overwritten_then_only_the_new_ones_are_applied() throws Exception {
        try (ForgedPeers peers = new ForgedPeers(directory)) {
            peers.append(1, "b", 0, 0, 0, ForgedPeers.commands(1, 1, 20));
            peers.restart();

            peers.append(2, "c", 10, 1, 5, ForgedPeers.commands(2, 11, 10));
            peers.append(2, "c", 20, 2, 20, List.of());

            await().atMost(Group.PATIENCE).until(() -> peers.applied().size() == 20);
            assertThat(peers.applied().subList(0, 10)).allMatch(command -> command.startsWith("t1"));
            assertThat(peers.applied().subList(10, 20)).allMatch(command -> command.startsWith("t2"));
            assertThat(peers.stops()).isEmpty();
        }
    }

    /** Row 1 of docs/guard.md. */
    @Test
    void when_a_follower_says_yes_then_what_it_claims_is_on_disk() throws Exception {
        try (ForgedPeers peers = new ForgedPeers(directory)) {
            AppendResponse response = peers.append(1, "b", 0, 0, 0, ForgedPeers.commands(1, 1, 20));

            assertThat(response.lastLogIndex()).isEqualTo(20);
            assertThat(peers.node().forcedIndex()).isGreaterThanOrEqualTo(20);
        }
    }

    @Test
    void when_a_leader_has_more_of_the_old_log_than_we_kept_then_it_goes_on_where_ours_begins_and_nothing_is_lost()
            throws Exception {
        try (ForgedPeers peers = new ForgedPeers(directory)) {
            for (int i = 1; i <= 40; i++) {
                peers.append(1, "b", i - 1, i == 1 ? 0 : 1, i, List.of(LogOnDisk.entry(1, "c" + i, 60_000)));
            }
            await().atMost(Group.PATIENCE).until(() -> peers.applied().size() == 40);
            peers.node().takeSnapshot().get();
            peers.restart();

            AppendResponse early = peers.append(2, "c", 2, 0, 0, ForgedPeers.commands(1, 3, 2));
            assertThat(early.succeeded()).isTrue();
            assertThat(peers.node().forcedIndex()).isEqualTo(40);
            // its term there is not that of our entry behind it, which the library would compare it with
            AppendResponse onward = peers.append(2, "c", 34, 7, 41, List.of(LogOnDisk.entry(1, "c35", 60_000)));
            assertThat(onward.succeeded()).isTrue();
            AppendResponse last = peers.append(2, "c", 40, 1, 41, ForgedPeers.commands(2, 41, 1));

            assertThat(last.succeeded()).isTrue();
            await().atMost(Group.PATIENCE).until(() -> peers.applied().size() == 41);
            assertThat(peers.applied().get(40)).isEqualTo("t2n41");
            assertThat(peers.stops()).isEmpty();
        }
    }

    /** Row 14 of docs/guard.md, the other half: the library begins its log anew with whatever it had acknowledged. */
    @Test
    void when_a_leader_sends_its_first_entries_again_then_what_was_acknowledged_after_them_stays() throws Exception {
        try (ForgedPeers peers = new ForgedPeers(directory)) {
            peers.append(1, "b", 0, 0, 0, ForgedPeers.commands(1, 1, 50));

            AppendResponse again = peers.append(1, "b", 0, 0, 0, ForgedPeers.commands(1, 1, 10));
            assertThat(again.succeeded()).isTrue();
            assertThat(again.lastLogIndex()).isEqualTo(10);

            // a candidate that lacks the acknowledged entries must still be behind
            assertThat(peers.vote(2, "c", 10, 1)).isFalse();
            assertThat(peers.vote(3, "c", 50, 1)).isTrue();
        }
    }

    /** Row 3 of docs/guard.md, voting. */
    @Test
    void when_the_last_segment_is_empty_then_the_node_votes_for_nobody_behind_what_it_has() throws Exception {
        try (ForgedPeers peers = new ForgedPeers(directory)) {
            peers.append(1, "b", 0, 0, 0, ForgedPeers.commands(1, 1, 50));
            peers.stop();
            DamageTest.addEmptySegment(directory.resolve("a"));
            peers.restart();

            assertThat(peers.vote(2, "c", 1, 1)).isFalse();
            assertThat(peers.vote(3, "c", 50, 1)).isTrue();
        }
    }

    /** Row 15 of docs/guard.md. */
    @Test
    void when_a_snapshot_of_what_is_applied_already_comes_in_then_it_does_not_take_our_own_ones_place()
            throws Exception {
        try (ForgedPeers peers = new ForgedPeers(directory)) {
            peers.append(1, "b", 0, 0, 20, ForgedPeers.commands(1, 1, 20));
            await().atMost(Group.PATIENCE).until(() -> peers.applied().size() == 20);

            peers.install(1, "b", 20, new byte[] {1, 2, 3});
            assertThat(peers.node().takeSnapshot().get()).isEqualTo(20);
            peers.restart();

            assertThat(peers.applied()).hasSize(20);
            assertThat(peers.stops()).isEmpty();
        }
    }

    /** A node whose log begins after its snapshot counts the snapshot as its last entry. */
    @Test
    void when_there_is_only_a_snapshot_then_the_node_votes_for_nobody_behind_it() throws Exception {
        try (ForgedPeers peers = new ForgedPeers(directory)) {
            peers.vote(4, "b", 0, 0);
            peers.install(5, "b", 100, ForgedPeers.snapshot(100, 5, "one", "two"));
            await().atMost(Group.PATIENCE).until(() -> peers.applied().size() == 2);

            assertThat(peers.vote(6, "c", 99, 5)).isFalse();
            assertThat(peers.vote(7, "c", 200, 4)).isFalse();
            assertThat(peers.vote(8, "c", 100, 5)).isTrue();
            AppendResponse onward = peers.append(8, "c", 100, 5, 101, ForgedPeers.commands(8, 101, 1));
            assertThat(onward.succeeded()).isTrue();
            await().atMost(Group.PATIENCE).until(() -> peers.applied().size() == 3);
            assertThat(peers.stops()).isEmpty();
        }
    }
}
