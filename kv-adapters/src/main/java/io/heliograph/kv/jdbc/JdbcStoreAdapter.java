package io.heliograph.kv.jdbc;

import io.heliograph.kv.Deadline;
import io.heliograph.kv.Fence;
import io.heliograph.kv.Owner;
import io.heliograph.kv.ReadLimit;
import io.heliograph.kv.Revision;
import io.heliograph.kv.StoreAdapter;
import io.heliograph.kv.StoreException;
import io.heliograph.kv.StoreResult;
import io.heliograph.kv.StoredEntry;
import io.heliograph.kv.TooLargeException;
import io.heliograph.kv.WriteSet;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A table {@code (store_key, store_value, last_updated, revision)} in SQLite, MariaDB, MySQL or PostgreSQL. It is
 * created when missing, and orchestrator's table of the same name gets the revision column it lacks.
 *
 * <p>The owner's name is in the row {@code heliograph/owner}. Where keys are deleted, a row at
 * {@code heliograph/tombstone/} and the head keeps the fence.
 *
 * <p>A batch is one transaction. When the database refuses it, each write set gets a transaction of its own, so that
 * one bad value does not hold up the others.
 *
 * <h2>Threads</h2>
 *
 * As {@link StoreAdapter} says. One connection writes and others read. The pool keeps a few threads of its own.
 *
 * <h2>Time and failures</h2>
 *
 * Getting a connection, each answer of the server and the wait for a lock are each bounded by the settings' time limit.
 * A connection that breaks before the commit is {@code Unavailable}: the database undoes what was not committed. One
 * that breaks during the commit is {@code Indeterminate}. A refused login is {@code Rejected}.
 */
public final class JdbcStoreAdapter implements StoreAdapter {

    private static final int BATCH_LIMITS = 3;

    private final JdbcSettings settings;
    private final Secrets secrets;
    private final Pools pools;
    private final Schema schema;
    private final KvTable table;

    private JdbcStoreAdapter(JdbcSettings settings) {
        this.settings = settings;
        this.secrets = new Secrets(settings);
        this.pools = new Pools(settings);
        this.schema = new Schema(settings.dialect(), settings.table());
        this.table = new KvTable(settings.table());
    }

    /** Makes an adapter; does not contact the database, nor look for the driver. */
    public static JdbcStoreAdapter open(JdbcSettings settings) {
        return new JdbcStoreAdapter(settings);
    }

    @Override
    public List<StoreResult> deliver(List<WriteSet> batch) {
        return write(batch, Fence.OLDER);
    }

    @Override
    public List<StoreResult> repair(List<WriteSet> batch) {
        return write(batch, Fence.OLDER_OR_SAME);
    }

    private List<StoreResult> write(List<WriteSet> batch, Fence fence) {
        if (batch.isEmpty()) {
            return List.of();
        }
        try {
            Connection connection = pools.writer();
            List<StoreResult> results = write(new Lease(connection), batch, fence);
            if (results.stream().anyMatch(JdbcStoreAdapter::isAway)) {
                pools.discard(connection);
            }
            return results;
        } catch (SQLException e) {
            return all(batch, e);
        }
    }

    /** Gives the connection back. */
    private List<StoreResult> write(Lease lease, List<WriteSet> batch, Fence fence) {
        try (lease) {
            schema.ensure(lease.connection());
            Map<String, StoreResult> results = write(lease.connection(), batch, fence);
            return batch.stream()
                    .map(set -> Objects.requireNonNull(results.get(set.head()), set.head()))
                    .toList();
        } catch (SQLException e) {
            return all(batch, e);
        }
    }

    private List<StoreResult> all(List<WriteSet> batch, SQLException failure) {
        StoreResult result = SqlFailure.kindOf(failure) == SqlFailure.Kind.REFUSED
                ? new StoreResult.Rejected(describe(failure))
                : new StoreResult.Unavailable(describe(failure));
        return batch.stream().map(set -> result).toList();
    }

    /** A session can stay read-only, or with a server that is no primary any more, when the database is long writable. */
    private static boolean isAway(StoreResult result) {
        return result.type() == StoreResult.Type.UNAVAILABLE || result.type() == StoreResult.Type.INDETERMINATE;
    }

    private Map<String, StoreResult> write(Connection connection, List<WriteSet> batch, Fence fence) {
        Deadline deadline = Deadline.in(settings.timeout().multipliedBy(BATCH_LIMITS));
        return new JdbcDelivery(
                        new Transaction(connection, table, settings.owner(), fence), this::describeAndForget, deadline)
                .run(batch);
    }

    @Override
    public List<StoredEntry> read(String prefix) throws StoreException {
        try (Lease lease = new Lease(pools.reader())) {
            schema.ensure(lease.connection());
            // only in a transaction does PostgreSQL's driver not fetch all rows at once
            lease.connection().setAutoCommit(false);
            List<StoredEntry> found = table.read(lease.connection(), prefix, ReadLimit.BYTES)
                    .orElseThrow(() ->
                            new TooLargeException(settings.name(), "what is below '" + prefix + "'", ReadLimit.BYTES));
            lease.connection().rollback();
            return found.stream().sorted(Comparator.comparing(StoredEntry::key)).toList();
        } catch (SQLException e) {
            throw failure("reading " + settings.table(), e);
        }
    }

    @Override
    public List<StoredEntry> readKeys(Collection<String> keys) throws StoreException {
        try (Lease lease = new Lease(pools.reader())) {
            schema.ensure(lease.connection());
            return table.readKeys(lease.connection(), List.copyOf(keys));
        } catch (SQLException e) {
            throw failure("reading " + settings.table(), e);
        }
    }

    @Override
    public Revision highestFence() throws StoreException {
        try (Lease lease = new Lease(pools.reader())) {
            schema.ensure(lease.connection());
            return table.highestTombstone(lease.connection());
        } catch (SQLException e) {
            throw failure("reading what deletions left in " + settings.table(), e);
        }
    }

    private StoreException failure(String what, SQLException failure) {
        String line = describeAndForget(failure);
        // the driver's own exception stays here: its messages are not ours to trust with the password
        return new StoreException(
                "store '" + settings.name() + "': " + what + ": " + line,
                new SQLException(line, failure.getSQLState()));
    }

    @Override
    public Optional<String> owner() throws StoreException {
        try (Lease lease = new Lease(pools.reader())) {
            schema.ensure(lease.connection());
            return table.owner(lease.connection());
        } catch (SQLException e) {
            throw failure("reading the owner in " + settings.table(), e);
        }
    }

    @Override
    public void adopt() throws StoreException {
        try (Lease lease = new Lease(pools.writer())) {
            schema.ensure(lease.connection());
            lease.connection().setAutoCommit(false);
            List<KvTable.Row> mark =
                    List.of(new KvTable.Row(Owner.KEY, settings.owner().name(), Revision.NONE));
            table.insert(lease.connection(), table.overwrite(lease.connection(), mark));
            lease.connection().commit();
        } catch (SQLException e) {
            throw failure("writing the owner in " + settings.table(), e);
        }
    }

    @Override
    public void close() {
        pools.close();
    }

    private String describeAndForget(SQLException failure) {
        schema.forget();
        return describe(failure);
    }

    private String describe(SQLException failure) {
        return secrets.hideIn(SqlFailure.describe(failure));
    }

    /** A connection that goes back to its pool. A failure to do so is the pool's affair and changes no result. */
    private record Lease(Connection connection) implements AutoCloseable {
        @Override
        public void close() {
            try {
                connection.close();
            } catch (SQLException e) {
                // the pool has thrown it away
            }
        }
    }
}
