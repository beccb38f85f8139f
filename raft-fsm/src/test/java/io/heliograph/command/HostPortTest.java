package io.heliograph.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostPortTest {

    @ParameterizedTest
    @CsvSource({
        "db1:3306, db1, 3306",
        "db1.example.com.:1, db1.example.com., 1",
        "10.0.0.7:65535, 10.0.0.7, 65535",
        "my_db-1:3306, my_db-1, 3306",
        "[::1]:3306, ::1, 3306",
        "[2001:DB8::2]:3306, 2001:DB8::2, 3306",
        "[::ffff:10.0.0.1]:3306, ::ffff:10.0.0.1, 3306"
    })
    void when_an_address_is_good_then_it_is_read_and_written_the_same(String text, String host, int port) {
        HostPort address = HostPort.parse(text);
        assertThat(address).isEqualTo(new HostPort(host, port)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "db1",
                "db1:",
                ":3306",
                "db1:x",
                "db1:33x6",
                "db1:-1",
                "db1:+1",
                "db1: 1",
                " db1:1",
                "db1:1 ",
                "2001:db8::2:3306",
                "[::1]",
                "[::1]3306",
                "[::1:3306",
                "::1]:3306",
                "[]:3306",
                "[host]:3306",
                "[db1]:3306",
                "[10.0.0.7]:3306",
                "[fe80::1%eth0]:3306",
                "db1:3306:3306",
                "db 1:3306",
                "db1/x:3306",
                "db1@x:3306",
                "-db1:3306",
                "db1-:3306",
                ".db1:3306",
                "db1\n:3306",
                "db1\u0000:3306",
                "db1:3306\n",
                "dbü:3306",
                "db1:99999999999"
            })
    void when_an_address_is_bad_then_it_is_refused_in_one_line(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HostPort.parse(text))
                .withMessageMatching("[^\\p{Cntrl}]{10,200}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"db1:0", "db1:65536", "db1:999999999", "[::1]:0"})
    void when_a_port_is_out_of_range_then_the_range_is_named(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HostPort.parse(text))
                .withMessageContaining("is not between 1 and 65535");
    }

    @Test
    void when_there_is_no_port_then_an_example_is_given() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HostPort.parse("db1"))
                .withMessage("'db1' is not host:port, for example db1:3306");
    }

    @Test
    void when_a_host_is_longer_than_dns_allows_then_its_length_is_named() {
        assertThat(HostPort.parse("a".repeat(253) + ":1").host()).hasSize(253);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HostPort.parse("a".repeat(254) + ":1"))
                .withMessageContaining("not 254");
    }

    @Test
    void when_an_absurd_text_is_refused_then_the_message_stays_short() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HostPort.parse("x ".repeat(50_000)))
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(200));
    }

    @Property(tries = 2000)
    void when_any_text_is_parsed_then_it_is_an_address_or_an_illegal_argument(
            @ForAll @StringLength(max = 30) String host, @ForAll @IntRange(min = -10, max = 70_000) int port) {
        for (String text : new String[] {host + ":" + port, "[" + host + "]:" + port, host}) {
            try {
                HostPort address = HostPort.parse(text);
                assertThat(HostPort.parse(address.toString())).isEqualTo(address);
            } catch (IllegalArgumentException e) {
                assertThat(e.getMessage()).isNotEmpty();
            }
        }
    }
}
