package io.heliograph.it.stores;

import io.heliograph.it.servers.MariaDbServer;
import io.heliograph.it.servers.RealServer;
import java.sql.SQLException;

class MariaDbServerIT extends SqlServerContract {

    private final MariaDbServer database = MariaDbServer.start();

    @Override
    RealServer server() {
        return database;
    }

    @Override
    SqlTable hand() {
        return new SqlTable(database.jdbcUrl(), database.administrator(), database.password());
    }

    @Override
    String heading() {
        return "MariaDB and MySQL";
    }

    @Override
    void setReadOnly(boolean readOnly) throws SQLException {
        hand().run("set global read_only = " + (readOnly ? 1 : 0));
    }

    @Override
    String countSessions() {
        return "select count(*) from information_schema.processlist where user = '" + DocumentedSql.USER + "'";
    }
}
