package io.heliograph.it.centres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.heliograph.it.daemon.HeliographCluster;
import io.heliograph.it.daemon.HeliographNode;
import io.heliograph.it.daemon.Stores;
import io.heliograph.it.servers.ConsulServer;
import io.heliograph.it.servers.MariaDbServer;
import io.heliograph.it.servers.PostgresServer;
import io.heliograph.it.servers.ZooKeeperServer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import org.apache.zookeeper.ZooKeeper;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What people change in the stores by hand is put right, or shown. */
@Timeout(240)
class DriftIT {

    private static final String HEAD = "mysql/master/drift";
    private static final String PORT = HEAD + "/port";

    private static ConsulServer consul;
    private static ConsulServer watched;
    private static ConsulServer leading;
    private static ZooKeeperServer zookeeper;
    private static MariaDbServer mariadb;
    private static PostgresServer postgres;
    private static HeliographCluster cluster;
    private static HeliographNode node;

    @BeforeAll
    static void start() {
        consul = ConsulServer.start("dc1");
        watched = ConsulServer.start("watched");
        leading = ConsulServer.start("leading");
        zookeeper = ZooKeeperServer.start();
        mariadb = MariaDbServer.start();
        postgres = PostgresServer.start();
        cluster = HeliographCluster.builder()
                .nodes("dc1")
                .storeFor("dc1", often(Stores.consul("consul", consul), "repair"))
                .storeFor("dc1", often(Stores.consul("watched", watched), "alert"))
                .storeFor("dc1", often(Stores.consul("leading", leading), "adopt"))
                .storeFor("dc1", often(Stores.zookeeper("zk", zookeeper), "repair"))
                .storeFor("dc1", often(Stores.jdbc("maria", mariadb), "repair"))
                .storeFor("dc1", often(Stores.jdbc("pg", postgres), "repair"))
                .start();
        node = cluster.awaitLeader();
        node.put("/v1/clusters/drift", Map.of("master", "127.0.0.21:3306")).orThrow();
        await().atMost(DataCentres.SOON).until(() -> store("pending") == 0);
    }

    @AfterAll
    static void stop() throws Exception {
        for (AutoCloseable each :
                new AutoCloseable[] {cluster, consul, watched, leading, zookeeper, mariadb, postgres}) {
            if (each != null) {
                each.close();
            }
        }
    }

    private static Map<String, Object> often(Map<String, Object> store, String policy) {
        store.put("verify-interval", "1s");
        store.put("drift", policy);
        return store;
    }

    /** A number of all stores together. */
    private static int store(String field) {
        int sum = 0;
        for (var store : node.get("/v1/node").orThrow().path("stores")) {
            sum += store.path(field).asInt();
        }
        return sum;
    }

    private static void execute(String url, String user, String password, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url, user, password);
                Statement statement = connection.createStatement()) {
            assertThat(statement.executeUpdate(sql)).as(sql).isPositive();
        }
    }

    private static String stored(String store) {
        String found = "";
        for (var entry : node.get("/v1/kv?store=" + store + "&prefix=" + PORT).orThrow()) {
            found += entry.path("value").asText();
        }
        return found;
    }

    private static void awaitPort(String store) {
        await(store).atMost(DataCentres.SOON).until(() -> stored(store).equals("3306"));
    }

    private static String metric(String line) {
        return node.get("/metrics")
                .body()
                .asText()
                .lines()
                .filter(each -> each.startsWith(line))
                .findFirst()
                .orElse("none");
    }

    @Test
    void when_keys_are_deleted_by_hand_then_they_come_back_in_every_store() throws Exception {
        consul.delete(PORT);
        try (ZooKeeper client = new ZooKeeper(zookeeper.connectString(), 10_000, event -> {})) {
            await().atMost(DataCentres.SOON).until(() -> client.getState().isConnected());
            client.delete("/" + PORT, -1);
        }
        String delete = "delete from kv_store where store_key = '" + PORT + "'";
        execute(mariadb.jdbcUrl(), mariadb.user(), mariadb.password(), delete);
        execute(postgres.jdbcUrl(), postgres.user(), postgres.password(), delete);

        for (String store : new String[] {"consul", "zk", "maria", "pg"}) {
            awaitPort(store);
        }
        assertThat(metric("heliograph_drift_repairs_total{store=\"consul\"}")).isNotEqualTo("none");
    }

    @Test
    void when_values_are_changed_by_hand_then_they_are_put_right_in_every_store() throws Exception {
        consul.put(PORT, "1");
        try (ZooKeeper client = new ZooKeeper(zookeeper.connectString(), 10_000, event -> {})) {
            await().atMost(DataCentres.SOON).until(() -> client.getState().isConnected());
            client.setData("/" + PORT, "1".getBytes(StandardCharsets.UTF_8), -1);
        }
        String update = "update kv_store set store_value = '1' where store_key = '" + PORT + "'";
        execute(mariadb.jdbcUrl(), mariadb.user(), mariadb.password(), update);
        execute(postgres.jdbcUrl(), postgres.user(), postgres.password(), update);

        for (String store : new String[] {"consul", "zk", "maria", "pg"}) {
            awaitPort(store);
        }
    }

    @Test
    void when_a_store_is_only_watched_then_a_hand_edit_stays_and_is_shown_until_the_next_failover() {
        watched.put(PORT, "1");

        await().atMost(DataCentres.SOON).until(() -> store("drifted") == 1);
        assertThat(stored("watched")).isEqualTo("1");
        assertThat(metric("heliograph_store_drifted{store=\"watched\"}"))
                .isEqualTo("heliograph_store_drifted{store=\"watched\"} 1.0");

        node.post("/v1/clusters/drift/submit", Map.of()).orThrow();
        awaitPort("watched");
        await().atMost(DataCentres.SOON).until(() -> store("drifted") == 0);
    }

    @Test
    void when_a_store_leads_then_a_hand_edit_becomes_the_master_everywhere_and_all_else_is_put_right() {
        String head = "mysql/master/led";
        node.put("/v1/clusters/led", Map.of("master", "127.0.0.31:3306")).orThrow();
        node.put("/v1/kv/feature/led", Map.of("value", "off")).orThrow();
        await().atMost(DataCentres.SOON).until(() -> store("pending") == 0);

        leading.put(head, "127.0.0.32:3307");
        leading.put("feature/led", "on");

        await().atMost(DataCentres.SOON).untilAsserted(() -> assertThat(consul.list(head))
                .containsEntry(head, "127.0.0.32:3307")
                .containsEntry(head + "/port", "3307"));
        await().atMost(DataCentres.SOON)
                .untilAsserted(() -> assertThat(leading.list(head)).containsEntry(head + "/port", "3307"));
        await().atMost(DataCentres.SOON).until(() -> leading.get("feature/led").orElse(""), "off"::equals);
        assertThat(node.get("/v1/failovers").orThrow().path(0).path("reason").asText())
                .isEqualTo("changed by hand in leading of dc1");

        leading.put(head, "no master");
        leading.delete("feature/led");
        await().atMost(DataCentres.SOON).until(() -> leading.get(head).orElse(""), "127.0.0.32:3307"::equals);
        await().atMost(DataCentres.SOON).until(() -> leading.get("feature/led").orElse(""), "off"::equals);
    }
}
