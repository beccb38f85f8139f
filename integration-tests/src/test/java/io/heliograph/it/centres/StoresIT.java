package io.heliograph.it.centres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.heliograph.it.daemon.HeliographCluster;
import io.heliograph.it.daemon.HeliographNode;
import io.heliograph.it.daemon.HttpAnswer;
import io.heliograph.it.daemon.Stores;
import io.heliograph.it.servers.ConsulServer;
import io.heliograph.it.servers.MariaDbServer;
import io.heliograph.it.servers.PostgresServer;
import io.heliograph.it.servers.ZooKeeperServer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.ZooKeeper;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A master reaches every kind of store of every data centre, by every door. */
@Timeout(240)
class StoresIT {

    private static ZooKeeperServer zookeeper;
    private static MariaDbServer mariadb;
    private static PostgresServer postgres;
    private static DataCentres centres;

    @BeforeAll
    static void start() {
        zookeeper = ZooKeeperServer.start();
        mariadb = MariaDbServer.start();
        postgres = PostgresServer.start();
        centres = DataCentres.start(builder -> builder.storeFor("dc1", Stores.zookeeper("zk", zookeeper))
                .storeFor("dc2", Stores.jdbc("maria", mariadb))
                .storeFor("dc3", Stores.jdbc("pg", postgres)));
    }

