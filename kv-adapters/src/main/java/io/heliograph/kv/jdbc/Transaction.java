package io.heliograph.kv.jdbc;

import io.heliograph.kv.Fence;
import io.heliograph.kv.Owner;
import io.heliograph.kv.StoreResult;
import io.heliograph.kv.WriteSet;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

/** One attempt to write some write sets in one transaction. */
final class Transaction {

    /** What became of the transaction as a whole. */
    sealed interface Outcome {

        /** Committed, or nothing had to be written. */
        record Done(Map<String, StoreResult> results) implements Outcome {}

        /** Failed before the commit: the database holds nothing of it. */
        record NotWritten(SQLException failure) implements Outcome {}

        /** The commit was sent and the answer was lost. {@code results} would hold if it succeeded. */
        record Unknown(Map<String, StoreResult> results, SQLException failure) implements Outcome {}
    }

    private final Connection connection;
    private final KvTable table;
    private final Owner owner;
    private final Fence fence;

    Transaction(Connection connection, KvTable table, Owner owner, Fence fence) {
        this.connection = connection;
        this.table = table;
        this.owner = owner;
        this.fence = fence;
    }

    Outcome run(List<WriteSet> sets) {
        Map<String, StoreResult> results;
        try {
            connection.setAutoCommit(false);
            results = new KvWrite(connection, table, owner, fence).run(sets);
        } catch (SQLException e) {
            rollback();
            return new Outcome.NotWritten(e);
        }
        if (results.values().stream().noneMatch(r -> r.type() == StoreResult.Type.DELIVERED)) {
            rollback();
            return new Outcome.Done(results);
        }
        return commit(results);
    }

    private Outcome commit(Map<String, StoreResult> results) {
        try {
            connection.commit();
            return new Outcome.Done(results);
        } catch (SQLException e) {
            boolean undone = rollback();
            return undone && SqlFailure.kindOf(e) == SqlFailure.Kind.RACE
                    ? new Outcome.NotWritten(e)
                    : new Outcome.Unknown(results, e);
        }
    }

    /** A rollback that fails leaves a dead connection behind, and the database undoes the rest by itself. */
    private boolean rollback() {
        try {
            connection.rollback();
            return true;
        } catch (SQLException e) {
            return false;
        }
    }
}
