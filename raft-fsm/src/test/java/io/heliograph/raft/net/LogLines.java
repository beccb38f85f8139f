package io.heliograph.raft.net;

import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/** What the networks of this process log while it is open. */
final class LogLines extends AppenderBase<ILoggingEvent> implements AutoCloseable {

    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger(MemberNetwork.class);

    LogLines() {
        start();
        logger.addAppender(this);
    }

    @Override
    protected void append(ILoggingEvent event) {
        lines.add(event.getFormattedMessage());
    }

    List<String> all() {
        return lines;
    }

    /** Waits for a line with all of these in it. */
    String awaitLine(String... parts) {
        await().atMost(Net.PATIENCE).until(() -> lines.stream().anyMatch(line -> hasAll(line, parts)));
        return lines.stream().filter(line -> hasAll(line, parts)).findFirst().orElseThrow();
    }

    private static boolean hasAll(String line, String... parts) {
        return List.of(parts).stream().allMatch(line::contains);
    }

    @Override
    public void close() {
        logger.detachAppender(this);
    }
}