    @AfterAll
    static void stop() {
        for (AutoCloseable each : new AutoCloseable[] {centres, zookeeper, mariadb, postgres}) {
            try {
                if (each != null) {
                    each.close();
                }
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }

    @Test
    void when_a_group_is_rebuilt_over_a_store_of_the_old_one_then_its_first_write_is_newer() {
        try (ConsulServer consul = ConsulServer.start("rebuilt")) {
            for (String master : List.of("127.0.0.31:3306", "127.0.0.32:3306")) {
                try (HeliographCluster cluster = HeliographCluster.builder()
                        .nodes("dc1")
                        .storeFor("dc1", Stores.consul("consul", consul))
                        .start()) {
                    HeliographNode node = cluster.awaitLeader();
                    for (int i = 0; i < 20; i++) {
                        node.put("/v1/kv/filler", Map.of("value", "to come to a higher index first " + master + i));
                    }
                    node.put("/v1/clusters/rebuilt", Map.of("master", master)).orThrow();
                    await().atMost(DataCentres.SOON).untilAsserted(() -> assertThat(consul.list("mysql/master/rebuilt"))
                            .containsEntry("mysql/master/rebuilt", master));
                }
            }
        }
    }

    @Test
    void when_the_old_group_left_nothing_but_a_deletion_then_the_first_write_of_the_next_is_newer() {
        String head = "mysql/master/gone";
        try (ConsulServer consul = ConsulServer.start("deleted")) {
            for (String master : List.of("127.0.0.33:3306", "127.0.0.34:3306")) {
                try (HeliographCluster cluster = HeliographCluster.builder()
                        .nodes("dc1")
                        .storeFor("dc1", Stores.consul("consul", consul))
                        .start()) {
                    HeliographNode node = cluster.awaitLeader();
                    node.put("/v1/clusters/gone", Map.of("master", master)).orThrow();
                    await().atMost(DataCentres.SOON)
                            .untilAsserted(() -> assertThat(consul.list(head)).containsEntry(head, master));
                    node.delete("/v1/clusters/gone?deleteKeys=true").orThrow();
                    await().atMost(DataCentres.SOON)
                            .untilAsserted(() -> assertThat(consul.list(head)).isEmpty());
                }
            }
        }
    }

    private static Map<String, String> fiveKeys(String alias, String host, int port, String ipv4, String ipv6) {
        String head = "mysql/master/" + alias;
        return new TreeMap<>(Map.of(
                head,
                host + ":" + port,
                head + "/hostname",
                host,
                head + "/port",
                Integer.toString(port),
                head + "/ipv4",
                ipv4,
                head + "/ipv6",
                ipv6));
    }

    private static void awaitEverywhere(String alias, Map<String, String> keys) {
        String head = "mysql/master/" + alias;
        for (String id : DataCentres.IDS) {
            await(id).atMost(DataCentres.SOON).untilAsserted(() -> assertThat(
                            centres.consul(id).list(head))
                    .isEqualTo(keys));
            await(id).atMost(DataCentres.SOON).untilAsserted(() -> assertThat(internal(id, head))
                    .isEqualTo(keys));
        }
        await("zookeeper").atMost(DataCentres.SOON).untilAsserted(() -> assertThat(inZooKeeper(keys))
                .isEqualTo(keys));
        await("mariadb").atMost(DataCentres.SOON).untilAsserted(() -> assertThat(
                        inTable(mariadb.jdbcUrl(), mariadb.user(), mariadb.password(), head))
                .isEqualTo(keys));
        await("postgres").atMost(DataCentres.SOON).untilAsserted(() -> assertThat(
                        inTable(postgres.jdbcUrl(), postgres.user(), postgres.password(), head))
                .isEqualTo(keys));
    }

    private static Map<String, String> internal(String id, String head) {
        Map<String, String> found = new TreeMap<>();
        centres.node(id)
                .get("/v1/kv?store=internal&prefix=" + head)
                .orThrow()
                .forEach(entry -> found.put(
                        entry.path("key").asText(), entry.path("value").asText()));
        return found;
    }

    private static Map<String, String> inZooKeeper(Map<String, String> keys) throws Exception {
        Map<String, String> found = new TreeMap<>();
        try (ZooKeeper client = new ZooKeeper(zookeeper.connectString(), 10_000, event -> {})) {
            await().atMost(DataCentres.SOON).until(() -> client.getState().isConnected());
            for (String key : keys.keySet()) {
                try {
                    found.put(key, new String(client.getData("/" + key, false, null), StandardCharsets.UTF_8));
                } catch (KeeperException.NoNodeException e) {
                    // not there yet
                }
            }
        }
        return found;
    }

    private static Map<String, String> inTable(String url, String user, String password, String head)
            throws SQLException {
        Map<String, String> found = new TreeMap<>();
        try (Connection connection = DriverManager.getConnection(url, user, password);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select store_key, store_value from kv_store"
                        + " where store_key = '" + head + "' or store_key like '" + head + "/%'")) {
            while (rows.next()) {
                found.put(rows.getString(1), rows.getString(2));
            }
        }
        return found;
    }

    @Test
    void when_a_master_is_registered_and_fails_over_then_every_store_holds_its_five_keys() {
        centres.register("orders", "127.0.0.21:3306");
        awaitEverywhere("orders", fiveKeys("orders", "127.0.0.21", 3306, "127.0.0.21", ""));

        centres.failover("orders", "127.0.0.22:3307");
        awaitEverywhere("orders", fiveKeys("orders", "127.0.0.22", 3307, "127.0.0.22", ""));
    }

    @Test
    void when_a_host_does_not_resolve_then_its_addresses_are_empty() {
        centres.register("lost", "no-such-host.invalid:3306");

        awaitEverywhere("lost", fiveKeys("lost", "no-such-host.invalid", 3306, "", ""));
    }

    @Test
    void when_a_follower_is_asked_then_the_leader_writes_and_the_answer_is_the_same() {
        HeliographNode leader = centres.cluster.awaitLeader();
        HeliographNode follower = centres.cluster.others(leader).get(0);

        HttpAnswer answer = follower.put("/v1/clusters/viafollower", Map.of("master", "127.0.0.23:3306"));

        assertThat(answer.orThrow().path("outcome").asText()).isEqualTo("committed");
        assertThat(answer.body().path("entries")).hasSize(5);
        awaitEverywhere("viafollower", fiveKeys("viafollower", "127.0.0.23", 3306, "127.0.0.23", ""));
    }

    @Test
    void when_masters_are_submitted_by_the_older_path_and_command_then_stores_get_them_again() {
        centres.register("again", "127.0.0.24:3306");
        Map<String, String> keys = fiveKeys("again", "127.0.0.24", 3306, "127.0.0.24", "");
        awaitEverywhere("again", keys);
        String head = "mysql/master/again";
        long before = flags("dc2", head);
        HeliographNode follower =
                centres.cluster.others(centres.cluster.awaitLeader()).get(0);

        HttpAnswer one = follower.get("/api/submit-masters-to-kv-stores/again");
        assertThat(one.orThrow().path("Message").asText()).isEqualTo("Submitted 5 masters");
        await().atMost(DataCentres.SOON).until(() -> flags("dc2", head) > before);

        HttpAnswer all = follower.get("/api/submit-masters-to-kv-stores");
        assertThat(all.orThrow().path("Details").findValuesAsText("Key")).contains(head, head + "/ipv6");
        assertThat(centres.cluster
                        .cli(
                                "-c",
                                "submit-masters-to-kv-stores",
                                "-alias",
                                "again",
                                "-e",
                                follower.httpUri().toString())
                        .stdout())
                .contains(head + ":127.0.0.24:3306");
        awaitEverywhere("again", keys);
    }

    private static long flags(String id, String head) {
        return centres.consul(id).entries(head).get(head).flags();
    }

    @Test
    void when_failover_expects_another_master_then_409_names_the_actual_one_and_nothing_changes() {
        centres.register("guarded", "127.0.0.25:3306");
        HeliographNode leader = centres.cluster.awaitLeader();

        HttpAnswer answer = leader.post(
                "/v1/clusters/guarded/failover", Map.of("master", "127.0.0.26:3306", "expected", "127.0.0.99:3306"));

        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.body().path("actual").asText()).isEqualTo("127.0.0.25:3306");
        assertThat(leader.get("/v1/clusters/guarded").orThrow().path("master").asText())
                .isEqualTo("127.0.0.25:3306");
    }

