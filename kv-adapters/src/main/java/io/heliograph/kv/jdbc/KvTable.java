package io.heliograph.kv.jdbc;

import io.heliograph.kv.Limits;
import io.heliograph.kv.Owner;
import io.heliograph.kv.Revision;
import io.heliograph.kv.StoredEntry;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The statements on the table, in SQL that every supported database understands. All rows of a write set carry its
 * revision; the head's row is the fence. A deletion leaves a row at {@code heliograph/tombstone/} and the head, which is
 * the fence then. The owner's name is in the row {@code heliograph/owner}. A number in the revision column that is not a
 * revision counts as none.
 */
final class KvTable {

    private static final String TOMBSTONES = Limits.RESERVED + "/tombstone/";

    /** Rows in memory together. A value of somebody else's can be very long: we look at no more of it than ours can have. */
    private static final int FETCH_ROWS = 32;

    /** One character more than any value of ours, so that what was cut off is never taken for one. */
    private static final String VALUE = "substr(store_value, 1, " + (Limits.MAX_VALUE_BYTES + 1) + ")";

    /** What a row costs beside its text, about. */
    private static final int ROW_BYTES = 128;

    private static final String IS_UNFENCED =
            "(revision is null or revision <= 0 or revision > " + Revision.MAX_VALUE + ")";
    private static final String IS_OLDER = " and (revision < ? or " + IS_UNFENCED + ")";

    private final String overwrite;
    private final String insert;
    private final String delete;
    private final String touchOwner;
    private final String revisions;
    private final String highest;
    private final String everything;
    private final String below;

    KvTable(String table) {
        overwrite = "update " + table + " set store_value = ?, revision = ?, last_updated = current_timestamp"
                + " where store_key = ?";
        insert = "insert into " + table + " (store_value, revision, store_key, last_updated)"
                + " values (?, ?, ?, current_timestamp)";
        delete = "delete from " + table + " where store_key = ?";
        touchOwner =
                "update " + table + " set last_updated = current_timestamp where store_key = ? and store_value = ?";
        revisions = "select store_key, revision from " + table + " where store_key in ";
        highest = "select max(revision) from " + table + " where store_key like '" + TOMBSTONES + "%' and revision <= "
                + Revision.MAX_VALUE;
        everything = "select store_key, " + VALUE + ", revision from " + table;
        below = everything + " where store_key = ? or store_key like ? escape '!'";
    }

    /** Key of the row that keeps the fence of a head that is gone. */
    static String tombstone(String head) {
        return TOMBSTONES + head;
    }

