package io.heliograph.daemon.log;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.encoder.EncoderBase;
import java.nio.charset.StandardCharsets;

/**
 * Writes each event of the log as one line: as text for people, or as JSON for programs. What others had a hand in,
 * aliases, addresses, errors of stores, can neither end a line nor say anything to a terminal.
 *
 * <p>{@code logback.xml} names it. The format can change at any time. Safe for use by several threads.
 */
public final class LineEncoder extends EncoderBase<ILoggingEvent> {

    private static final byte[] NOTHING = {};

    private volatile boolean isJson;

    /** Whether lines are JSON from now on. */
    void json(boolean wanted) {
        isJson = wanted;
    }

    @Override
    public byte[] encode(ILoggingEvent event) {
        return (isJson ? JsonLine.of(event) : TextLine.of(event)).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public byte[] headerBytes() {
        return NOTHING;
    }

    @Override
    public byte[] footerBytes() {
        return NOTHING;
    }
}
