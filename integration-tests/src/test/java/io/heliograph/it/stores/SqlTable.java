package io.heliograph.it.stores;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** The hand of a database administrator. */
record SqlTable(String url, String user, String password) {

    void run(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url, user, password);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** The number in the first column of the first row. */
    long number(String query) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url, user, password);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    /** Writes as orchestrator does, which knows of no revision. */
    void put(String table, String key, String value) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url, user, password);
                PreparedStatement update =
                        connection.prepareStatement("update " + table + " set store_value = ? where store_key = ?")) {
            update.setString(1, value);
            update.setString(2, key);
            if (update.executeUpdate() == 0) {
                insert(connection, table, key, value);
            }
        }
    }

    private static void insert(Connection connection, String table, String key, String value) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "insert into " + table + " (store_key, store_value, last_updated) values (?, ?, current_timestamp)")) {
            statement.setString(1, key);
            statement.setString(2, value);
            statement.executeUpdate();
        }
    }
}
