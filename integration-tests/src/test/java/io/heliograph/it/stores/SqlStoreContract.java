package io.heliograph.it.stores;

import static io.heliograph.it.stores.WriteSets.cluster;
import static org.assertj.core.api.Assertions.assertThat;

import io.heliograph.kv.Owner;
import io.heliograph.kv.Revision;
import io.heliograph.kv.StoreAdapter;
import io.heliograph.kv.StoreResult;
import io.heliograph.kv.StoredEntry;
import io.heliograph.kv.WriteSet;
import io.heliograph.kv.jdbc.JdbcSettings;
import io.heliograph.kv.jdbc.JdbcStoreAdapter;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the tables of database servers have in common. */
abstract class SqlStoreContract extends ServerStoreContract {

    private static final String OLD_TABLE = "old_kv_store";

    /** The way around the adapter. */
    abstract SqlTable hand();

    /** The columns of orchestrator's table. */
    abstract String oldColumns();

    @Override
    StoreAdapter open(Owner owner, Duration limit) {
        return open(owner, hand().password(), JdbcSettings.DEFAULT_TABLE, limit);
    }

    private StoreAdapter open(Owner owner, String password, String table, Duration limit) {
        return JdbcStoreAdapter.open(
                new JdbcSettings("test", owner, hand().url(), hand().user(), password, limit, table));
    }

    @Override
    void writeByHand(String key, String value) throws SQLException {
        assertThat(store().deliver(List.of(WriteSets.single(tree() + "/makes-the-table", "", 1))))
                .hasSize(1);
        hand().put(JdbcSettings.DEFAULT_TABLE, key, value);
    }

    @Override
    boolean readsAtomically() {
        return true;
    }

    @Test
    void when_the_table_is_orchestrators_then_it_gets_a_revision_and_room() throws Exception {
        hand().run("create table " + OLD_TABLE + " " + oldColumns());
        hand().put(OLD_TABLE, "old/a", "old:1");
        try (StoreAdapter old = open(US, hand().password(), OLD_TABLE, PATIENT)) {
            assertThat(old.read("")).containsExactly(new StoredEntry("old/a", "old:1", Revision.NONE));
            List<StoreResult> results = old.deliver(List.of(
                    cluster("old/a", 3),
                    WriteSets.single("old/A", "other", 3),
                    WriteSets.single("old/" + "k".repeat(500), "\u4e2d\ud83d\ude80".repeat(20_000), 3)));
            assertThat(results).containsOnly(DELIVERED);
            assertThat(old.read("")).hasSize(7);
        }
        hand().put(OLD_TABLE, "old/b", "orchestrator still writes");
    }

    @Test
    void when_the_table_is_dropped_then_it_is_made_again() throws Exception {
        deliver(cluster(tree() + "/a", 1));
        hand().run("drop table " + JdbcSettings.DEFAULT_TABLE);

        assertThat(deliver(cluster(tree() + "/a", 1)).type()).isEqualTo(StoreResult.Type.UNAVAILABLE);
        assertThat(deliver(cluster(tree() + "/a", 1))).isEqualTo(DELIVERED);
    }

    @Test
    void when_the_password_is_wrong_then_it_is_rejected_and_not_told() {
        try (StoreAdapter refused = open(US, "wrong-s3cret", JdbcSettings.DEFAULT_TABLE, LIMIT)) {
            StoreResult result =
                    refused.deliver(List.of(cluster(tree() + "/a", 1))).get(0);

            assertThat(result.type()).isEqualTo(StoreResult.Type.REJECTED);
            assertThat(result.toString()).doesNotContain("s3cret");
        }
    }

    @Test
    void when_somebody_holds_a_lock_then_the_call_ends_in_bounded_time() throws Exception {
        WriteSet held = cluster(tree() + "/a", 1);
        deliver(held);
        StoreAdapter hurried = another(LIMIT);
        hurried.deliver(List.of(held));
        try (Connection connection = DriverManager.getConnection(hand().url(), hand().user(), hand().password());
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.executeUpdate("update " + JdbcSettings.DEFAULT_TABLE
                    + " set store_value = 'x' where store_key = '" + held.head() + "'");
            long start = System.nanoTime();
            assertThat(hurried.deliver(List.of(cluster(held.head(), 2))).get(0).type())
                    .isEqualTo(StoreResult.Type.UNAVAILABLE);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(LIMIT.multipliedBy(4));
            connection.rollback();
        }
        assertThat(deliver(cluster(held.head(), 2))).isEqualTo(DELIVERED);
    }
}
