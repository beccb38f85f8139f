package io.heliograph.kv;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class CausesTest {

    @Test
    void when_causes_repeat_each_other_then_each_message_comes_once() {
        IOException root = new IOException("Connection refused");
        RuntimeException failure =
                new RuntimeException("cannot connect", new RuntimeException("x: Connection refused", root));

        assertThat(Causes.oneLine(failure)).isEqualTo("cannot connect: x: Connection refused");
    }

    @Test
    void when_there_is_no_message_then_the_type_is_named() {
        assertThat(Causes.oneLine(new IOException())).isEqualTo("IOException");
    }

    @Test
    void when_text_is_long_or_has_lines_then_one_short_line_is_left() {
        assertThat(Causes.oneLine("a\r\n\tb\u0000c")).isEqualTo("a b c");
        assertThat(Causes.oneLine("x".repeat(1000))).hasSize(400).endsWith("…");
    }
}
