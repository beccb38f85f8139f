package io.heliograph.kv.jdbc;

import io.heliograph.kv.Causes;
import java.io.IOException;
import java.sql.BatchUpdateException;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientConnectionException;
import java.util.Objects;
import java.util.Set;

/** What a driver's exception means. Goes by SQL state; SQLite has none and is judged by its result codes. */
final class SqlFailure {

    enum Kind {
        /** The database cannot be asked now. */
        AWAY,
        /** Somebody else wrote at the same time; the same statements may pass the next time. */
        RACE,
        /** The database will not take these values, or not from this user. */
        REFUSED
    }

    /** A table or column that is not there: it is made at the next attempt. */
    private static final Set<String> MISSING = Set.of("42S02", "42P01", "42S22", "42703");

    /** Data, a constraint that the table's owner added, login, permission, exception of a trigger. */
    private static final Set<String> REFUSING = Set.of("22", "23", "28", "42", "44", "45", "P0");

    /** Deadlocks and their like. */
    private static final Set<String> RACING = Set.of("40");

    private static final String POSTGRESQL_DUPLICATE_KEY = "23505";
    private static final String MARIADB_DEFAULT_STATE = "42000";
    private static final int MARIADB_DUPLICATE_KEY = 1062;

    /** SQLITE_TOOBIG, SQLITE_CONSTRAINT and SQLITE_MISMATCH. */
    private static final Set<Integer> SQLITE_REFUSING = Set.of(18, 19, 20);

    private SqlFailure() {}

    static Kind kindOf(SQLException failure) {
        if (isConnectionLoss(failure)) {
            return isState(failure, Set.of("28", "42")) ? Kind.REFUSED : Kind.AWAY;
        }
        if (isDuplicateKey(failure) || isState(failure, RACING)) {
            return Kind.RACE;
        }
        String state = stateOf(failure);
        boolean isRefused = state.isEmpty()
                ? SQLITE_REFUSING.contains(failure.getErrorCode())
                : isState(failure, REFUSING) && !MISSING.contains(state);
        return isRefused ? Kind.REFUSED : Kind.AWAY;
    }

    /** Somebody inserted the same key between our look at it and our own insert. */
    private static boolean isDuplicateKey(SQLException failure) {
        String state = stateOf(failure);
        if (state.isEmpty()) {
            String message = Objects.requireNonNullElse(failure.getMessage(), "");
            return message.contains("SQLITE_CONSTRAINT_PRIMARYKEY") || message.contains("SQLITE_CONSTRAINT_UNIQUE");
        }
        return state.equals(POSTGRESQL_DUPLICATE_KEY)
                || (state.startsWith("23") && failure.getErrorCode() == MARIADB_DUPLICATE_KEY);
    }

    /** What happened, without the wrappings: a batch quotes its statement with all values, a pool its statistics. */
    static String describe(SQLException failure) {
        if (failure instanceof BatchUpdateException batch && batch.getNextException() != null) {
            return Causes.oneLine(batch.getNextException());
        }
        if (failure instanceof SQLTransientConnectionException) {
            Throwable cause = failure.getCause();
            return cause == null ? "no connection in time" : "no connection: " + Causes.oneLine(cause);
        }
        return Causes.oneLine(failure);
    }

    /** Whether the connection, and with it every uncommitted change, is gone. */
    static boolean isConnectionLoss(SQLException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLNonTransientConnectionException
                    || cause instanceof SQLTransientConnectionException
                    || cause instanceof SQLRecoverableException
                    || cause instanceof IOException
                    || (cause instanceof SQLException e && isState(e, Set.of("08", "57")) && !isCancelled(e))) {
                return true;
            }
        }
        return false;
    }

    /** PostgreSQL's query_canceled: a statement ran out of time, the connection lives. */
    private static boolean isCancelled(SQLException failure) {
        return "57014".equals(failure.getSQLState());
    }

    private static boolean isState(SQLException failure, Set<String> classes) {
        String state = stateOf(failure);
        return state.length() == 5 && classes.contains(state.substring(0, 2));
    }

    /**
     * MariaDB's driver gives this state to whatever it has no other one for, a closed socket too; what the server refuses
     * comes with an error code besides.
     */
    private static boolean isDriversOwn(SQLException failure) {
        return MARIADB_DEFAULT_STATE.equals(failure.getSQLState()) && failure.getErrorCode() <= 0;
    }

    /** The SQL state nearest to the root, empty where nobody gave one. A pool's wrapper hides the driver's. */
    private static String stateOf(SQLException failure) {
        String state = "";
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException e && e.getSQLState() != null) {
                state = isDriversOwn(e) ? "" : e.getSQLState();
            }
        }
        return state;
    }
}
