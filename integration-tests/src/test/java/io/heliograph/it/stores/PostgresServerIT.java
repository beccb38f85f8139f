package io.heliograph.it.stores;

import io.heliograph.it.servers.PostgresServer;
import io.heliograph.it.servers.RealServer;
import java.sql.SQLException;

class PostgresServerIT extends SqlServerContract {

    private final PostgresServer database = PostgresServer.start();

    @Override
    RealServer server() {
        return database;
    }

    @Override
    SqlTable hand() {
        return new SqlTable(database.jdbcUrl(), database.user(), database.password());
    }

    @Override
    String heading() {
        return "PostgreSQL";
    }

    /** Counts for sessions that begin from now on, and for as long as they last. */
    @Override
    void setReadOnly(boolean readOnly) throws SQLException {
        String url = database.jdbcUrl() + "?options=-c%20default_transaction_read_only=off";
        new SqlTable(url, database.user(), database.password())
                .run("alter role " + DocumentedSql.USER + " set default_transaction_read_only = "
                        + (readOnly ? "on" : "off"));
    }

    @Override
    String countSessions() {
        return "select count(*) from pg_stat_activity where usename = '" + DocumentedSql.USER + "'";
    }
}
