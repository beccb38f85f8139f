package io.heliograph.it.centres;

import static io.heliograph.it.centres.OlderClientNodes.expectBoth;
import static io.heliograph.it.centres.OlderClientNodes.expectBothRefused;
import static io.heliograph.it.centres.OlderClientNodes.expectDone;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.heliograph.it.daemon.CliResult;
import io.heliograph.it.daemon.HeliographCluster;
import io.heliograph.it.daemon.HeliographNode;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Three nodes that ask for a password, and a script with curl and jq that knows the older API and nothing else. What the
 * command line's older form knows, too, it must print alike.
 */
@Timeout(180)
class OlderClientIT {

    private static final String ORDERS =
            """
            mysql/master/orders:127.0.0.31:3306
            mysql/master/orders/hostname:127.0.0.31
            mysql/master/orders/port:3306
            mysql/master/orders/ipv4:127.0.0.31
            mysql/master/orders/ipv6:
            """;

    private static OlderClientNodes nodes;
    private static HeliographCluster cluster;

    @BeforeAll
    static void start() {
        nodes = new OlderClientNodes();
        cluster = nodes.cluster;
    }

    @AfterAll
    static void stop() {
        nodes.close();
    }

    @BeforeEach
    void registerTwo() {
        nodes.registerTwo();
    }

    private static OlderClient everyNode() {
        return nodes.everyNode();
    }

