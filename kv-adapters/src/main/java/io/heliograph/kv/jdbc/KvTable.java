package io.heliograph.kv.jdbc;

import io.heliograph.kv.Entry;
import io.heliograph.kv.Fence;
import io.heliograph.kv.Revision;
import io.heliograph.kv.StoreResult;
import io.heliograph.kv.StoredEntry;
import io.heliograph.kv.WriteSet;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The statements on the table, in SQL that every supported database understands. All rows of a write set carry its
 * revision; the head's row is the fence. A number in the revision column that is not a revision counts as none.
 */
final class KvTable {

    /** A row that changed between two statements of one transaction. */
    private static final String SERIALIZATION_FAILURE = "40001";

    private final String raise;
    private final String overwrite;
    private final String insert;
    private final String revisions;
    private final String everything;
    private final String below;

    KvTable(String table) {
        overwrite = "update " + table + " set store_value = ?, revision = ?, last_updated = current_timestamp"
                + " where store_key = ?";
        raise = overwrite + " and (revision < ? or revision > " + Revision.MAX_VALUE + ")";
        insert = "insert into " + table + " (store_value, revision, store_key, last_updated)"
                + " values (?, ?, ?, current_timestamp)";
        revisions = "select store_key, revision from " + table + " where store_key in ";
        everything = "select store_key, store_value, revision from " + table;
        below = everything + " where store_key = ? or store_key like ? escape '!'";
    }

    /**
     * Writes those of {@code sets} that the fence lets pass. Everything happens in the transaction that
     * is open on {@code connection}; nothing counts before the caller commits it.
     *
     * @param sets write sets with distinct heads
     * @return a result for each head
     */
    Map<String, StoreResult> write(Connection connection, List<WriteSet> sets, Fence fence) throws SQLException {
        // Always in the same order, so that two writers of one table do not lock each other out.
        List<WriteSet> ordered =
                sets.stream().sorted(Comparator.comparing(WriteSet::head)).toList();
        Map<String, StoreResult> results = new HashMap<>();
        List<Row> heads = ordered.stream().map(Row::head).toList();
        List<Row> unmoved = without(heads, raiseHeads(connection, heads, fence));
        List<Row> absent = judge(connection, unmoved, results);
        insertAll(connection, absent);
        List<Row> rest = new ArrayList<>();
        for (WriteSet set : ordered) {
            if (!results.containsKey(set.head())) {
                results.put(set.head(), new StoreResult.Delivered());
                set.entries().stream().skip(1).forEach(e -> rest.add(new Row(e, set.revision())));
            }
        }
        insertAll(connection, without(rest, overwriteAll(connection, rest)));
        return results;
    }

    /** What is at {@code prefix} and below, in no particular order. */
    List<StoredEntry> read(Connection connection, String prefix) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(prefix.isEmpty() ? everything : below)) {
            if (!prefix.isEmpty()) {
                statement.setString(1, prefix);
                statement.setString(2, prefix.replaceAll("[!%_]", "!$0") + "/%");
            }
            List<StoredEntry> found = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    String key = rows.getString(1);
                    String value = rows.getString(2);
                    // SQLite's "like" ignores case
                    if (prefix.isEmpty() || key.equals(prefix) || key.startsWith(prefix + "/")) {
                        found.add(new StoredEntry(key, value == null ? "" : value, revision(rows.getLong(3))));
                    }
                }
            }
            return found;
        }
    }

    /** Puts a final result for each row whose head is not to be written; returns those that are not there at all. */
    private List<Row> judge(Connection connection, List<Row> rows, Map<String, StoreResult> results)
            throws SQLException {
        Map<String, Revision> present = revisions(connection, rows);
        List<Row> absent = new ArrayList<>();
        for (Row row : rows) {
            Revision found = present.get(row.entry().key());
            if (found == null) {
                absent.add(row);
            } else if (!row.revision().isNewerThan(found)) {
                results.put(row.entry().key(), Fence.OLDER.refusal(row.revision(), found));
            } else {
                throw new SQLException(
                        "row '" + row.entry().key() + "' came between with revision " + found, SERIALIZATION_FAILURE);
            }
        }
        return absent;
    }

    private Map<String, Revision> revisions(Connection connection, List<Row> rows) throws SQLException {
        Map<String, Revision> found = new HashMap<>();
        if (rows.isEmpty()) {
            return found;
        }
        String marks = "(" + "?, ".repeat(rows.size() - 1) + "?)";
        try (PreparedStatement statement = connection.prepareStatement(revisions + marks)) {
            for (int i = 0; i < rows.size(); i++) {
                statement.setString(i + 1, rows.get(i).entry().key());
            }
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    found.put(result.getString(1), revision(result.getLong(2)));
                }
            }
        }
        return found;
    }

    private int[] raiseHeads(Connection connection, List<Row> rows, Fence fence) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(raise)) {
            for (Row row : rows) {
                bind(statement, row);
                statement.setLong(4, row.revision().value() + (fence == Fence.OLDER_OR_SAME ? 1 : 0));
                statement.addBatch();
            }
            return statement.executeBatch();
        }
    }

    private int[] overwriteAll(Connection connection, List<Row> rows) throws SQLException {
        return executeAll(connection, overwrite, rows);
    }

    private void insertAll(Connection connection, List<Row> rows) throws SQLException {
        executeAll(connection, insert, rows);
    }

    private static int[] executeAll(Connection connection, String sql, List<Row> rows) throws SQLException {
        if (rows.isEmpty()) {
            return new int[0];
        }
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (Row row : rows) {
                bind(statement, row);
                statement.addBatch();
            }
            return statement.executeBatch();
        }
    }

    private static void bind(PreparedStatement statement, Row row) throws SQLException {
        statement.setString(1, row.entry().value());
        statement.setLong(2, row.revision().value());
        statement.setString(3, row.entry().key());
    }

    /** Those rows whose statement found nothing to change. */
    private static List<Row> without(List<Row> rows, int[] changed) throws SQLException {
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

    private static Revision revision(long stored) {
        return stored < 0 || stored > Revision.MAX_VALUE ? Revision.NONE : new Revision(stored);
    }

    /** One row to be. */
    private record Row(Entry entry, Revision revision) {

        static Row head(WriteSet set) {
            return new Row(set.entries().get(0), set.revision());
        }
    }
}
