package io.heliograph.daemon.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers as servers and proxies write them. */
class HttpReplyTest {

    private static HttpReply read(String text) throws IOException {
        byte[] bytes = text.replace("~", "\r\n").getBytes(StandardCharsets.UTF_8);
        return HttpReply.read(new ByteArrayInputStream(bytes), "GET");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK~Content-Length: 3~~ß!",
                "HTTP/1.1 200~content-length:3~~ß! and more",
                "HTTP/1.0 200 OK~Server: x~~ß!",
                "HTTP/1.1 200 OK~Transfer-Encoding: chunked~Content-Length: 99~~2;x=y~ß~1~!~0~Trailer: a~~",
                "HTTP/1.1 100 Continue~~HTTP/1.1 200 OK~Content-Length: 3~~ß!",
                "HTTP/1.1 200 OK\nContent-Length: 3\n\nß!"
            })
    void when_an_answer_is_whole_then_it_is_read(String text) throws Exception {
        assertThat(read(text)).isEqualTo(new HttpReply(200, "ß!"));
    }

    @Test
    void when_an_answer_has_no_body_then_it_is_empty() throws Exception {
        assertThat(read("HTTP/1.1 204 No Content~Content-Length: 5~~")).isEqualTo(new HttpReply(204, ""));
        assertThat(read("HTTP/1.1 503 x~Content-Length: 0~~")).isEqualTo(new HttpReply(503, ""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "HTTP/1.1 200 OK",
                "HTTP/1.1 200 OK~Content-Le",
                "HTTP/1.1 200 OK~Content-Length: 4~~ß!",
                "HTTP/1.1 200 OK~Transfer-Encoding: chunked~~2~ß~",
                "HTTP/1.1 200 OK~Transfer-Encoding: chunked~~9~ß~0~~"
            })
    void when_an_answer_breaks_off_then_it_is_none(String text) {
        assertThatThrownBy(() -> read(text))
                .isInstanceOf(IOException.class)
                .hasMessageMatching(".*(broke off|no answer came)");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SSH-2.0-OpenSSH_9.2~",
                "HTTP/1.1 9 x~~",
                "HTTP/1.1 200 OK~Content-Length: many~~",
                "HTTP/1.1 200 OK~Content-Length: -1~~",
                "HTTP/1.1 200 OK~Content-Length: 99999999999~~",
                "HTTP/1.1 200 OK~Transfer-Encoding: chunked~~zz~",
                "HTTP/1.1 200 OK~Transfer-Encoding: chunked~~7fffffff~"
            })
    void when_something_else_answers_then_it_is_said(String text) {
        assertThatThrownBy(() -> read(text)).isInstanceOf(IOException.class).hasMessageContaining("answer");
        assertThatThrownBy(() -> read("HTTP/1.1 200 OK~" + "a: b~".repeat(500))).hasMessageContaining("headers");
        assertThatThrownBy(() -> read("HTTP/1.1 200 OK~a: " + "b".repeat(20_000)))
                .hasMessageContaining("too long");
    }
}
