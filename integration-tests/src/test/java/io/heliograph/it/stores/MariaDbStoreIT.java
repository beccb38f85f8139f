package io.heliograph.it.stores;

import io.heliograph.it.servers.MariaDbServer;
import io.heliograph.it.servers.RealServer;

class MariaDbStoreIT extends SqlStoreContract {

    private final MariaDbServer database = MariaDbServer.start();

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
        return "(store_key varchar(255) character set ascii not null, store_value text character set utf8 not null,"
                + " last_updated timestamp not null default current_timestamp, primary key (store_key))"
                + " engine = InnoDB";
    }
}
