package io.heliograph.kv.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Administrators who make the table themselves have to make the one that we would make. */
class DocumentedTablesTest {

    @ParameterizedTest
    @CsvSource({"MARIADB, MariaDB and MySQL", "POSTGRESQL, PostgreSQL", "SQLITE, SQLite"})
    void when_a_table_is_documented_then_it_is_the_one_that_is_made(Dialect dialect, String heading) throws Exception {
        String document = Files.readString(Path.of("..", "docs", "stores.md"));
        String section = document.substring(document.indexOf("\n### " + heading + "\n"));
        String block = section.substring(section.indexOf("```sql\n") + 7);

        assertThat(squeezed(block.substring(0, block.indexOf(';'))))
                .isEqualTo(squeezed(dialect.createTable(JdbcSettings.DEFAULT_TABLE)));
    }

    private static String squeezed(String sql) {
        return sql.replaceAll("\\s+", " ").replace("( ", "(").strip();
    }
}
