package io.heliograph.kv.jdbc;

import io.heliograph.kv.Owner;
import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a table is and how to get at it.
 *
 * @param name the store's name, for messages
 * @param owner who writes
 * @param url a {@code jdbc:sqlite:}, {@code jdbc:mariadb:}, {@code jdbc:mysql:} or {@code jdbc:postgresql:} address
 * @param user null where the database needs none
 * @param password null where the database needs none
 * @param timeout limit of connecting, of each answer of the server, and of waiting for somebody else's lock; drivers
 *     that count in seconds round it up
 * @param table name of the table, optionally with a schema in front
 */
public record JdbcSettings(
        String name,
        Owner owner,
        String url,
        @Nullable String user,
        @Nullable String password,
        Duration timeout,
        String table) {

    /** The table's name where nobody chose another one; orchestrator uses the same. */
    public static final String DEFAULT_TABLE = "kv_store";

    private static final Pattern TABLE =
            Pattern.compile("([A-Za-z_][A-Za-z0-9_]{0,62}\\.)?[A-Za-z_][A-Za-z0-9_]{0,62}");

    public JdbcSettings {
        if (!TABLE.matcher(table).matches()) {
            throw new IllegalArgumentException("store '" + name + "': not a table name: '" + table
                    + "'; use letters, digits and _, with a schema and a dot in front if needed");
        }
        if (timeout.toMillis() <= 0) {
            throw new IllegalArgumentException("store '" + name + "': the timeout must be at least a millisecond");
        }
        if (Dialect.of(url).isEmpty()) {
            throw new IllegalArgumentException("store '" + name
                    + "': the url must begin with jdbc:sqlite:, jdbc:mariadb:, jdbc:mysql: or jdbc:postgresql:");
        }
    }

    Dialect dialect() {
        return Dialect.of(url).orElseThrow();
    }

    /** Leaves the address and the password out: both can hold secrets. */
    @Override
    public String toString() {
        return "JdbcSettings[name=" + name + ", user=" + user + ", timeout=" + timeout + ", table=" + table + "]";
    }
}
