package io.heliograph.kv.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heliograph.kv.Entry;
import io.heliograph.kv.Owner;
import io.heliograph.kv.Revision;
import io.heliograph.kv.StoreException;
import io.heliograph.kv.StoreResult;
import io.heliograph.kv.StoredEntry;
import io.heliograph.kv.WriteSet;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class SqliteStoreTest {

    /** Long enough for a busy machine to load the driver and force a file to disk. */
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private static final Duration SHORT_LIMIT = Duration.ofMillis(500);

    @TempDir
    Path directory = Path.of("");

    private String url = "";
    private JdbcStoreAdapter store = open("jdbc:sqlite:never-opened");

    @BeforeEach
    void openStore() {
        url = "jdbc:sqlite:" + directory.resolve("store.db");
        store = open(url);
    }

    @AfterEach
    void closeStore() {
        store.close();
    }

    @Test
    void when_the_adapter_is_made_then_no_file_is() {
        assertThat(directory.resolve("store.db")).doesNotExist();
    }

    @Test
    void when_revisions_come_in_any_order_then_the_newest_stays() throws StoreException {
        assertThat(store.deliver(List.of(pair("a", 2)))).containsExactly(new StoreResult.Delivered());
        assertThat(store.deliver(List.of(pair("a", 1)))).containsExactly(new StoreResult.Fenced(new Revision(2)));
        assertThat(store.deliver(List.of(pair("a", 2)))).containsExactly(new StoreResult.AlreadyCurrent());
        assertThat(store.deliver(List.of(pair("a", 3)))).containsExactly(new StoreResult.Delivered());

        assertThat(store.read("a"))
                .containsExactly(
                        new StoredEntry("a", "3", new Revision(3)), new StoredEntry("a/port", "3", new Revision(3)));
    }

    @Test
    void when_the_file_is_opened_then_it_survives_a_power_cut() throws SQLException {
        store.deliver(List.of(pair("a", 1)));

        assertThat(query("pragma journal_mode")).isEqualTo("wal");
        try (Pools pools = new Pools(settings(url, LIMIT));
                Connection writer = pools.writer()) {
            assertThat(query(writer, "pragma synchronous")).isEqualTo("2");
            assertThat(query(writer, "pragma busy_timeout")).isEqualTo("20000");
        }
    }

    @Test
    void when_the_table_has_no_revision_then_the_column_is_added() throws Exception {
        execute("create table kv_store (store_key varchar(255) not null primary key, store_value text not null,"
                + " last_updated timestamp not null default current_timestamp)");
        execute("insert into kv_store (store_key, store_value) values ('a', 'by hand')");

        assertThat(store.read("")).containsExactly(new StoredEntry("a", "by hand", Revision.NONE));
        assertThat(store.deliver(List.of(pair("a", 1)))).containsExactly(new StoreResult.Delivered());
    }

    @Test
    void when_a_number_in_the_table_is_no_revision_then_it_counts_as_none() throws Exception {
        store.deliver(List.of(pair("a", 1), pair("b", 1)));
        execute("update kv_store set revision = -5 where store_key = 'a'");
        execute("update kv_store set revision = 9223372036854775807 where store_key = 'b'");

        assertThat(store.read("a").get(0).revision()).isEqualTo(Revision.NONE);
        assertThat(store.deliver(List.of(pair("a", 1), pair("b", 1)))).containsOnly(new StoreResult.Delivered());
    }

    @Test
    void when_one_write_set_is_refused_then_the_others_are_delivered() throws Exception {
        store.deliver(List.of(pair("a", 1)));
        execute("create trigger no_b before insert on kv_store when new.store_key = 'b/port'"
                + " begin select raise(abort, 'not here'); end");

        List<StoreResult> results = store.deliver(List.of(pair("a", 2), pair("b", 2), pair("c", 2)));

        assertThat(results)
                .extracting(StoreResult::type)
                .containsExactly(StoreResult.Type.DELIVERED, StoreResult.Type.REJECTED, StoreResult.Type.DELIVERED);
        assertThat(store.read("b")).isEmpty();
        assertThat(store.read("c")).hasSize(2);
    }

    @Test
    void when_somebody_else_writes_then_reads_go_on_and_writes_end_in_bounded_time() throws Exception {
        store.deliver(List.of(pair("a", 1)));
        try (JdbcStoreAdapter hurried = JdbcStoreAdapter.open(settings(url, SHORT_LIMIT));
                Connection other = DriverManager.getConnection(url);
                Statement statement = other.createStatement()) {
            assertThat(hurried.deliver(List.of(pair("a", 1)))).hasSize(1);
            statement.execute("begin immediate");
            statement.execute("update kv_store set store_value = 'not yet'");

            assertThat(store.read("a").get(0).value()).isEqualTo("1");
            long start = System.nanoTime();
            StoreResult result = hurried.deliver(List.of(pair("a", 2))).get(0);
            assertThat(result.type()).isEqualTo(StoreResult.Type.UNAVAILABLE);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(SHORT_LIMIT.multipliedBy(10));
            statement.execute("rollback");

            // the driver may take the connection that met the lock for one in a transaction; see Dialect
            assertThat(hurried.deliver(List.of(pair("b", 2))).get(0).type())
                    .isIn(StoreResult.Type.DELIVERED, StoreResult.Type.UNAVAILABLE);
        }
        assertThat(store.deliver(List.of(pair("a", 2)))).containsExactly(new StoreResult.Delivered());
    }

    @Test
    void when_the_directory_is_missing_then_the_store_is_unavailable_and_the_address_is_not_told() {
        String lostUrl = "jdbc:sqlite:" + directory.resolve("none/x.db") + "?password=s3cret";
        try (JdbcStoreAdapter lost = JdbcStoreAdapter.open(settings(lostUrl, SHORT_LIMIT))) {
            StoreResult result = lost.deliver(List.of(pair("a", 1))).get(0);

            assertThat(result.type()).isEqualTo(StoreResult.Type.UNAVAILABLE);
            assertThat(result.toString()).doesNotContain("s3cret");
            assertThatThrownBy(() -> lost.read(""))
                    .isInstanceOf(StoreException.class)
                    .hasMessageStartingWith("store 'test'")
                    .hasMessageNotContaining("s3cret")
                    .hasMessageNotContaining("\n");
        }
    }

    @Test
    void when_the_store_is_closed_then_nothing_is_opened_again() {
        store.close();

        assertThat(store.deliver(List.of(pair("a", 1))).get(0)).isInstanceOf(StoreResult.Unavailable.class);
        assertThat(Files.exists(directory.resolve("store.db"))).isFalse();
    }

    private static WriteSet pair(String head, long revision) {
        String value = Long.toString(revision);
        return new WriteSet(new Revision(revision), List.of(new Entry(head, value), new Entry(head + "/port", value)));
    }

    private static JdbcStoreAdapter open(String url) {
        return JdbcStoreAdapter.open(settings(url, LIMIT));
    }

    private static JdbcSettings settings(String url, Duration limit) {
        return new JdbcSettings("test", new Owner("orders"), url, null, null, limit, JdbcSettings.DEFAULT_TABLE);
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private String query(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url)) {
            return query(connection, sql);
        }
    }

    private static String query(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            assertThat(rows.next()).isTrue();
            return rows.getString(1);
        }
    }
}
