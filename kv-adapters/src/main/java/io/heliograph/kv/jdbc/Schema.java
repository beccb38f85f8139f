package io.heliograph.kv.jdbc;

import io.heliograph.kv.Causes;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Makes sure, once, that the table is there and has a revision column. A table that is complete is only looked at, so
 * a user without the right to create tables will do.
 */
final class Schema {

    /** An SQL state of those that are refusals: trying again at once is no use. */
    private static final String NOT_AS_IT_HAS_TO_BE = "44000";

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
        if (look(connection) != null) {
            SQLException making = attempt(connection, dialect.createTable(table));
            if (look(connection) != null) {
                SQLException upgrading = attempt(connection, dialect.upgradeTable(table));
                SQLException looking = look(connection);
                if (looking != null) {
                    throw failure(looking, making != null ? making : upgrading);
                }
            }
        }
        Optional<String> flaw = flaw(connection);
        if (flaw.isPresent()) {
            throw new SQLException("table " + table + " cannot be used: " + flaw.get(), NOT_AS_IT_HAS_TO_BE);
        }
        known = true;
    }

    private Optional<String> flaw(Connection connection) throws SQLException {
        Optional<String> query = dialect.flaws(table);
        if (query.isEmpty()) {
            return query;
        }
        try (Statement statement = connection.createStatement();
                ResultSet lines = statement.executeQuery(query.get())) {
            return lines.next() ? Optional.of(lines.getString(1)) : Optional.empty();
        }
    }

    /** To be called when a statement failed: the table may have been dropped. */
    void forget() {
        known = false;
    }

    /** Has the state of the attempt to make the table: that is what has to succeed the next time. */
    private SQLException failure(SQLException looking, @Nullable SQLException making) {
        String line = "table " + table + " cannot be used: " + Causes.oneLine(looking);
        return making == null
                ? new SQLException(line, looking)
                : new SQLException(line + "; it can neither be made nor changed", making);
    }

    /** Why the table is not as it has to be; null when it is. */
    private @Nullable SQLException look(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement
                    .executeQuery(
                            "select store_key, store_value, last_updated, revision from " + table + " where 1 = 0")
                    .close();
            return null;
        } catch (SQLException e) {
            if (SqlFailure.isConnectionLoss(e)) {
                throw e;
            }
            return e;
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
