package io.heliograph.kv.jdbc;

import io.heliograph.kv.Fence;
import io.heliograph.kv.Owner;
import io.heliograph.kv.Revision;
import io.heliograph.kv.StoreResult;
import io.heliograph.kv.WriteSet;
import io.heliograph.kv.jdbc.KvTable.Row;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Writes some write sets in the transaction that is open on a connection. Nothing counts before the caller commits it.
 *
 * <p>A head that is there is its own lock: the database lets one transaction at a time change its row. Where heads are
 * made or deleted there is no such row, so these take their turns at the owner's row. The first statement is always one
 * that writes: SQLite waits for its lock only then.
 */
final class KvWrite {

    /** A row that changed between two statements of one transaction. */
    private static final String SERIALIZATION_FAILURE = "40001";

    private final Connection connection;
    private final KvTable table;
    private final Owner owner;
    private final Fence fence;
    private final Map<String, StoreResult> results = new HashMap<>();

    KvWrite(Connection connection, KvTable table, Owner owner, Fence fence) {
        this.connection = connection;
        this.table = table;
        this.owner = owner;
        this.fence = fence;
    }

    /**
     * @param sets write sets with distinct heads
     * @return a result for each head
     */
    Map<String, StoreResult> run(List<WriteSet> sets) throws SQLException {
        // Always in the same order, so that two writers of one table do not lock each other out.
        List<WriteSet> ordered =
                sets.stream().sorted(Comparator.comparing(WriteSet::head)).toList();
        List<WriteSet> writes =
                ordered.stream().filter(set -> !set.isDeletion()).toList();
        List<WriteSet> deletions = ordered.stream().filter(WriteSet::isDeletion).toList();
        List<Row> unmoved = table.raise(connection, heads(writes), fence == Fence.OLDER_OR_SAME);
        Optional<StoreResult> foreign = claim(!unmoved.isEmpty() || !deletions.isEmpty());
        if (foreign.isPresent()) {
            sets.forEach(set -> results.put(set.head(), foreign.get()));
            return results;
        }
        Map<String, Revision> held = held(unmoved, deletions);
        make(unmoved, held);
        writeTheRest(writes);
        delete(deletions, held);
        return results;
    }

    /**
     * Makes sure that the table is ours for the time of the transaction.
     *
     * @param lock whether to keep others from making and deleting heads meanwhile
     * @return why we may not write; empty when we may
     */
    private Optional<StoreResult> claim(boolean lock) throws SQLException {
        if (lock && table.lockOwner(connection, owner.name())) {
            return Optional.empty();
        }
        Optional<String> found = table.owner(connection);
        if (found.isEmpty()) {
            table.insert(connection, List.of(new Row(Owner.KEY, owner.name(), Revision.NONE)));
        }
        return owner.refusal(found.orElse(""));
    }

    /** The revisions of heads that could not be raised or are to be deleted, and of their tombstones, by key. */
    private Map<String, Revision> held(List<Row> unmoved, List<WriteSet> deletions) throws SQLException {
        List<String> heads = Stream.concat(
                        unmoved.stream().map(Row::key), deletions.stream().map(WriteSet::head))
                .toList();
        return table.revisions(
                connection,
                Stream.concat(heads.stream(), heads.stream().map(KvTable::tombstone))
                        .toList());
    }

    /** Makes the heads that are not there, and takes over those without a revision; settles what may not be written. */
    private void make(List<Row> unmoved, Map<String, Revision> held) throws SQLException {
        List<Row> absent = new ArrayList<>();
        List<Row> unfenced = new ArrayList<>();
        List<String> tombstones = new ArrayList<>();
        for (Row row : unmoved) {
            String tombstone = KvTable.tombstone(row.key());
            Revision found = fenceOf(row.key(), held);
            if (!fence.lets(row.revision(), found)) {
                results.put(row.key(), fence.refusal(row.revision(), found));
                continue;
            }
            if (held.containsKey(tombstone)) {
                tombstones.add(tombstone);
            }
            (held.containsKey(row.key()) ? unfenced : absent).add(row);
        }
        List<Row> raced = table.fence(connection, unfenced);
        if (!raced.isEmpty()) {
            throw new SQLException("row '" + raced.get(0).key() + "' changed meanwhile", SERIALIZATION_FAILURE);
        }
        table.insert(connection, absent);
        table.delete(connection, tombstones);
    }

    /** The head's revision; where it has none, because somebody made it by hand after it was deleted, the tombstone's. */
    private static Revision fenceOf(String head, Map<String, Revision> held) {
        Revision own = held.getOrDefault(head, Revision.NONE);
        return own.equals(Revision.NONE) ? held.getOrDefault(KvTable.tombstone(head), Revision.NONE) : own;
    }

    private void writeTheRest(List<WriteSet> writes) throws SQLException {
        List<Row> rest = new ArrayList<>();
        for (WriteSet set : writes) {
            if (!results.containsKey(set.head())) {
                results.put(set.head(), new StoreResult.Delivered());
                set.entries().stream()
                        .skip(1)
                        .forEach(entry -> rest.add(new Row(entry.key(), entry.value(), set.revision())));
            }
        }
        table.insert(connection, table.overwrite(connection, rest));
    }

    private void delete(List<WriteSet> deletions, Map<String, Revision> held) throws SQLException {
        List<WriteSet> open = new ArrayList<>();
        for (WriteSet set : deletions) {
            Revision found = fenceOf(set.head(), held);
            if (!fence.lets(set.revision(), found)) {
                results.put(set.head(), fence.refusal(set.revision(), found));
            } else {
                open.add(set);
                results.put(set.head(), new StoreResult.Delivered());
            }
        }
        List<Row> present =
                heads(open.stream().filter(set -> held.containsKey(set.head())).toList());
        List<Row> moved = table.deleteOlder(connection, present, fence == Fence.OLDER_OR_SAME);
        if (!moved.isEmpty()) {
            throw new SQLException("row '" + moved.get(0).key() + "' changed meanwhile", SERIALIZATION_FAILURE);
        }
        table.delete(
                connection,
                open.stream().flatMap(set -> set.keys().stream().skip(1)).toList());
        Map<Boolean, List<Row>> buried = open.stream()
                .map(set -> new Row(KvTable.tombstone(set.head()), "", set.revision()))
                .collect(Collectors.partitioningBy(row -> held.containsKey(row.key())));
        table.overwrite(connection, rows(buried, true));
        table.insert(connection, rows(buried, false));
    }

    private static List<Row> rows(Map<Boolean, List<Row>> parts, boolean part) {
        return Objects.requireNonNullElse(parts.get(part), List.of());
    }

    private static List<Row> heads(List<WriteSet> sets) {
        Function<WriteSet, Row> head =
                set -> new Row(set.head(), set.entries().get(0).value(), set.revision());
        return sets.stream().map(head).toList();
    }
}
