package io.heliograph.it.centres;

import static io.heliograph.it.centres.OlderClientNodes.expectBoth;
import static io.heliograph.it.centres.OlderClientNodes.expectBothRefused;
import static io.heliograph.it.centres.OlderClientNodes.expectDone;
import static io.heliograph.it.centres.OlderClientNodes.expectRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.heliograph.it.daemon.CliResult;
import io.heliograph.it.daemon.HeliographCluster;
import io.heliograph.it.daemon.HeliographNode;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What operators' scripts see when they are refused, and when nodes are down, hang, or are too few. */
@Timeout(180)
class OlderClientTroubleIT {

    private static final String SUBMIT = "submit-masters-to-kv-stores";
    private static final String WHO = "say who you are: send a token in the header Authorization, as 'Bearer …'";
    private static final String WRONG = "nobody has this token: it may be mistyped, or revoked";

    private static OlderClientNodes nodes;
    private static HeliographCluster cluster;

    @BeforeAll
    static void start() {
        nodes = new OlderClientNodes();
        cluster = nodes.cluster;
        nodes.registerTwo();
    }

    @AfterAll
    static void stop() {
        nodes.close();
    }

    @AfterEach
    void everythingRuns() {
        cluster.startAll();
    }

    private static void submits(OlderClient client) {
        for (CliResult result : List.of(client.script(SUBMIT), client.command(SUBMIT))) {
            assertThat(result.stderr()).isEmpty();
            assertThat(result.stdout())
                    .startsWith("mysql/master/orders:127.0.0.31:3306\n")
                    .hasLineCount(10);
            assertThat(result.exitCode()).isZero();
        }
    }

    @Test
    void when_the_password_is_missing_or_wrong_then_both_say_so_and_checks_are_open() {
        OlderClient right = nodes.everyNode();
        OlderClient stranger = new OlderClient(right.nodes(), "", "");
        OlderClient liar = new OlderClient(right.nodes(), "script", "incorrect-horse");
        expectBothRefused(stranger, 1, WHO, SUBMIT);
        expectBothRefused(stranger, 1, WHO, "clusters");
        expectBothRefused(liar, 1, WRONG, SUBMIT, "-alias", "orders");
        expectBothRefused(liar, 1, WRONG, "which-cluster-alias", "-alias", "orders");
        for (OlderClient client : List.of(stranger, liar)) {
            expectBoth(client, "healthy\n", "raft-health");
            expectBoth(client, cluster.awaitLeader().httpUri() + "/api\n", "which-api");
        }
        submits(right);
    }

    @Test
    void when_the_role_is_not_enough_then_both_say_which_is() {
        String reason = "viewer has the role read; this needs write";
        expectBoth(nodes.viewer(), "127.0.0.31:3306\n127.0.0.32:3307\n", "clusters");
        expectBothRefused(nodes.viewer(), 1, reason, SUBMIT);
        expectBothRefused(nodes.viewer(), 1, reason, "raft-elect-leader", "-hostname", "dc1");
        expectBothRefused(nodes.viewer(), 1, reason, "forget-cluster", "-alias", "orders");
    }

    @ParameterizedTest
    @CsvSource({
        "submit-masters-to-kv-stores, -alias",
        "which-cluster, -i",
        "which-cluster-alias, -alias",
        "which-cluster-master, -i",
        "which-cluster-instances, -alias",
        "forget-cluster, -alias"
    })
    void when_nobody_knows_the_cluster_then_both_say_so(String command, String option) {
        expectBothRefused(
                nodes.everyNode(),
                1,
                "Unable to determine cluster name. clusterHint=nosuch",
                command,
                option,
                "nosuch");
    }

