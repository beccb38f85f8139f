package io.heliograph.it.servers;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;

/** What the two database servers share: one database and one account for the tests. */
final class Databases {
    static final String NAME = "heliograph";
    static final String USER = "heliograph";
    static final String PASSWORD = "only-for-tests";

    private Databases() {}

    /** Creates and drops a table: the database takes writes. */
    static boolean takesWrites(String url) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url, USER, PASSWORD);
                Statement statement = connection.createStatement()) {
            statement.setQueryTimeout(5);
            statement.execute("create table if not exists heliograph_is_ready (id int)");
            statement.execute("drop table heliograph_is_ready");
            return true;
        }
    }
}
