package io.heliograph.daemon.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.OutputStreamAppender;
import io.heliograph.daemon.config.Configuration;
import io.heliograph.daemon.config.Configuration.LogFormat;
import io.heliograph.daemon.config.Configuration.LogLevel;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Has the process log as the configuration says, from one moment to the next. Loggers that it does not name keep the
 * levels that they have by themselves: libraries speak of what does not matter. Safe for use by several threads.
 */
public final class Logging {

    private final LoggerContext context;
    private final Map<String, @Nullable Level> own = new HashMap<>();
    private final Set<String> changed = new HashSet<>();

    /**
     * @param context has nobody else who changes its levels
     */
    Logging(LoggerContext context) {
        this.context = context;
        for (Logger logger : context.getLoggerList()) {
            own.put(logger.getName(), logger.getLevel());
        }
    }

    /** The log of this process. */
    public static Logging ofProcess() {
        return new Logging((LoggerContext) LoggerFactory.getILoggerFactory());
    }

    /** From now on. */
    public synchronized void apply(Configuration.Log log) {
        changed.forEach(name -> context.getLogger(name).setLevel(own.get(name)));
        changed.clear();
        context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).setLevel(level(log.level()));
        log.levels().forEach((name, level) -> {
            context.getLogger(name).setLevel(level(level));
            changed.add(name);
        });
        encode(log.format());
    }

    private void encode(LogFormat format) {
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        Iterator<Appender<ILoggingEvent>> appenders = root.iteratorForAppenders();
        while (appenders.hasNext()) {
            if (appenders.next() instanceof OutputStreamAppender<ILoggingEvent> stream
                    && stream.getEncoder() instanceof LineEncoder lines) {
                lines.json(format == LogFormat.JSON);
            }
        }
    }

    private static Level level(LogLevel level) {
        return switch (level) {
            case ERROR -> Level.ERROR;
            case WARN -> Level.WARN;
            case INFO -> Level.INFO;
            case DEBUG -> Level.DEBUG;
            case TRACE -> Level.TRACE;
            case OFF -> Level.OFF;
        };
    }
}
