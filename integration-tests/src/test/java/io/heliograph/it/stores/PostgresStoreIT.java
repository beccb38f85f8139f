package io.heliograph.it.stores;

import io.heliograph.it.servers.PostgresServer;
import io.heliograph.it.servers.RealServer;

class PostgresStoreIT extends SqlStoreContract {

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
    String oldColumns() {
        return "(store_key varchar(255) not null primary key, store_value text not null,"
                + " last_updated timestamp not null default current_timestamp)";
    }
}
