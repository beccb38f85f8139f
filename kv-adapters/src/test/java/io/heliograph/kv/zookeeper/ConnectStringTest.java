package io.heliograph.kv.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectStringTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "srv-a                        | srv-a:2181                             | ''",
                "srv-a,srv-b:12181,srv-c      | srv-a:2181,srv-b:12181,srv-c:2181      | ''",
                "srv-a, srv-b/path/deep       | srv-a:2181,srv-b:2181                  | /path/deep",
                "srv-a:1/                     | srv-a:1                                | ''",
                "[::1]                        | [::1]:2181                             | ''",
                "[fd00::1]:9                  | [fd00::1]:9                            | ''",
            })
    void when_parsed_then_every_server_has_a_port_and_the_path_is_apart(String text, String hosts, String root) {
        ConnectString parsed = ConnectString.parse(text);

        assertThat(parsed.hosts()).isEqualTo(hosts);
        assertThat(parsed.root()).isEqualTo(root);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ",", "a,", ":2181", "a:b", "a:123456", "/path", "a//b"})
    void when_a_server_or_the_path_is_malformed_then_it_is_refused(String text) {
        assertThatThrownBy(() -> ConnectString.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
