package io.heliograph.kv.jdbc;

import java.io.IOException;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientConnectionException;
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

    /** Data, permission, constraint of the table's owner, exception of a trigger. */
    private static final Set<String> REFUSING = Set.of("22", "28", "42", "44", "45", "P0");

    private static final Set<String> RACING = Set.of("23", "40");

    /** SQLITE_TOOBIG and SQLITE_MISMATCH. */
    private static final Set<Integer> SQLITE_REFUSING = Set.of(18, 20);

    private static final int SQLITE_CONSTRAINT = 19;

    private SqlFailure() {}

    static Kind kindOf(SQLException failure) {
        if (isConnectionLoss(failure)) {
            return isState(failure, Set.of("28", "42")) ? Kind.REFUSED : Kind.AWAY;
        }
        String state = stateOf(failure);
        if (state.isEmpty()) {
            int code = failure.getErrorCode();
            return code == SQLITE_CONSTRAINT ? Kind.RACE : SQLITE_REFUSING.contains(code) ? Kind.REFUSED : Kind.AWAY;
        }
        if (isState(failure, RACING)) {
            return Kind.RACE;
        }
        return !MISSING.contains(state) && isState(failure, REFUSING) ? Kind.REFUSED : Kind.AWAY;
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

    /** The SQL state nearest to the root, empty where nobody gave one. A pool's wrapper hides the driver's. */
    private static String stateOf(SQLException failure) {
        String state = "";
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException e && e.getSQLState() != null) {
                state = e.getSQLState();
            }
        }
        return state;
    }
}