    /**
     * What is at {@code prefix} and below, in no particular order. On a connection in a transaction rows come a few at a
     * time.
     *
     * @return empty when it is more than {@code mostBytes}, roughly
     */
    Optional<List<StoredEntry>> read(Connection connection, String prefix, long mostBytes) throws SQLException {
        long bytes = 0;
        try (PreparedStatement statement = connection.prepareStatement(prefix.isEmpty() ? everything : below)) {
            if (!prefix.isEmpty()) {
                statement.setString(1, prefix);
                statement.setString(2, prefix.replaceAll("[!%_]", "!$0") + "/%");
            }
            statement.setFetchSize(FETCH_ROWS);
            List<StoredEntry> found = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    String key = rows.getString(1);
                    String value = rows.getString(2);
                    bytes += ROW_BYTES + key.length() + (value == null ? 0 : value.length());
                    if (bytes > mostBytes) {
                        return Optional.empty();
                    }
                    // SQLite's "like" ignores case
                    boolean isBelow = prefix.isEmpty() || key.equals(prefix) || key.startsWith(prefix + "/");
                    if (isBelow && !Limits.isReserved(key)) {
                        found.add(new StoredEntry(key, value == null ? "" : value, revision(rows.getLong(3))));
                    }
                }
            }
            return Optional.of(found);
        }
    }

    /** Those rows that are there. */
    List<StoredEntry> readKeys(Connection connection, List<String> keys) throws SQLException {
        List<StoredEntry> found = new ArrayList<>();
        for (int from = 0; from < keys.size(); from += FETCH_ROWS) {
            List<String> part = keys.subList(from, Math.min(keys.size(), from + FETCH_ROWS));
            select(connection, everything + " where store_key in ", part, row -> {
                String value = row.getString(2);
                found.add(new StoredEntry(row.getString(1), value == null ? "" : value, revision(row.getLong(3))));
            });
        }
        return found;
    }

    private interface Taker {
        void take(ResultSet row) throws SQLException;
    }

    /** Gives each row of those keys that are there to {@code taker}. */
    private static void select(Connection connection, String sql, List<String> keys, Taker taker) throws SQLException {
        if (keys.isEmpty()) {
            return;
        }
        String marks = "(" + "?, ".repeat(keys.size() - 1) + "?)";
        try (PreparedStatement statement = connection.prepareStatement(sql + marks)) {
            for (int i = 0; i < keys.size(); i++) {
                statement.setString(i + 1, keys.get(i));
            }
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    taker.take(result);
                }
            }
        }
    }

    /** The revisions of those rows that are there, by key. */
    Map<String, Revision> revisions(Connection connection, List<String> keys) throws SQLException {
        Map<String, Revision> found = new HashMap<>();
        select(connection, revisions, keys, row -> found.put(row.getString(1), revision(row.getLong(2))));
        return found;
    }

    /** The highest revision among tombstones. */
    Revision highestTombstone(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(highest);
                ResultSet row = statement.executeQuery()) {
            return row.next() ? revision(row.getLong(1)) : Revision.NONE;
        }
    }

    /**
     * Overwrites rows of an older revision.
     *
     * @param orSame whether rows of the same revision are overwritten, too
     * @return those that were not, because they are newer, have no revision, or are not there
     */
    List<Row> raise(Connection connection, List<Row> rows, boolean orSame) throws SQLException {
        return execute(connection, overwrite + " and revision < ? and revision > 0", rows, (statement, row) -> {
            bind(statement, row);
            statement.setLong(4, row.revision().value() + (orSame ? 1 : 0));
        });
    }

    /** Overwrites rows that have no revision; returns those that were not, as {@link #raise}. */
    List<Row> fence(Connection connection, List<Row> rows) throws SQLException {
        return execute(connection, overwrite + " and " + IS_UNFENCED, rows, KvTable::bind);
    }

    /** Overwrites rows; returns those that are not there. */
    List<Row> overwrite(Connection connection, List<Row> rows) throws SQLException {
        return execute(connection, overwrite, rows, KvTable::bind);
    }

    void insert(Connection connection, List<Row> rows) throws SQLException {
        execute(connection, insert, rows, KvTable::bind);
    }

    /** Deletes rows that are older; returns those that were not, as {@link #raise}. */
    List<Row> deleteOlder(Connection connection, List<Row> rows, boolean orSame) throws SQLException {
        return execute(connection, delete + IS_OLDER, rows, (statement, row) -> {
            statement.setString(1, row.key());
            statement.setLong(2, row.revision().value() + (orSame ? 1 : 0));
        });
    }

    void delete(Connection connection, List<String> keys) throws SQLException {
        List<Row> rows =
                keys.stream().map(key -> new Row(key, "", Revision.NONE)).toList();
        execute(connection, delete, rows, (statement, row) -> statement.setString(1, row.key()));
    }

    /** Locks the owner's row until the end of the transaction, if it says {@code owner}. */
    boolean lockOwner(Connection connection, String owner) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(touchOwner)) {
            statement.setString(1, Owner.KEY);
            statement.setString(2, owner);
            return statement.executeUpdate() == 1;
        }
    }

    /** Whose the table is; empty for nobody's. */
    Optional<String> owner(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(everything + " where store_key = ?")) {
            statement.setString(1, Owner.KEY);
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next() ? Optional.of(rows.getString(2).strip()) : Optional.empty();
            }
        }
    }

    private interface Binder {
        void bind(PreparedStatement statement, Row row) throws SQLException;
    }

    /** Returns those rows whose statement found nothing to change. */
    private static List<Row> execute(Connection connection, String sql, List<Row> rows, Binder binder)
            throws SQLException {
        if (rows.isEmpty()) {
            return List.of();
        }
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (Row row : rows) {
                binder.bind(statement, row);
                statement.addBatch();
            }
            return untouched(rows, statement.executeBatch());
        }
    }

    private static List<Row> untouched(List<Row> rows, int[] changed) throws SQLException {
        List<Row> untouched = new ArrayList<>();
        for (int i = 0; i < rows.size(); i++) {
            if (changed[i] < 0) {
                throw new SQLException("the driver does not tell how many rows a statement changed");
            }
            if (changed[i] == 0) {
                untouched.add(rows.get(i));
            }
        }
        return untouched;
    }

    private static void bind(PreparedStatement statement, Row row) throws SQLException {
        statement.setString(1, row.value());
        statement.setLong(2, row.revision().value());
        statement.setString(3, row.key());
    }

    private static Revision revision(long stored) {
        return stored < 0 || stored > Revision.MAX_VALUE ? Revision.NONE : new Revision(stored);
    }

    /** One row to be. */
    record Row(String key, String value, Revision revision) {}
}
