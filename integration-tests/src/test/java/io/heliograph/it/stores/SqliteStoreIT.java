package io.heliograph.it.stores;

import static org.assertj.core.api.Assertions.assertThat;

import io.heliograph.it.servers.SmallDisk;
import io.heliograph.it.servers.TestDirectory;
import io.heliograph.kv.Owner;
import io.heliograph.kv.StoreAdapter;
import io.heliograph.kv.StoreException;
import io.heliograph.kv.StoreResult;
import io.heliograph.kv.WriteSet;
import io.heliograph.kv.jdbc.JdbcSettings;
import io.heliograph.kv.jdbc.JdbcStoreAdapter;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class SqliteStoreIT extends DeletionContract {

    /** A store that cannot be opened costs the whole of it at each call. */
    private static final Duration HURRIED = Duration.ofSeconds(2);

    private static final Duration RECOVERY = Duration.ofSeconds(20);

    private final TestDirectory directory = TestDirectory.create("sqlite");
    private final String url = "jdbc:sqlite:" + directory.path().resolve("store.db");

    @Override
    StoreAdapter open(Owner owner, Duration limit) {
        return open(url, owner, limit);
    }

    private static StoreAdapter open(String url, Owner owner, Duration limit) {
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

    @Test
    void when_the_disk_is_full_or_read_only_then_it_says_so_in_a_line_until_it_is_not() throws Exception {
        try (TestDirectory mountPoint = TestDirectory.create("sqlite-disk");
                SmallDisk disk = SmallDisk.mount(mountPoint.path(), 4)) {
            String there = "jdbc:sqlite:" + mountPoint.path().resolve("store.db");
            try (StoreAdapter store = open(there, US, HURRIED)) {
                String large = "x".repeat(100_000);
                assertArrives(store, WriteSets.single("a", large, 1));

                disk.fill(0);
                assertAway(store, WriteSets.single("a", large + large, 2), "(?i)full|disk I/O");
                disk.free();
                assertArrives(store, WriteSets.single("a", "2", 2));
            }
            disk.setReadOnly(true);
            try (StoreAdapter store = open(there, US, HURRIED)) {
                assertAway(store, WriteSets.single("a", "3", 3), "(?i)read.?only|unable to open|cannot");
                disk.setReadOnly(false);
                assertArrives(store, WriteSets.single("a", "3", 3));
            }
        }
    }

    /**
     * A full disk can show at the commit, of which it is not known then what became of it. The second call has a new
     * connection.
     */
    private static void assertAway(StoreAdapter store, WriteSet set, String cause) {
        for (int i = 0; i < 2; i++) {
            StoreResult result = store.deliver(List.of(set)).get(0);
            assertThat(result.type()).isIn(StoreResult.Type.UNAVAILABLE, StoreResult.Type.INDETERMINATE);
            assertThat(result.toString()).containsPattern(cause).doesNotContain("\n");
        }
    }

    /** The pool of connections waits a moment after a failure, so that the first call can come too early. */
    private static void assertArrives(StoreAdapter store, WriteSet set) throws StoreException {
        Awaitility.await().atMost(RECOVERY).untilAsserted(() -> assertThat(
                        store.deliver(List.of(set)).get(0))
                .isIn(DELIVERED, CURRENT));
        assertThat(WriteSets.byKey(store.read(set.head()))).isEqualTo(WriteSets.stored(set));
    }

    @AfterAll
    void removeFile() {
        directory.close();
    }
}
