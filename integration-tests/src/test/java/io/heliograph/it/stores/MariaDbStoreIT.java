package io.heliograph.it.stores;

import static io.heliograph.it.stores.WriteSets.single;
import static org.assertj.core.api.Assertions.assertThat;

import io.heliograph.it.servers.MariaDbServer;
import io.heliograph.it.servers.RealServer;
import io.heliograph.kv.StoreAdapter;
import io.heliograph.kv.StoreResult;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            textBlock =
                    """
                    collate utf8mb4_general_ci; InnoDB; column store_key has the collation utf8mb4_general_ci, and needs one that ends with _bin
                    collate utf8mb4_bin; MyISAM; the engine MyISAM has no transactions
                    collate utf8mb4_bin; InnoDB; ''
                    """)
    void when_somebody_made_a_table_that_cannot_hold_our_keys_then_it_is_refused(
            String collation, String engine, String flaw) throws Exception {
        deliver(single("flawed/first", "1", 7));
        hand().run("drop table kv_store");
        hand().run("create table kv_store (store_key varchar(191) character set utf8mb4 " + collation
                + " not null primary key, store_value mediumtext not null, last_updated timestamp not null default"
                + " current_timestamp, revision bigint not null default 0) engine = " + engine);
        try (StoreAdapter fresh = another()) {
            StoreResult result =
                    fresh.deliver(List.of(single("flawed/a", "1", 8))).get(0);

            assertThat(result)
                    .isEqualTo(
                            flaw.isEmpty()
                                    ? new StoreResult.Delivered()
                                    : new StoreResult.Rejected("table kv_store cannot be used: " + flaw));
        } finally {
            hand().run("drop table kv_store");
        }
    }
}
