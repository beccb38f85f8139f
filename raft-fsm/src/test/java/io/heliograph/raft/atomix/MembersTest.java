package io.heliograph.raft.atomix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.atomix.protocols.raft.RaftServer;
import io.heliograph.raft.CommitOutcome;
import io.heliograph.raft.CommitOutcome.Committed;
import io.heliograph.raft.CommitOutcome.Reason;
import io.heliograph.raft.CommitOutcome.Rejected;
import io.heliograph.raft.GroupMember;
import io.heliograph.raft.MemberChange;
import io.heliograph.raft.Role;
import io.heliograph.raft.Standing;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How nodes become members and stop being members, and what an empty one must not do. */
class MembersTest {

    private static final Duration LIMIT = Duration.ofSeconds(5);

    @TempDir
    Path directory;

    /** Row 19 of docs/guard.md. */
    @Test
    void when_a_wiped_node_could_elect_one_that_lacks_a_write_then_it_does_not_and_the_write_survives()
            throws Exception {
        try (Group group = new Group(directory, "a", "b", "c").startAll()) {
            lead(group, "a");
            group.append("before");
            awaitApplied(group, "c", "before");
            group.stop("c");
            group.append("acknowledged by a and b");
            group.stop("a");
            group.stop("b");
            group.wipe("b");
            group.start("b");
            group.start("c");

            // c asks b for its vote all the while; b has forgotten that it acknowledged
            await().during(Duration.ofSeconds(3))
                    .atMost(Group.PATIENCE)
                    .until(() -> group.currentLeader().isEmpty()
                            && group.logs.get("b").leadership().role() == Role.INACTIVE
                            && group.logs.get("b").standing().kind() == Standing.Kind.JOINING);
            group.start("a");

            for (String id : List.of("a", "b", "c")) {
                awaitApplied(group, id, "acknowledged by a and b");
            }
            awaitMembers(group, "a", "a", "b", "c");
            assertThat(group.stops.stops).isEmpty();
        }
    }

    @Test
    void when_one_of_the_founders_is_missing_then_nothing_is_founded_until_it_comes() throws Exception {
        try (Group group = new Group(directory, "a", "b", "c")) {
            group.start("a");
            group.start("b");
            await().atMost(Group.PATIENCE)
                    .until(() -> group.logs.get("a").standing().note().contains("not reached yet: [c]"));
            assertThat(group.logs.get("a").append(new byte[1], LIMIT).join()).isInstanceOf(Rejected.class);

            group.start("c");
            group.append("first");

            for (String id : List.of("a", "b", "c")) {
                awaitApplied(group, id, "first");
            }
        }
    }

    @Test
    void when_a_founder_stopped_before_it_knew_then_it_takes_part_when_it_returns_without_the_leader()
            throws Exception {
        try (Group group = new Group(directory, "a", "b", "c")) {
            long third = 3;
            for (String id : List.of("a", "b")) {
                java.nio.file.Files.createDirectories(group.directoryOf(id));
                VoteRecord.open(group.directoryOf(id), group.stops).create();
                NodeIdentity.founder(1, 1, group.addresses.keySet(), java.util.Map.of("a", 1L, "b", 1L, "c", third))
                        .write(group.directoryOf(id));
            }
            java.nio.file.Files.createDirectories(group.directoryOf("c"));
            NodeIdentity.joining(third, group.members()).write(group.directoryOf("c"));
            group.start("a");
            group.start("c");

            group.append("without b");

            awaitApplied(group, "c", "without b");
        }
    }

    /** Row 20 of docs/guard.md. */
    @Test
    void when_a_node_is_added_then_it_catches_up_and_gets_a_vote_and_when_removed_it_knows() throws Exception {
        try (Group group = new Group(directory, "a", "b", "c").startAll()) {
            group.append("before");
            group.logs.get(group.awaitLeader()).takeSnapshot().join();
            group.addAddress("d");

            assertThat(change(group, new MemberChange.Add("d", group.addresses.get("d"), "http://d")))
                    .isInstanceOf(Committed.class);
            group.start("d");
            awaitApplied(group, "d", "before");
            awaitMembers(group, "d", "a", "b", "c", "d");

            String leader = group.awaitLeader();
            String out = group.logs.keySet().stream()
                    .filter(id -> !id.equals(leader) && !id.equals("d"))
                    .findFirst()
                    .orElseThrow();
            assertThat(change(group, new MemberChange.Remove(out))).isInstanceOf(Committed.class);
            await().atMost(Group.PATIENCE)
                    .until(() -> group.logs.get(out).standing().kind() == Standing.Kind.REMOVED);
            group.append("without it");
            assertThat(group.recorders.get(out).commands).doesNotContain("without it");

            group.stop(out);
            group.start(out);
            assertThat(group.logs.get(out).standing().note()).contains("this node was removed from its group");
            assertThat(group.stops.stops).isEmpty();
        }
    }