    /** A script puts what it was given into a path as it is; the command line makes a path of it first. */
    @Test
    void when_a_hint_is_no_part_of_a_path_then_the_script_is_refused_all_the_same() {
        for (String hint : List.of("a%2Fb", "a%zzb", "a%00b", "%", "a/b")) {
            CliResult result = nodes.everyNode().script("which-cluster", "-alias", hint);
            assertThat(result.stdout()).as(hint).isEmpty();
            assertThat(result.stderr()).as(hint).hasLineCount(1).doesNotContain("null");
            assertThat(result.exitCode()).as(hint).isEqualTo(1);
        }
        expectRefused(
                nodes.everyNode().command("which-cluster", "-alias", "a b"),
                1,
                "heliograph: Unable to determine cluster name. clusterHint=a b");
    }

    @Test
    void when_a_node_of_the_list_is_down_then_the_others_are_asked() {
        HeliographNode leader = cluster.awaitLeader();
        HeliographNode down = cluster.others(leader).get(0);
        HeliographNode other = cluster.others(leader).get(1);
        down.kill9();
        expectBoth(nodes.client(down, other, leader), leader.httpUri() + "/api\n", "which-api");
        expectBoth(nodes.client(down, other), other.httpUri() + "/api\n", "which-api");
        submits(nodes.client(down, other, leader));
        submits(nodes.client(down, other));

        leader.kill9();
        down.start();
        HeliographNode next = cluster.awaitLeaderAmong(cluster.others(leader));
        expectBoth(nodes.client(leader, down, other), next.httpUri() + "/api\n", "which-api");
        submits(nodes.client(leader, down, other));
    }

    @Test
    void when_a_node_of_the_list_hangs_then_the_others_are_asked() {
        HeliographNode leader = cluster.awaitLeader();
        HeliographNode follower = cluster.others(leader).get(0);
        HeliographNode other = cluster.others(leader).get(1);
        paused(follower, () -> {
            expectBoth(nodes.client(follower, other, leader), leader.httpUri() + "/api\n", "which-api");
            submits(nodes.client(follower, other, leader));
            submits(nodes.client(follower, other));
        });
        paused(leader, () -> {
            HeliographNode next = cluster.awaitLeaderAmong(cluster.others(leader));
            expectBoth(nodes.client(leader, follower, other), next.httpUri() + "/api\n", "which-api");
            submits(nodes.client(leader, follower, other));
            expectBoth(nodes.client(leader, follower, other), "healthy\n", "raft-health");
        });
    }

    private static void paused(HeliographNode node, Runnable meanwhile) {
        node.pause();
        try {
            meanwhile.run();
        } finally {
            node.resume();
        }
        cluster.awaitSameState();
    }

    @Test
    void when_two_of_three_are_down_then_both_say_so_and_still_read() {
        HeliographNode left = cluster.node("dc2");
        cluster.others(left).forEach(HeliographNode::kill9);
        await("no quorum")
                .atMost(DataCentres.SOON)
                .until(() -> left.get("/api/raft-health").status() == 500);
        OlderClient all = nodes.everyNode();
        expectRefused(all.script(SUBMIT), 1, "none of " + all.nodes() + " leads");
        expectRefused(all.command(SUBMIT), 3, "heliograph: not leader");

        OlderClient single = nodes.client(left);
        expectBothRefused(single, 3, "not leader", SUBMIT);
        expectBothRefused(single, 3, "not leader", SUBMIT, "-alias", "orders");
        expectBothRefused(single, 1, "unhealthy", "raft-health");
        expectRefused(single.script("raft-leader"), 1, left.httpUri() + "/api does not lead");
        expectRefused(single.command("raft-leader"), 3, "heliograph: there is no leader");
        expectRefused(single.command("raft-leader-hostname"), 3, "heliograph: there is no leader");
        expectRefused(
                single.command("raft-elect-leader", "-hostname", "dc1"),
                1,
                "heliograph: Cannot yield: there is no leader");
        expectBothRefused(
                single, 1, "Unable to determine cluster name. clusterHint=nosuch", SUBMIT, "-alias", "nosuch");
        expectBoth(single, "127.0.0.31:3306,orders\n127.0.0.32:3307,users\n", "clusters-alias");
        expectBoth(single, "127.0.0.31:3306\n127.0.0.32:3307\n", "all-clusters-masters");
        expectDone(single.script("api", "-path", "leader-check"), "\"Not leader\"\n");
    }
}
