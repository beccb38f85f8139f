package io.heliograph.it.stores;

import io.heliograph.it.servers.TestDirectory;
import io.heliograph.kv.Owner;
import io.heliograph.kv.StoreAdapter;
import io.heliograph.kv.jdbc.JdbcSettings;
import io.heliograph.kv.jdbc.JdbcStoreAdapter;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;

class SqliteStoreIT extends DeletionContract {

    private final TestDirectory directory = TestDirectory.create("sqlite");
    private final String url = "jdbc:sqlite:" + directory.path().resolve("store.db");

    @Override
    StoreAdapter open(Owner owner, Duration limit) {
        return JdbcStoreAdapter.open(
                new JdbcSettings("test", owner, url, null, null, limit, JdbcSettings.DEFAULT_TABLE));
    }

    @Override
    void writeByHand(String key, String value) throws SQLException {
        store().deliver(List.of(WriteSets.single(tree() + "/makes-the-table", "", 1)));
        new SqlTable(url, "", "").put(JdbcSettings.DEFAULT_TABLE, key, value);
    }

    @Override
    boolean readsAtomically() {
        return true;
    }

    @AfterAll
    void removeFile() {
        directory.close();
    }
}