    @Test
    void when_input_is_bad_then_the_answer_says_what_is_wrong_and_nothing_is_written() {
        HeliographNode leader = centres.cluster.awaitLeader();
        // the very first write chooses the epoch, which takes entries of its own
        leader.put("/v1/kv/first", Map.of("value", "1")).orThrow();
        long before = leader.status().orElseThrow().path("commitIndex").asLong();

        for (Map.Entry<String, HttpAnswer> each : List.of(
                Map.entry("port 0 is not between", leader.put("/v1/clusters/bad", Map.of("master", "db1:0"))),
                Map.entry("is not host:port", leader.put("/v1/clusters/bad", Map.of("master", "db1"))),
                Map.entry("'?' (U+003F)", leader.put("/v1/clusters/b%3Fd", Map.of("master", "db1:3306"))),
                Map.entry("should be a JSON object", leader.put("/v1/clusters/bad", List.of("db1:3306"))),
                Map.entry("too large", leader.put("/v1/kv/big", Map.of("value", "x".repeat(600 * 1024)))),
                Map.entry("too long", leader.put("/v1/kv/" + "k".repeat(600), Map.of("value", "x"))),
                Map.entry(
                        "no cluster has the alias 'nobody'",
                        leader.post("/v1/clusters/nobody/failover", Map.of("master", "db1:3306"))))) {
            assertThat(each.getValue().status()).as(each.getKey()).isBetween(400, 499);
            assertThat(each.getValue().body().path("detail").asText()).contains(each.getKey());
        }
        long after = leader.status().orElseThrow().path("commitIndex").asLong();
        // the unknown alias is found out by the state machine: that command is in the log and wrote nothing
        assertThat(after - before).isLessThanOrEqualTo(1);
        assertThat(leader.get("/v1/clusters/bad").status()).isEqualTo(404);
    }
}
