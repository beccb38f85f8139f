package io.heliograph.daemon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code -c}: what scripts written for the older client call, and the lines they read. */
class OlderFormTest {

    private static final String CLUSTER = "{\"ClusterName\":\"db1:3306\",\"ClusterAlias\":\"orders\"}";
    private static final String MASTER =
            "{\"Key\":{\"Hostname\":\"db2\",\"Port\":3306},\"ClusterName\":\"db1:3306\",\"ReadOnly\":false}";
    private static final String OK = "{\"Code\":\"OK\",\"Message\":\"done so\",\"Details\":\"dc2\"}";

    private FakeServer server;

    @BeforeEach
    void start() throws Exception {
        server = new FakeServer();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private void expect(String path, String answer, String line, String... printed) {
        server.asked.clear();
        server.answer(200, answer);
        Run.at(server, line.split(" ")).expectDone(printed);
        assertThat(server.asked).containsExactly("GET /api/" + path);
    }

    @Test
    void when_clusters_and_masters_are_asked_for_then_their_names_are_printed() {
        String clusters = "[" + CLUSTER + "," + CLUSTER.replace("orders", "users") + "]";
        expect("clusters-info", clusters, "-c clusters", "db1:3306", "db1:3306");
        expect("clusters-info", clusters, "-c clusters-alias", "db1:3306,orders", "db1:3306,users");
        expect("masters", "[" + MASTER + "]", "-c all-clusters-masters", "db2:3306");
        expect("cluster-info/orders", CLUSTER, "-c which-cluster -alias orders", "db1:3306");
        expect("cluster-info/db1%3A3306", CLUSTER, "-c which-cluster-alias -i db1:3306", "orders");
        expect("master/orders", MASTER, "--command which-cluster-master --alias orders", "db2:3306");
        expect("cluster/orders", "[" + MASTER + "]", "-c which-cluster-instances -alias orders", "db2:3306");
    }

    @Test
    void when_the_older_form_changes_something_then_it_prints_what_the_older_client_prints() {
        expect("forget-cluster/orders", OK, "-c forget-cluster -alias orders");
        expect(
                "set-cluster-alias/db1%3A1?alias=new%20one".replace("%20one", ""),
                OK,
                "-c set-cluster-alias -i db1:1 -alias new",
                "done so");
        expect("raft-yield-hint/dc2", OK, "-c raft-elect-leader -hostname dc2", "dc2");
        expect(
                "submit-masters-to-kv-stores",
                "{\"Code\":\"OK\",\"Details\":[{\"Key\":\"k\",\"Value\":\"v\"}]}",
                "-c submit-masters-to-kv-stores",
                "k:v");
    }

    @Test
    void when_the_leader_and_health_are_asked_for_then_they_are_printed() {
        expect("raft-leader", "\"10.0.0.1:10008\"", "-c raft-leader", "10.0.0.1:10008");
        expect("raft-health", "\"healthy\"", "-c raft-health", "healthy");
        expect(
                "health",
                "{\"Details\":{\"Hostname\":\"me\",\"IsRaftLeader\":true,\"ActiveNode\":{\"Hostname\":\"x\"}}}",
                "-c raft-leader-hostname",
                "me");
        expect(
                "health",
                "{\"Details\":{\"Hostname\":\"me\",\"IsRaftLeader\":false,\"ActiveNode\":{\"Hostname\":\"x\"}}}",
                "-c raft-leader-hostname",
                "x");
        server.answer(200, "\"\"");
        Run.at(server, "-c", "raft-leader").expectFailure(3, "there is no leader");
        server.answer(200, "{\"Details\":{\"ActiveNode\":{\"Hostname\":\"\"}}}");
        Run.at(server, "-c", "raft-leader-hostname").expectFailure(3, "there is no leader");
        server.answer(500, "{\"Code\":\"ERROR\",\"Message\":\"unhealthy\",\"Details\":null}");
        Run.at(server, "-c", "raft-health").expectFailure(1, "unhealthy");
    }

    @Test
    void when_any_path_is_asked_for_then_the_answer_is_on_one_line() {
        expect(
                "raft-status?x=1",
                "{\"a\":[],\"b\":[1,\"two\"],\"c\":{}}",
                "-c api --path /api/raft-status?x=1",
                "{ \"a\": [], \"b\": [ 1, \"two\" ], \"c\": {} }");
        server.answer(200, "{\"a\":1}");
        assertThat(Run.at(server, "-c", "api", "--path", "masters", "-o", "json")
                        .out())
                .isEqualToIgnoringNewLines("{  \"a\" : 1}");
    }

    @Test
    void when_the_older_clients_environment_is_there_then_it_counts_for_the_older_form_only() throws Exception {
        try (FakeServer other = new FakeServer()) {
            server.answer(404, "\"Not leader\"");
            other.answer(200, "\"OK\"");
            String api = server.url() + "/api " + other.url() + "/api";
            Run.with(Map.of("ORCHESTRATOR_API", api), "-c", "which-api").expectDone(other.url() + "/api");
            Run.of("-c", "which-api", "-api", server.url() + "/").expectDone(server.url() + "/api");
            other.answer(404, "\"Not leader\"");
            Run.of("-c", "which-api", "-U", api).expectFailure(3, "leads or knows who does");
            other.authorizations.clear();
            other.answer(200, "[]");
            Map<String, String> environment = Map.of(
                    "ORCHESTRATOR_API", other.url(),
                    "ORCHESTRATOR_AUTH_USER", "me",
                    "ORCHESTRATOR_AUTH_PASSWORD", "pass",
                    "HELIOGRAPH_ENDPOINTS", "");
            Run.with(environment, "-c", "clusters").expectDone();
            assertThat(other.authorizations).containsExactly("Basic bWU6cGFzcw==");
            Run.with(environment, "cluster", "list", "-e", other.url());
            assertThat(other.authorizations).last().isEqualTo("");
        }
    }

    /** The older client asks for the leader first, too, with a second for each node. */
    @Test
    void when_a_node_of_a_list_hangs_then_the_leader_is_asked_and_nothing_is_left_open() throws Exception {
        try (ServerSocket hanging = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            String list = "http://127.0.0.1:" + hanging.getLocalPort() + " " + server.url();
            server.answer(200, "[]").answerAt("/api/leader-check", "\"OK\"");
            Run.of("-c", "clusters", "-U", list).expectDone();
            server.answer(200, OK);
            Run.of("-c", "forget-cluster", "-alias", "orders", "-U", list).expectDone();
            assertThat(server.asked)
                    .containsExactly(
                            "GET /api/leader-check", "GET /api/clusters-info",
                            "GET /api/leader-check", "GET /api/forget-cluster/orders");
        }
    }

    @Test
    void when_nobody_of_a_list_leads_then_all_are_asked_in_turn() throws Exception {
        try (FakeServer other = new FakeServer()) {
            String list = server.url() + " " + other.url();
            String refusal = "{\"Code\":\"ERROR\",\"Message\":\"not leader\",\"Details\":null}";
            server.answer(500, refusal);
            other.answer(500, refusal);
            Run.of("-c", "submit-masters-to-kv-stores", "-U", list).expectFailure(3, "not leader");
            assertThat(server.asked).last().isEqualTo("GET /api/submit-masters-to-kv-stores");
            assertThat(other.asked).last().isEqualTo("GET /api/submit-masters-to-kv-stores");
        }
    }

    @Test
    void when_a_password_is_an_argument_then_it_is_refused_and_not_repeated() {
        for (String option : new String[] {"-b", "-auth", "--auth"}) {
            Run run = Run.at(server, "-c", "clusters", option, "me:sesame");
            run.expectFailure(2, "-b is not taken, for others could read the password; set ORCHESTRATOR_AUTH_USER");
            assertThat(run.err()).doesNotContain("sesame");
        }
        assertThat(server.asked).isEmpty();
    }

    @Test
    void when_something_is_missing_then_it_is_named() {
        Run.of("-c", "which-cluster").expectFailure(2, "-c which-cluster needs -alias or -i");
        Run.of("-c", "set-cluster-alias", "-i", "a").expectFailure(2, "-c set-cluster-alias needs -alias");
        Run.of("-c", "raft-elect-leader").expectFailure(2, "needs --hostname");
        Run.of("-c", "api").expectFailure(2, "needs --path");
        Run.of("-c", "api", "--path", "a b", "-e", server.url()).expectFailure(2, "'/api/a b' is not a path");
    }
}