    @Test
    void when_the_leader_is_not_in_a_new_nodes_configuration_then_the_members_that_are_tell_of_it() throws Exception {
        try (Group group = new Group(directory, "a", "b", "c").startAll()) {
            group.append("before");
            group.addAddress("d");
            assertThat(change(group, new MemberChange.Add("d", group.addresses.get("d"), "http://d")))
                    .isInstanceOf(Committed.class);
            String follower = group.awaitFollower();

            Map<String, GroupMember> configured = new TreeMap<>(group.members());
            configured.keySet().retainAll(Set.of(follower, "d"));
            group.start("d", configured);

            awaitApplied(group, "d", "before");
        }
    }

    @Test
    void when_a_change_cannot_be_made_then_it_is_refused_in_one_line() throws Exception {
        try (Group group = new Group(directory, "a", "b", "c").startAll()) {
            String leader = group.awaitLeader();
            group.append("settled");

            assertThat(change(group, new MemberChange.Remove("x")))
                    .isEqualTo(new Rejected(Reason.REFUSED, "no member has the id 'x'"));
            assertThat(change(group, new MemberChange.Remove(leader)))
                    .isInstanceOfSatisfying(Rejected.class, refused -> assertThat(refused.message())
                            .contains(leader + " leads; hand leadership to another member first"));
            assertThat(change(group, new MemberChange.Add("d", group.addresses.get("a"), "http://d")))
                    .isEqualTo(new Rejected(
                            Reason.REFUSED, "the address " + group.addresses.get("a") + " belongs to member a"));
            assertThat(change(group, new MemberChange.Add("a", group.addresses.get("a"), "http://a")))
                    .isInstanceOf(Committed.class);
        }
    }

    /** Row 18 of docs/guard.md. */
    @Test
    void when_a_list_of_members_is_overwritten_then_the_one_before_is_in_force_again() throws Exception {
        try (ForgedPeers peers = new ForgedPeers(directory)) {
            List<GroupMember> before = peers.node().members();
            peers.append(1, "b", 0, 0, 0, ForgedPeers.commands(1, 1, 3));
            peers.append(1, "b", 3, 1, 0, List.of(ForgedPeers.members(1, "a", "b", "c", "d")));
            await().atMost(Group.PATIENCE).until(() -> peers.node().members().size() == 4);

            peers.append(2, "c", 3, 1, 0, ForgedPeers.commands(2, 4, 1));

            await().atMost(Group.PATIENCE)
                    .untilAsserted(() -> assertThat(peers.node().members()).isEqualTo(before));
        }
    }

    /** Row 18 of docs/guard.md. */
    @Test
    void when_a_list_of_members_is_in_the_log_and_not_committed_then_a_restart_finds_it() throws Exception {
        try (ForgedPeers peers = new ForgedPeers(directory)) {
            peers.append(1, "b", 0, 0, 0, List.of(ForgedPeers.members(1, "a", "b", "c", "d")));
            peers.restart();

            assertThat(peers.node().members()).extracting(GroupMember::id).containsExactly("a", "b", "c", "d");
        }
    }

    /** Row h of docs/guard.md. */
    @Test
    void when_a_nodes_list_gives_it_no_vote_then_it_answers_a_candidate_that_counts_on_it() throws Exception {
        try (ForgedPeers peers = new ForgedPeers(directory)) {
            peers.append(1, "b", 0, 0, 1, List.of(ForgedPeers.membersWithout("a", 1, "a", "b", "c")));
            await().atMost(Group.PATIENCE)
                    .until(() -> peers.node().node().raft().getRole() == RaftServer.Role.PROMOTABLE);

            assertThat(peers.vote(2, "c", 0, 0)).as("behind").isFalse();
            assertThat(peers.vote(3, "c", 2, 2)).isTrue();
            assertThat(peers.vote(3, "b", 2, 2)).as("a second vote").isFalse();
            peers.restart();
            assertThat(peers.vote(3, "b", 2, 2)).as("after a restart").isFalse();
        }
    }

