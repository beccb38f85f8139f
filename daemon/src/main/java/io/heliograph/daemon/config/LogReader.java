package io.heliograph.daemon.config;

import io.heliograph.daemon.config.Configuration.Log;
import io.heliograph.daemon.config.Configuration.LogFormat;
import io.heliograph.daemon.config.Configuration.LogLevel;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** Reads the section {@code log}. */
final class LogReader {

    private static final Pattern LOGGER = Pattern.compile("[A-Za-z0-9_$-]+(\\.[A-Za-z0-9_$-]+)*");

    private LogReader() {}

    static Log read(Section log) {
        LogLevel level = log.choice("level", LogLevel.class, LogLevel.INFO);
        LogFormat format = log.choice("format", LogFormat.class, LogFormat.TEXT);
        Map<String, LogLevel> levels = new LinkedHashMap<>();
        Section loggers = log.section("levels");
        for (String name : loggers.namedTexts("level").keySet()) {
            if (!LOGGER.matcher(name).matches()) {
                loggers.problem(name, "is no name of a logger, for example io.heliograph.daemon.http");
            }
            loggers.requiredChoice(name, LogLevel.class).ifPresent(own -> levels.put(name, own));
        }
        log.done();
        return new Log(level, levels, format);
    }
}
