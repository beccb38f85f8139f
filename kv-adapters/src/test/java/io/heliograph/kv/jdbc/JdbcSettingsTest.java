package io.heliograph.kv.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heliograph.kv.Owner;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JdbcSettingsTest {

    @ParameterizedTest
    @CsvSource({
        "jdbc:sqlite:/a/b.db, SQLITE",
        "jdbc:mariadb://h/d, MARIADB",
        "jdbc:mysql://h/d, MARIADB",
        "jdbc:postgresql://h/d, POSTGRESQL"
    })
    void when_the_address_is_known_then_so_is_the_dialect(String url, Dialect dialect) {
        assertThat(settings(url, "kv_store").dialect()).isEqualTo(dialect);
    }

    @Test
    void when_the_address_is_mysqls_then_mariadbs_driver_takes_it() {
        assertThat(Dialect.driverUrl("jdbc:mysql://h:3306/d?a=b")).isEqualTo("jdbc:mariadb://h:3306/d?a=b");
    }

    @Test
    void when_the_address_is_unknown_then_it_is_refused_and_not_repeated() {
        assertThatThrownBy(() -> settings("jdbc:oracle:thin:scott/s3cret@h", "kv_store"))
                .hasMessageContaining("store 'test'")
                .hasMessageNotContaining("s3cret");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "kv store", "kv;drop", "a.b.c", "1kv", "kv\"", "kv--"})
    void when_the_table_name_needs_quoting_then_it_is_refused(String table) {
        assertThatThrownBy(() -> settings("jdbc:sqlite:x", table)).hasMessageContaining("not a table name");
    }

    @Test
    void when_printed_then_no_secret_is_shown() {
        JdbcSettings settings = new JdbcSettings(
                "test",
                new Owner("orders"),
                "jdbc:mariadb://h/d?password=s3cret",
                "u",
                "s3cret",
                Duration.ofSeconds(1),
                "meta.kv_store");

        assertThat(settings.toString()).doesNotContain("s3cret");
        assertThat(new Secrets(settings).hideIn("jdbc:mariadb://h/d?password=s3cret: s3cret, password=other&x"))
                .isEqualTo("(address): ***, password=***&x");
    }

    private static JdbcSettings settings(String url, String table) {
        return new JdbcSettings("test", new Owner("orders"), url, null, null, Duration.ofSeconds(1), table);
    }
}
