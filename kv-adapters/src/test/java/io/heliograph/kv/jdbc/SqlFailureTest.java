package io.heliograph.kv.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.SocketTimeoutException;
import java.sql.BatchUpdateException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SqlFailureTest {

    @ParameterizedTest
    @CsvSource({
        "22001, REFUSED", // value too long
        "42501, REFUSED", // insufficient privilege
        "P0001, REFUSED", // raised by a trigger
        "42P01, AWAY", // undefined table, PostgreSQL
        "42S02, AWAY", // undefined table, MariaDB
        "23505, RACE", // duplicate key
        "23514, REFUSED", // check constraint
        "40001, RACE", // deadlock
        "40P01, RACE", // deadlock, PostgreSQL
        "08S01, AWAY", // connection lost
        "57P01, AWAY", // server shuts down
        "57014, AWAY", // statement timed out
        "25006, AWAY", // read only
        "HY000, AWAY",
    })
    void when_there_is_a_state_then_its_class_decides(String state, SqlFailure.Kind kind) {
        assertThat(SqlFailure.kindOf(new SQLException("x", state))).isEqualTo(kind);
    }

    @ParameterizedTest
    @CsvSource({"5, AWAY", "8, AWAY", "13, AWAY", "18, REFUSED", "19, REFUSED"})
    void when_there_is_only_a_code_then_it_is_sqlites(int code, SqlFailure.Kind kind) {
        assertThat(SqlFailure.kindOf(new SQLException("x", null, code))).isEqualTo(kind);
    }

    @Test
    void when_the_key_is_there_already_then_it_is_a_race_in_every_database() {
        assertThat(SqlFailure.kindOf(new SQLException("Duplicate entry", "23000", 1062)))
                .isEqualTo(SqlFailure.Kind.RACE);
        assertThat(SqlFailure.kindOf(new SQLException("[SQLITE_CONSTRAINT_PRIMARYKEY] A primary key", null, 19)))
                .isEqualTo(SqlFailure.Kind.RACE);
        assertThat(SqlFailure.kindOf(new SQLException("Column cannot be null", "23000", 1048)))
                .isEqualTo(SqlFailure.Kind.REFUSED);
    }

    @Test
    void when_the_pool_gives_up_then_the_drivers_reason_counts() {
        assertThat(SqlFailure.kindOf(new SQLTransientConnectionException("timed out", new SQLException("no", "28000"))))
                .isEqualTo(SqlFailure.Kind.REFUSED);
        assertThat(SqlFailure.kindOf(new SQLTransientConnectionException("timed out")))
                .isEqualTo(SqlFailure.Kind.AWAY);
    }

    /** As a connection that was found dead is reported: the pool looks at it, and MariaDB's driver has no better state. */
    @Test
    void when_the_driver_complains_of_a_closed_socket_then_nothing_was_refused() {
        SQLException socket = new SQLException("(conn=3) Cannot set the network timeout", "42000");

        assertThat(SqlFailure.kindOf(socket)).isEqualTo(SqlFailure.Kind.AWAY);
        assertThat(SqlFailure.kindOf(new SQLTransientConnectionException("timed out", "42000", socket)))
                .isEqualTo(SqlFailure.Kind.AWAY);
        SQLException denied = new SQLException("Access denied for user 'a' to database 'b'", "42000", 1044);
        assertThat(SqlFailure.kindOf(new SQLTransientConnectionException("timed out", "42000", denied)))
                .isEqualTo(SqlFailure.Kind.REFUSED);
    }

    @Test
    void when_described_then_statements_and_statistics_are_left_out() {
        BatchUpdateException batch = new BatchUpdateException("Batch entry 0 update kv_store set ...", null);
        batch.setNextException(new SQLException("value too long"));

        assertThat(SqlFailure.describe(batch)).isEqualTo("value too long");
        assertThat(SqlFailure.describe(
                        new SQLTransientConnectionException("(total=0, idle=0)", new SQLException("refused"))))
                .isEqualTo("no connection: refused");
        assertThat(SqlFailure.describe(new SQLTransientConnectionException("(total=0, idle=0)")))
                .isEqualTo("no connection in time");
    }

    @Test
    void when_the_socket_fails_then_the_connection_is_lost() {
        assertThat(SqlFailure.isConnectionLoss(new SQLException("x", new SocketTimeoutException())))
                .isTrue();
        assertThat(SqlFailure.isConnectionLoss(new SQLException("cancelled", "57014")))
                .isFalse();
    }
}