    /** Row h of docs/guard.md. */
    @Test
    void when_a_candidate_is_not_in_a_nodes_list_yet_then_it_is_answered_like_any_other() throws Exception {
        try (ForgedPeers peers = new ForgedPeers(directory)) {
            peers.append(1, "b", 0, 0, 1, ForgedPeers.commands(1, 1, 1));

            assertThat(peers.vote(2, "new", 0, 0)).as("behind").isFalse();
            assertThat(peers.vote(3, "new", 2, 1)).isTrue();
            assertThat(peers.vote(3, "c", 2, 1)).as("a second vote").isFalse();
        }
    }

    /** Row h of docs/guard.md. */
    @Test
    void when_a_nodes_newest_list_gives_it_no_vote_then_it_does_not_stand() throws Exception {
        try (ForgedPeers peers = new ForgedPeers(directory)) {
            peers.append(1, "b", 0, 0, 0, List.of(ForgedPeers.membersWithout("a", 1, "a", "b", "c")));
            assertThat(peers.vote(2, "c", 0, 0)).as("behind").isFalse();
            peers.tellToStand();
            await().during(Duration.ofSeconds(1))
                    .until(() -> peers.node().leadership().term() == 2);

            peers.append(3, "b", 0, 0, 0, List.of(ForgedPeers.members(3, "a", "b", "c")));
            assertThat(peers.vote(4, "c", 0, 0)).as("behind").isFalse();
            peers.tellToStand();
            await().atMost(Group.PATIENCE).until(() -> peers.node().leadership().term() == 5);
        }
    }

    @Test
    void when_too_few_of_those_who_stay_answer_then_a_member_is_not_removed() throws Exception {
        try (Group group = new Group(directory, "a", "b", "c").startAll()) {
            group.append("settled");
            String leader = group.awaitLeader();
            List<String> others = group.logs.keySet().stream()
                    .filter(id -> !id.equals(leader))
                    .toList();
            group.stop(others.get(0));
            await().atMost(Group.PATIENCE)
                    .until(() -> !group.logs.get(leader).node().answers().isFrom(others.get(0)));

            assertThat(change(group, new MemberChange.Remove(others.get(1))))
                    .isEqualTo(new Rejected(
                            Reason.REFUSED,
                            "of the members that would have a vote then, too few answer at the moment: ["
                                    + others.get(0) + "] do not"));

            assertThat(change(group, new MemberChange.Remove(others.get(0)))).isInstanceOf(Committed.class);

            group.append("still serves");
        }
    }

    private static void lead(Group group, String id) {
        group.awaitLeader();
        await().atMost(Group.PATIENCE).until(() -> {
            if (!group.awaitLeader().equals(id)) {
                group.logs
                        .get(group.awaitLeader())
                        .transferLeadership(id, LIMIT)
                        .exceptionally(error -> null)
                        .join();
            }
            return group.awaitLeader().equals(id);
        });
    }

    private static void awaitApplied(Group group, String id, String command) {
        await(id)
                .atMost(Group.PATIENCE)
                .until(() -> group.recorders.get(id).commands.contains(command));
    }

    private static void awaitMembers(Group group, String id, String... members) {
        await(id).atMost(Group.PATIENCE).untilAsserted(() -> assertThat(
                        group.logs.get(id).members())
                .filteredOn(GroupMember::voting)
                .extracting(GroupMember::id)
                .containsExactly(members));
    }

    private static CommitOutcome change(Group group, MemberChange change) {
        CommitOutcome outcome;
        do {
            outcome = group.logs
                    .get(group.awaitLeader())
                    .changeMembers(change, LIMIT)
                    .join();
        } while (outcome instanceof Rejected rejected
                && (rejected.reason() == Reason.UNAVAILABLE || rejected.reason() == Reason.NOT_LEADER));
        return outcome;
    }
}
