package io.heliograph.kv.jdbc;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One connection for writing and a few for reading, so that neither waits for the other. Opened when first asked for;
 * connections are made on demand and none is kept up in the background while the database is away.
 */
final class Pools implements AutoCloseable {

    private static final int READERS = 2;

    /** Hikari takes no shorter limits. */
    private static final long MIN_MILLIS = 250;

    private static final long IDLE_MILLIS = Duration.ofMinutes(1).toMillis();

    private final JdbcSettings settings;
    private @Nullable HikariDataSource writer;
    private @Nullable HikariDataSource reader;
    private boolean closed;

    Pools(JdbcSettings settings) {
        this.settings = settings;
    }

    /** Waits for the connection for at most the time limit of the settings. */
    Connection writer() throws SQLException {
        return writerPool().getConnection();
    }

    /** Waits for a connection for at most the time limit of the settings. */
    Connection reader() throws SQLException {
        return readerPool().getConnection();
    }

    /** Closes a connection of {@link #writer} that was given back: what is wrong may be wrong with it. */
    synchronized void discard(Connection connection) {
        if (writer != null) {
            writer.evictConnection(connection);
        }
    }

    private synchronized HikariDataSource writerPool() throws SQLException {
        if (writer == null) {
            writer = open("write", 1);
        }
        return writer;
    }

    private synchronized HikariDataSource readerPool() throws SQLException {
        if (reader == null) {
            reader = open("read", READERS);
        }
        return reader;
    }

    private HikariDataSource open(String purpose, int size) throws SQLException {
        if (closed) {
            throw new SQLException("the store is closed");
        }
        try {
            return new HikariDataSource(config(purpose, size));
        } catch (RuntimeException e) {
            throw new SQLException("the driver does not take this address", e);
        }
    }

    private HikariConfig config(String purpose, int size) {
        long millis = Math.max(MIN_MILLIS, settings.timeout().toMillis());
        HikariConfig config = new HikariConfig();
        config.setPoolName("store-" + settings.name() + "-" + purpose);
        config.setJdbcUrl(Dialect.driverUrl(settings.url()));
        config.setUsername(settings.user());
        config.setPassword(settings.password());
        config.setMinimumIdle(0);
        config.setMaximumPoolSize(size);
        config.setInitializationFailTimeout(-1);
        config.setConnectionTimeout(millis);
        config.setValidationTimeout(Math.max(MIN_MILLIS, millis / 2));
        config.setIdleTimeout(IDLE_MILLIS);
        config.setTransactionIsolation(settings.dialect().isolation());
        settings.dialect().driverProperties(settings.timeout()).forEach(config::addDataSourceProperty);
        settings.dialect().sessionStatement(settings.timeout()).ifPresent(config::setConnectionInitSql);
        return config;
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (writer != null) {
            writer.close();
        }
        if (reader != null) {
            reader.close();
        }
    }
}
