package io.heliograph.daemon.log;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** One event as people read it: time, level, the class that speaks, message. The stack of a failure is indented. */
final class TextLine {

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern(
                    "yyyy-MM-dd'T'HH:mm:ss.SSSXXX", Locale.ROOT)
            .withZone(ZoneId.systemDefault());
    private static final String INDENT = "    ";

    private TextLine() {}

    static String of(ILoggingEvent event) {
        String logger = event.getLoggerName();
        StringBuilder line = new StringBuilder(200)
                .append(TIME.format(Instant.ofEpochMilli(event.getTimeStamp())))
                .append(String.format(Locale.ROOT, " %-5s ", event.getLevel()))
                .append(Harmless.text(logger.substring(logger.lastIndexOf('.') + 1)))
                .append(' ')
                .append(Harmless.text(String.valueOf(event.getFormattedMessage())))
                .append('\n');
        IThrowableProxy failure = event.getThrowableProxy();
        if (failure != null) {
            ThrowableProxyUtil.asString(failure).lines().forEach(each -> line.append(INDENT)
                    .append(Harmless.text(each.replace("\t", INDENT)))
                    .append('\n'));
        }
        return line.toString();
    }
}
