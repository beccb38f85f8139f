package io.heliograph.kv.jdbc;

import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/** What differs between the databases: the words of the DDL and the names of the drivers' time limits. */
enum Dialect {
    SQLITE("jdbc:sqlite:", "TRANSACTION_SERIALIZABLE") {
        /**
         * No {@code transaction_mode} of IMMEDIATE: when somebody holds the lock the driver fails to begin, and from
         * then on takes the connection for one in a transaction that it is not. Ours begin with an update, which waits
         * for the lock by itself.
         */
        @Override
        Map<String, String> driverProperties(Duration timeout) {
            return Map.of(
                    "journal_mode", "WAL",
                    "synchronous", "FULL",
                    "busy_timeout", Long.toString(timeout.toMillis()));
        }

        @Override
        String createTable(String table) {
            return "create table if not exists " + table + " (store_key text not null primary key,"
                    + " store_value text not null, last_updated timestamp not null default current_timestamp,"
                    + " revision bigint not null default 0)";
        }

        @Override
        String upgradeTable(String table) {
            return "alter table " + table + " add column revision bigint not null default 0";
        }
    },

    MARIADB("jdbc:mariadb:", "TRANSACTION_REPEATABLE_READ") {
        @Override
        Map<String, String> driverProperties(Duration timeout) {
            String millis = Long.toString(timeout.toMillis());
            return Map.of("connectTimeout", millis, "socketTimeout", millis, "useBulkStmts", "false");
        }

        /**
         * Without strict mode a server cuts a value that is too long and says nothing. MySQL, to which the last part is
         * a comment, gives an abandoned transaction up with its connection only.
         */
        @Override
        Optional<String> sessionStatement(Duration timeout) {
            return Optional.of("set session sql_mode = concat(@@sql_mode, ',STRICT_ALL_TABLES'),"
                    + " innodb_lock_wait_timeout = " + wholeSeconds(timeout)
                    + ", wait_timeout = " + ABANDONED.multipliedBy(12).toSeconds()
                    + " /*M!100300 , idle_transaction_timeout = " + ABANDONED.toSeconds() + " */");
        }

        @Override
        String createTable(String table) {
            return "create table if not exists " + table + " (" + KEY + " primary key, " + VALUE + ","
                    + " last_updated timestamp not null default current_timestamp,"
                    + " revision bigint not null default 0) engine = InnoDB";
        }

        /** Widens the other columns as well: orchestrator's hold 255 ASCII characters and ignore case. */
        @Override
        String upgradeTable(String table) {
            return "alter table " + table + " add column revision bigint not null default 0, modify " + KEY
                    + ", modify " + VALUE;
        }

        /** A collation that ignores case takes two keys for one; without transactions a write set is half for a while. */
        @Override
        Optional<String> flaws(String table) {
            int dot = table.indexOf('.');
            String where = "t.table_schema = " + (dot < 0 ? "database()" : "'" + table.substring(0, dot) + "'")
                    + " and t.table_name = '" + table.substring(dot + 1) + "'";
            return Optional.of("select concat('column store_key has the collation ', c.collation_name,"
                    + " ', and needs one that ends with _bin')"
                    + " from information_schema.columns c join information_schema.tables t"
                    + " on c.table_schema = t.table_schema and c.table_name = t.table_name"
                    + " where " + where + " and c.column_name = 'store_key' and c.collation_name not like '%bin'"
                    + " union all select concat('the engine ', t.engine, ' has no transactions')"
                    + " from information_schema.tables t join information_schema.engines e on e.engine = t.engine"
                    + " where " + where + " and e.transactions <> 'YES'");
        }
    },

    POSTGRESQL("jdbc:postgresql:", "TRANSACTION_READ_COMMITTED") {
        @Override
        Map<String, String> driverProperties(Duration timeout) {
            String seconds = Long.toString(wholeSeconds(timeout));
            return Map.of(
                    "connectTimeout", seconds,
                    "loginTimeout", seconds,
                    "socketTimeout", seconds,
                    "cancelSignalTimeout", seconds,
                    "tcpKeepAlive", "true");
        }

        @Override
        Optional<String> sessionStatement(Duration timeout) {
            return Optional.of("set statement_timeout = " + timeout.toMillis()
                    + "; set idle_in_transaction_session_timeout = " + ABANDONED.toMillis());
        }

        @Override
        String createTable(String table) {
            return "create table if not exists " + table + " (store_key varchar(600) collate \"C\" primary key,"
                    + " store_value text not null, last_updated timestamptz not null default current_timestamp,"
                    + " revision bigint not null default 0)";
        }

        @Override
        String upgradeTable(String table) {
            return "alter table " + table + " add column revision bigint not null default 0,"
                    + " alter column store_key type varchar(600) collate \"C\", alter column store_value type text";
        }
    };

    /**
     * After how long without a statement the server takes a transaction for abandoned. One that lost its client without
     * a word, to a power failure or a firewall that forgot the connection, would otherwise keep its locks for hours.
     */
    private static final Duration ABANDONED = Duration.ofSeconds(10);

    /** Room for the longest key, 512 bytes, and for what a tombstone has in front of it. */
    private static final String KEY = "store_key varchar(600) character set utf8mb4 collate utf8mb4_bin not null";

    private static final String VALUE = "store_value mediumtext character set utf8mb4 collate utf8mb4_bin not null";

    private final String scheme;
    private final String isolation;

    Dialect(String scheme, String isolation) {
        this.scheme = scheme;
        this.isolation = isolation;
    }

    static Optional<Dialect> of(String url) {
        return Arrays.stream(values())
                .filter(dialect -> driverUrl(url).startsWith(dialect.scheme))
                .findFirst();
    }

    /** MariaDB's driver speaks to both servers but answers to its own scheme only. */
    static String driverUrl(String url) {
        return url.startsWith("jdbc:mysql:") ? "jdbc:mariadb:" + url.substring("jdbc:mysql:".length()) : url;
    }

    /**
     * Name of the isolation level in {@link java.sql.Connection}: the database's own default, whatever an administrator
     * made of it. A pool that is not told asks its first connection, and when that one breaks at the question, no later
     * one can be opened: every one is told to take the level -1 then.
     */
    String isolation() {
        return isolation;
    }

    /** Settings of the driver that bound connecting, waiting for an answer and waiting for a lock. */
    abstract Map<String, String> driverProperties(Duration timeout);

    /** Run once on every new connection. */
    Optional<String> sessionStatement(Duration timeout) {
        return Optional.empty();
    }

    abstract String createTable(String table);

    /** Brings a table of orchestrator's, which has no revisions, to the present form. */
    abstract String upgradeTable(String table);

    /** A query that tells, a line each, why the table cannot be used although it has all columns. */
    Optional<String> flaws(String table) {
        return Optional.empty();
    }

    private static long wholeSeconds(Duration timeout) {
        return Math.max(1, timeout.plusMillis(999).toSeconds());
    }
}
