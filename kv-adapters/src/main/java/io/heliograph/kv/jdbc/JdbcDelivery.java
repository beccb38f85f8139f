package io.heliograph.kv.jdbc;

import io.heliograph.kv.Deadline;
import io.heliograph.kv.StoreResult;
import io.heliograph.kv.WriteSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Brings one batch into the table: together if possible, else each write set in a transaction of its own. */
final class JdbcDelivery {

    private static final int ATTEMPTS = 5;

    private final Transaction transaction;
    private final Function<SQLException, String> describe;
    private final Deadline deadline;
    private final Map<String, StoreResult> results = new HashMap<>();
    private String stopped = "";

    /**
     * @param describe makes a line without secrets of a failure
     * @param deadline when to stop starting transactions
     */
    JdbcDelivery(Transaction transaction, Function<SQLException, String> describe, Deadline deadline) {
        this.transaction = transaction;
        this.describe = describe;
        this.deadline = deadline;
    }

    /** A result for each head of the batch. */
    Map<String, StoreResult> run(List<WriteSet> batch) {
        Transaction.Outcome outcome = transaction.run(batch);
        if (outcome instanceof Transaction.Outcome.NotWritten failed
                && SqlFailure.kindOf(failed.failure()) != SqlFailure.Kind.AWAY) {
            batch.forEach(this::alone);
        } else {
            settle(batch, outcome);
        }
        return results;
    }

    private void alone(WriteSet set) {
        for (int attempt = 1; ; attempt++) {
            if (stopped.isEmpty() && deadline.hasPassed()) {
                stopped = "the database is too slow";
            }
            if (!stopped.isEmpty()) {
                results.put(set.head(), new StoreResult.Unavailable("not tried: " + stopped));
                return;
            }
            Transaction.Outcome outcome = transaction.run(List.of(set));
            boolean raced = outcome instanceof Transaction.Outcome.NotWritten failed
                    && SqlFailure.kindOf(failed.failure()) == SqlFailure.Kind.RACE;
            if (!raced || attempt == ATTEMPTS) {
                settle(List.of(set), outcome);
                return;
            }
        }
    }

    private void settle(List<WriteSet> sets, Transaction.Outcome outcome) {
        if (outcome instanceof Transaction.Outcome.Done done) {
            results.putAll(done.results());
        } else if (outcome instanceof Transaction.Outcome.NotWritten failed) {
            StoreResult result = notWritten(failed.failure());
            sets.forEach(set -> results.put(set.head(), result));
        } else if (outcome instanceof Transaction.Outcome.Unknown unknown) {
            stopped = "committing: " + describe.apply(unknown.failure());
            unknown.results()
                    .forEach((head, result) -> results.put(
                            head,
                            result.type() == StoreResult.Type.DELIVERED
                                    ? new StoreResult.Indeterminate(stopped)
                                    : result));
        }
    }

    private StoreResult notWritten(SQLException failure) {
        String line = describe.apply(failure);
        switch (SqlFailure.kindOf(failure)) {
            case RACE:
                return new StoreResult.Conflict(line);
            case REFUSED:
                return new StoreResult.Rejected(line);
            case AWAY:
                stopped = line;
                return new StoreResult.Unavailable(line);
        }
        throw new IllegalStateException();
    }
}
