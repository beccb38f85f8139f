package io.heliograph.it.hands;

import io.heliograph.it.daemon.Stores;
import io.heliograph.it.servers.ConsulServer.Stored;
import io.heliograph.it.servers.MariaDbServer;
import io.heliograph.it.servers.PostgresServer;
import io.heliograph.it.servers.RealServer;
import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A database, and its administrator. */
public final class SqlHand implements StoreHand {

    private final String name;
    private final RealServer server;
    private final String url;
    private final Map<String, Object> config;

    private SqlHand(String name, RealServer server, String url, Map<String, Object> config) {
        this.name = name;
        this.server = server;
        this.url = url;
        this.config = config;
    }

    public static SqlHand mariaDb(String name) {
        MariaDbServer server = MariaDbServer.start();
        return new SqlHand(name, server, server.jdbcUrl(), Stores.jdbc(name, server));
    }

    public static SqlHand postgres(String name) {
        PostgresServer server = PostgresServer.start();
        return new SqlHand(name, server, server.jdbcUrl(), Stores.jdbc(name, server));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public RealServer server() {
        return server;
    }

    @Override
    public int port() {
        return URI.create(url.substring("jdbc:".length())).getPort();
    }

    @Override
    public Map<String, Object> config(int throughPort) {
        Map<String, Object> through = new TreeMap<>(config);
        through.put("url", url.replace(":" + port() + "/", ":" + throughPort + "/"));
        return through;
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection(
                url, String.valueOf(config.get("user")), String.valueOf(config.get("password")));
    }

    @Override
    public Map<String, Stored> entries(String head) throws SQLException {
        Map<String, Stored> found = new TreeMap<>();
        for (Copy row : rows(" where store_key = '" + head + "' or store_key like '" + head + "/%'")) {
            found.put(row.place(), new Stored(row.value(), row.number(), 0));
        }
        return found;
    }

    @Override
    public Source source(String head) {
        return SqlSource.server(url, String.valueOf(config.get("user")), String.valueOf(config.get("password")), head);
    }

    @Override
    public List<Copy> backUp() throws SQLException {
        return rows("");
    }

    private List<Copy> rows(String where) throws SQLException {
        List<Copy> rows = new ArrayList<>();
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet result =
                        statement.executeQuery("select store_key, store_value, revision from kv_store" + where)) {
            while (result.next()) {
                rows.add(new Copy(result.getString(1), result.getString(2), result.getLong(3)));
            }
        }
        return rows;
    }

    @Override
    public void restore(List<Copy> backup) throws SQLException {
        try (Connection connection = connect()) {
            connection.setAutoCommit(false);
            delete(connection, "delete from kv_store");
            insert(connection, backup);
            connection.commit();
        }
    }

    @Override
    public void putBack(List<Copy> backup) throws SQLException {
        try (Connection connection = connect()) {
            connection.setAutoCommit(false);
            for (Copy copy : backup) {
                delete(connection, "delete from kv_store where store_key = '" + copy.place() + "'");
            }
            insert(connection, backup);
            connection.commit();
        }
    }

    private static void insert(Connection connection, List<Copy> backup) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "insert into kv_store (store_key, store_value, last_updated, revision) values (?, ?, current_timestamp, ?)")) {
            for (Copy copy : backup) {
                insert.setString(1, copy.place());
                insert.setString(2, copy.value());
                insert.setLong(3, copy.number());
                insert.executeUpdate();
            }
        }
    }

    @Override
    public void wipe() throws SQLException {
        try (Connection connection = connect()) {
            delete(connection, "delete from kv_store");
        }
    }

    private static void delete(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate(sql);
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
