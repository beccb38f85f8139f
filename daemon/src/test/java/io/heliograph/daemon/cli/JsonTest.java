package io.heliograph.daemon.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reading and writing without an object mapper, compared with one. */
class JsonTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                "null",
                "\"\"",
                "{\"a\":[1,-2,9007199254740993,0.10,1E+40,true,false,null],\"b\":{\"c\":[],\"d\":{}}}",
                "[\"\\u0000\\\"\\\\\\n\u00e4\\u2028\uD83D\uDE00\",[[]]]"
            })
    void when_a_document_is_read_and_written_then_it_is_the_same(String text) throws Exception {
        assertThat(Json.text(Json.parse(text))).isEqualTo(Json.text(Json.parse(Json.pretty(Json.parse(text)))));
        ObjectMapper mapper = new ObjectMapper();
        assertThat(mapper.readTree(Json.text(Json.parse(text)))).isEqualTo(mapper.readTree(text));
    }

    @Test
    void when_numbers_are_large_or_exact_then_they_stay_so() throws Exception {
        String text = "[123456789012345678901234567890,0.10,9007199254740993]";
        assertThat(Json.text(Json.parse(text))).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "{", "[1,", "{\"a\"}", "{} {}", "nul", "\"\n\"", "<html>", "]", "{\"a\":}"})
    void when_it_is_no_document_then_it_is_refused(String text) {
        assertThatThrownBy(() -> Json.parse(text)).isInstanceOf(IOException.class);
    }
}
