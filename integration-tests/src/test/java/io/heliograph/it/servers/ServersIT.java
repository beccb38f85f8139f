package io.heliograph.it.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryOneTime;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The harness itself: each server starts, keeps a value over kill -9, hangs when paused and comes back. */
@Timeout(180)
class ServersIT {
    @Test
    void consul_keeps_a_value_over_pause_and_kill() {
        try (ConsulServer consul = ConsulServer.start("dc1")) {
            consul.put("mysql/master/a key/hostname", "db1");
            assertThat(consul.get("mysql/master/a key/hostname")).contains("db1");
            assertThat(consul.get("mysql/master/none")).isEmpty();
            assertThat(consul.list("mysql/")).containsOnlyKeys("mysql/master/a key/hostname");

            consul.pause();
            consul.resume();
            assertThat(consul.get("mysql/master/a key/hostname")).contains("db1");

            consul.stop();
            assertThatThrownBy(() -> consul.get("mysql/master/a key/hostname"))
                    .hasMessageContaining("ConnectException");
            consul.restart();
            assertThat(consul.entries("").get("mysql/master/a key/hostname"))
                    .satisfies(stored -> assertThat(stored.modifyIndex()).isPositive())
                    .satisfies(stored -> assertThat(stored.flags()).isZero())
                    .satisfies(stored -> assertThat(stored.value()).isEqualTo("db1"));
            consul.delete("mysql/master/a key/hostname");
            assertThat(consul.list("")).isEmpty();
        }
    }

    @Test
    void zookeeper_keeps_a_value_over_pause_and_kill() throws Exception {
        try (ZooKeeperServer zookeeper = ZooKeeperServer.start();
                CuratorFramework client = CuratorFrameworkFactory.newClient(
                        zookeeper.connectString(), 5_000, 5_000, new RetryOneTime(1_000))) {
            client.start();
            client.create().forPath("/a", "one".getBytes(StandardCharsets.UTF_8));

            zookeeper.pause();
            zookeeper.resume();
            zookeeper.restart();

            Awaitility.await().atMost(Duration.ofSeconds(30)).ignoreExceptions().untilAsserted(() -> assertThat(
                            client.getData().forPath("/a"))
                    .asString()
                    .isEqualTo("one"));
        }
    }

    @Test
    void mariadb_keeps_a_row_over_pause_and_kill() throws SQLException {
        try (MariaDbServer mariadb = MariaDbServer.start()) {
            keepsARow(mariadb, mariadb.jdbcUrl() + "?socketTimeout=2000", mariadb.user(), mariadb.password());
        }
    }

    @Test
    void postgres_keeps_a_row_over_pause_and_kill() throws SQLException {
        try (PostgresServer postgres = PostgresServer.start()) {
            keepsARow(postgres, postgres.jdbcUrl() + "?socketTimeout=2", postgres.user(), postgres.password());
        }
    }

    private static void keepsARow(RealServer server, String url, String user, String password) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url, user, password);
                Statement statement = connection.createStatement()) {
            statement.execute("create table kept (v varchar(10))");
            statement.execute("insert into kept values ('one')");
            server.pause();
            assertThatThrownBy(() -> statement.executeQuery("select v from kept"))
                    .isInstanceOf(SQLException.class);
            server.resume();
        }
        server.stop();
        assertThatThrownBy(() -> DriverManager.getConnection(url, user, password))
                .isInstanceOf(SQLException.class);
        server.restart();
        try (Connection connection = DriverManager.getConnection(url, user, password);
                Statement statement = connection.createStatement();
                ResultSet kept = statement.executeQuery("select v from kept")) {
            assertThat(kept.next()).isTrue();
            assertThat(kept.getString(1)).isEqualTo("one");
        }
    }
}
