package io.heliograph.raft.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostAndPortTest {

    @ParameterizedTest
    @CsvSource({
        "10.0.1.5:10008, 10.0.1.5, 10008",
        "node-1.example.org:1, node-1.example.org, 1",
        "[2001:db8::5]:10008, 2001:db8::5, 10008",
        "[::1]:65535, ::1, 65535",
        "[fe80::1%eth0]:10008, fe80::1%eth0, 10008",
    })
    void when_an_address_is_good_then_host_and_port_are_told_apart_and_written_back(
            String text, String host, int port) {
        HostAndPort read = HostAndPort.parse(text);

        assertThat(read.host()).isEqualTo(host);
        assertThat(read.port()).isEqualTo(port);
        assertThat(read).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":",
                "host",
                "host:",
                ":1",
                "host:port",
                "host:-1",
                "2001:db8::5:10008",
                "[2001:db8::5]",
                "[::1]10008",
                "[]:1",
                "a b:1",
                "host:123456",
                "host:0",
                "host:65536",
                "[::1:10008",
                "[host]:1"
            })
    void when_an_address_is_wrong_then_one_line_shows_it(String text) {
        assertThatThrownBy(() -> HostAndPort.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("'" + text + "'")
                .hasMessageNotContaining("\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\nb:1", "\u0000"})
    void when_an_address_holds_control_characters_then_they_are_not_repeated(String text) {
        assertThatThrownBy(() -> HostAndPort.parse(text)).message().doesNotMatch(".*\\p{Cntrl}.*");
    }
}