    private static OlderClient client(HeliographNode... some) {
        return nodes.client(some);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "raft-health | healthy",
                "raft-leader-hostname | 127.0.0.1",
                "clusters | 127.0.0.31:3306 127.0.0.32:3307",
                "clusters-alias | 127.0.0.31:3306,orders 127.0.0.32:3307,users",
                "all-clusters-masters | 127.0.0.31:3306 127.0.0.32:3307",
                "which-cluster -alias users | 127.0.0.32:3307",
                "which-cluster -i 127.0.0.32:3307 | 127.0.0.32:3307",
                "which-cluster-alias -i 127.0.0.31:3306 | orders",
                "which-cluster-alias -alias orders | orders",
                "which-cluster-master -alias orders | 127.0.0.31:3306",
                "which-cluster-master -i 127.0.0.32:3307 | 127.0.0.32:3307",
                "which-cluster-instances -alias users | 127.0.0.32:3307",
            })
    void when_something_is_asked_then_the_script_and_the_older_form_print_the_same(String command, String words) {
        expectBoth(everyNode(), words.replace(' ', '\n') + "\n", command.split(" "));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "raft-state",
                "raft-peers",
                "raft-status",
                "clusters-info",
                "cluster-info/alias/orders",
                "cluster/alias/orders",
                "masters",
                "master/orders",
                "lb-check",
                "audit-recovery/alias/orders/0"
            })
    void when_any_path_is_asked_for_then_both_print_the_same_line(String path) {
        CliResult script = everyNode().script("api", "-path", path);
        assertThat(script.stdout()).hasLineCount(1);
        expectBoth(everyNode(), script.stdout(), "api", "-path", path);
    }

    @Test
    void when_the_leader_is_anywhere_in_the_list_then_it_is_found() {
        HeliographNode leader = cluster.awaitLeader();
        HeliographNode one = cluster.others(leader).get(0);
        HeliographNode other = cluster.others(leader).get(1);
        for (OlderClient client :
                List.of(client(leader, one, other), client(one, leader, other), client(one, other, leader))) {
            expectBoth(client, leader.httpUri() + "/api\n", "which-api");
        }
        expectBoth(client(one, other), one.httpUri() + "/api\n", "which-api");
        expectBoth(everyNode(), raftAddress(leader) + "\n", "raft-leader");
    }

    private static String raftAddress(HeliographNode node) {
        for (JsonNode member : node.get("/v1/members").orThrow()) {
            if (member.path("id").asText().equals(node.id())) {
                return member.path("raft").asText();
            }
        }
        throw new AssertionError(node + " is not among its members");
    }

    @Test
    void when_masters_are_submitted_then_every_node_delivers_them_as_new_revisions() {
        String users =
                ORDERS.replace("orders", "users").replace("0.0.31", "0.0.32").replace("3306", "3307");
        HeliographNode follower = cluster.others(cluster.awaitLeader()).get(0);
        for (OlderClient client : List.of(everyNode(), client(cluster.awaitLeader()), client(follower))) {
            submits(ORDERS + users, () -> client.script("submit-masters-to-kv-stores"));
            submits(ORDERS, () -> client.script("submit-masters-to-kv-stores", "-alias", "orders"));
        }
        submits(ORDERS + users, () -> everyNode().command("submit-masters-to-kv-stores"));
        submits(ORDERS, () -> everyNode().command("submit-masters-to-kv-stores", "-alias", "orders"));
    }

    private static void submits(String printed, Supplier<CliResult> client) {
        long before = revision();
        expectDone(client.get(), printed);
        assertThat(revision()).isGreaterThan(before);
        long submitted = revision();
        for (HeliographNode node : cluster.nodes()) {
            await(node + " delivers " + submitted)
                    .atMost(DataCentres.SOON)
                    .until(() -> storedRevision(node) >= submitted);
        }
    }

    private static long revision() {
        return cluster.awaitLeader()
                .get("/v1/kv/mysql/master/orders")
                .orThrow()
                .path("revision")
                .asLong();
    }

    private static long storedRevision(HeliographNode node) {
        return node.get("/v1/kv?store=internal&prefix=mysql/master/orders")
                .orThrow()
                .path(0)
                .path("revision")
                .asLong();
    }

    @Test
    void when_another_leader_is_elected_then_it_leads() {
        HeliographNode first = cluster.awaitLeader();
        HeliographNode second = cluster.others(first).get(0);
        expectDone(everyNode().script("raft-elect-leader", "-hostname", second.id()), second.id() + "\n");
        awaitLeader(second);
        expectDone(everyNode().command("raft-elect-leader", "-hostname", first.id()), first.id() + "\n");
        awaitLeader(first);

        expectBothRefused(
                everyNode(),
                1,
                "Cannot yield: no member with a vote is known as nobody",
                "raft-elect-leader",
                "-hostname",
                "nobody");
        assertThat(cluster.awaitLeader()).isEqualTo(first);
    }

    private static void awaitLeader(HeliographNode node) {
        await(node + " leads")
                .atMost(DataCentres.SOON)
                .until(() -> cluster.leader().filter(node::equals).isPresent());
    }

    @Test
    void when_aliases_change_and_clusters_are_forgotten_then_both_say_so_alike() {
        String[] names = {"set-cluster-alias", "-i", "127.0.0.32:3307", "-alias"};
        for (String alias : List.of("people", "users")) {
            String[] arguments =
                    Stream.concat(Stream.of(names), Stream.of(alias)).toArray(String[]::new);
            CliResult result = alias.equals("people")
                    ? everyNode().script(arguments)
                    : everyNode().command(arguments);
            expectDone(result, "Cluster 127.0.0.32:3307 now has alias '" + alias + "'\n");
            expectBoth(everyNode(), alias + "\n", "which-cluster-alias", "-i", "127.0.0.32:3307");
        }
        expectDone(everyNode().script("forget-cluster", "-alias", "users"), "");
        expectDone(everyNode().command("forget-cluster", "-i", "127.0.0.31:3306"), "");
        expectBoth(everyNode(), "", "clusters");
    }

    /** In orchestrator a cluster is named after its master, so scripts print the name; here the name stays. */
    @Test
    void when_a_master_has_changed_then_the_keys_have_it_and_the_name_stays() {
        cluster.awaitLeader()
                .post("/v1/clusters/orders/failover", Map.of("master", "127.0.0.33:3306"))
                .orThrow();
        expectBoth(everyNode(), "127.0.0.33:3306\n127.0.0.32:3307\n", "all-clusters-masters");
        expectBoth(everyNode(), "127.0.0.33:3306\n", "which-cluster-instances", "-alias", "orders");
        expectBoth(everyNode(), "127.0.0.31:3306\n", "which-cluster", "-i", "127.0.0.33:3306");
        expectDone(everyNode().script("which-cluster-master", "-alias", "orders"), "127.0.0.31:3306\n");
        expectDone(everyNode().command("which-cluster-master", "-alias", "orders"), "127.0.0.33:3306\n");
    }
}
