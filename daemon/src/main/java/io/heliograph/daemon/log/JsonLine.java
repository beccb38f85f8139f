package io.heliograph.daemon.log;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.KeyValuePair;

/**
 * One event as a JSON object: {@code time} (UTC), {@code level}, {@code logger}, {@code thread}, {@code message}, and,
 * where there are any, {@code fields} and {@code exception}.
 */
final class JsonLine {

    private static final JsonFactory JSON = new JsonFactory();
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSX", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private JsonLine() {}

    static String of(ILoggingEvent event) {
        StringWriter line = new StringWriter(300);
        try (JsonGenerator out = JSON.createGenerator(line)) {
            out.writeStartObject();
            out.writeStringField("time", TIME.format(Instant.ofEpochMilli(event.getTimeStamp())));
            out.writeStringField("level", event.getLevel().toString());
            out.writeStringField("logger", event.getLoggerName());
            out.writeStringField("thread", event.getThreadName());
            out.writeStringField("message", String.valueOf(event.getFormattedMessage()));
            writeFields(out, event.getKeyValuePairs());
            IThrowableProxy failure = event.getThrowableProxy();
            if (failure != null) {
                out.writeStringField("exception", ThrowableProxyUtil.asString(failure));
            }
            out.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("a string does not take what is written to it", e);
        }
        return Harmless.json(line.toString()) + '\n';
    }

    private static void writeFields(JsonGenerator out, @Nullable List<KeyValuePair> fields) throws IOException {
        if (fields == null || fields.isEmpty()) {
            return;
        }
        out.writeObjectFieldStart("fields");
        for (KeyValuePair field : fields) {
            out.writeFieldName(String.valueOf(field.key));
            if (field.value instanceof Long || field.value instanceof Integer) {
                out.writeNumber(((Number) field.value).longValue());
            } else if (field.value instanceof Boolean yes) {
                out.writeBoolean(yes);
            } else {
                out.writeString(String.valueOf(field.value));
            }
        }
        out.writeEndObject();
    }
}
