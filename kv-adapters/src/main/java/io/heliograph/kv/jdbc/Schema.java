package io.heliograph.kv.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/**
 * Makes sure, once, that the table is there and has a revision column. A table that is complete is only looked at, so
 * a user without the right to create tables will do.
 */
final class Schema {

    private final Dialect dialect;
    private final String table;
    private volatile boolean known;

    Schema(Dialect dialect, String table) {
        this.dialect = dialect;
        this.table = table;
    }

    /** Leaves {@code connection} in auto-commit mode, in which it has to come. */
    void ensure(Connection connection) throws SQLException {
        if (known) {
            return;
        }
        if (!isComplete(connection)) {
            SQLException refused = attempt(connection, dialect.createTable(table));
            if (!isComplete(connection)) {
                SQLException upgrade = attempt(connection, dialect.upgradeTable(table));
                if (!isComplete(connection)) {
                    throw refused != null ? refused : upgrade != null ? upgrade : new SQLException("no table " + table);
                }
            }
        }
        known = true;
    }

    /** To be called when a statement failed: the table may have been dropped. */
    void forget() {
        known = false;
    }

    private boolean isComplete(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement
                    .executeQuery(
                            "select store_key, store_value, last_updated, revision from " + table + " where 1 = 0")
                    .close();
            return true;
        } catch (SQLException e) {
            if (SqlFailure.isConnectionLoss(e)) {
                throw e;
            }
            return false;
        }
    }

    /** Returns the failure instead of throwing it: another node may just have done the same. */
    private static @Nullable SQLException attempt(Connection connection, String ddl) {
        try (Statement statement = connection.createStatement()) {
            statement.execute(ddl);
            return null;
        } catch (SQLException e) {
            return e;
        }
    }
}
