package io.heliograph.daemon.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.StringLength;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.slf4j.event.KeyValuePair;

/** What a line of the log looks like. */
class LineEncoderTest {

    private static final LoggerContext CONTEXT = new LoggerContext();
    private static final ObjectMapper JSON = new ObjectMapper();

    private final LineEncoder encoder = new LineEncoder();

    private static LoggingEvent event(String message, @Nullable Throwable failure, Object... arguments) {
        LoggingEvent event = new LoggingEvent(
                "", CONTEXT.getLogger("io.heliograph.daemon.Some"), Level.WARN, message, failure, arguments);
        event.setInstant(Instant.parse("2026-01-31T12:00:00.5Z"));
        event.setThreadName("main");
        return event;
    }

    private String encoded(LoggingEvent event) {
        return new String(encoder.encode(event), StandardCharsets.UTF_8);
    }

    private JsonNode json(LoggingEvent event) throws Exception {
        encoder.json(true);
        String line = encoded(event);
        assertThat(line).endsWith("}\n");
        assertThat(line.indexOf('\n')).isEqualTo(line.length() - 1);
        return JSON.readTree(line);
    }

    @Test
    void when_it_is_text_then_time_level_class_and_message_are_on_one_line() {
        assertThat(encoded(event("Store {} is down", null, "consul")))
                .matches("20\\d\\d-\\d\\d-\\d\\dT\\d\\d:\\d\\d:00\\.500\\S+ WARN  Some Store consul is down\n");
    }

    @Test
    void when_a_message_holds_line_ends_and_escapes_then_they_do_no_harm() {
        String hostile = "a\n2026-01-31 INFO forged\r\u001b[2J\u009b2J\u202e\u2028b\u0000é😀";
        assertThat(encoded(event("alias {}", null, hostile)))
                .endsWith(" alias a?2026-01-31 INFO forged??[2J?2J??b?é😀\n")
                .hasLineCount(1);
    }

    @Test
    void when_there_is_a_stack_then_each_of_its_lines_is_indented() {
        Exception failure = new IllegalStateException("no\n2026-01-31 forged \u001b[2J", new RuntimeException("why"));
        List<String> lines = encoded(event("failed", failure)).lines().toList();
        assertThat(lines.get(0)).endsWith(" WARN  Some failed");
        assertThat(lines.subList(1, lines.size()))
                .allMatch(line -> line.startsWith("    "))
                .contains("    java.lang.IllegalStateException: no", "    2026-01-31 forged ?[2J")
                .anyMatch(line -> line.contains("Caused by: java.lang.RuntimeException: why"))
                .noneMatch(line -> line.contains("\u001b") || line.contains("\t"));
    }

    @Test
    void when_it_is_json_then_each_line_is_an_object_with_everything() throws Exception {
        LoggingEvent event = event("Store {} is down", new IllegalStateException("no"), "consul");
        event.addKeyValuePair(new KeyValuePair("status", 403));
        event.addKeyValuePair(new KeyValuePair("revision", 1099511627781L));
        event.addKeyValuePair(new KeyValuePair("changed", true));
        event.addKeyValuePair(new KeyValuePair("path", "/v1/clusters/o\n"));
        event.addKeyValuePair(new KeyValuePair("outcome", null));
        JsonNode line = json(event);
        assertThat(line.fieldNames())
                .toIterable()
                .containsExactly("time", "level", "logger", "thread", "message", "fields", "exception");
        assertThat(line.path("time").asText()).isEqualTo("2026-01-31T12:00:00.500Z");
        assertThat(line.path("level").asText()).isEqualTo("WARN");
        assertThat(line.path("logger").asText()).isEqualTo("io.heliograph.daemon.Some");
        assertThat(line.path("thread").asText()).isEqualTo("main");
        assertThat(line.path("message").asText()).isEqualTo("Store consul is down");
        assertThat(line.path("fields").toString())
                .isEqualTo("{\"status\":403,\"revision\":1099511627781,\"changed\":true,"
                        + "\"path\":\"/v1/clusters/o\\n\",\"outcome\":\"null\"}");
        assertThat(line.path("exception").asText()).startsWith("java.lang.IllegalStateException: no\n\tat ");
    }

    @Test
    void when_there_are_neither_fields_nor_a_failure_then_json_has_none() throws Exception {
        assertThat(json(event("m", null)).fieldNames())
                .toIterable()
                .containsExactly("time", "level", "logger", "thread", "message");
    }

    @Test
    void when_the_format_changes_then_the_next_line_has_it() {
        assertThat(encoded(event("m", null))).doesNotStartWith("{");
        encoder.json(true);
        assertThat(encoded(event("m", null))).startsWith("{");
        encoder.json(false);
        assertThat(encoded(event("m", null))).doesNotStartWith("{");
    }

    @Property(tries = 300)
    void when_any_text_is_logged_then_it_is_one_harmless_line_and_json_keeps_it(
            @ForAll @StringLength(max = 40) String text) throws Exception {
        LineEncoder lines = new LineEncoder();
        String shown = new String(lines.encode(event("{}", null, text)), StandardCharsets.UTF_8);
        assertThat(shown.substring(0, shown.length() - 1)).doesNotContainPattern("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]");
        lines.json(true);
        String document = new String(lines.encode(event("{}", null, text)), StandardCharsets.UTF_8);
        assertThat(document.substring(0, document.length() - 1))
                .doesNotContainPattern("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]");
        String wellFormed = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
        assertThat(JSON.readTree(document).path("message").asText()).isEqualTo(wellFormed);
    }
}
