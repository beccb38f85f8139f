package io.heliograph.daemon.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.OutputStreamAppender;
import io.heliograph.daemon.config.Configuration.Log;
import io.heliograph.daemon.config.Configuration.LogFormat;
import io.heliograph.daemon.config.Configuration.LogLevel;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;

/** The log of the server, as its own {@code logback.xml} makes it, changed while it is used. */
class LoggingTest {

    private final LoggerContext context = new LoggerContext();
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private Logging logging;

    @BeforeEach
    void configure() throws Exception {
        context.setMDCAdapter(new LogbackMDCAdapter());
        JoranConfigurator configurator = new JoranConfigurator();
        configurator.setContext(context);
        configurator.doConfigure(LoggingTest.class.getResource("/logback.xml"));
        ((OutputStreamAppender<ILoggingEvent>)
                        context.getLogger(Logger.ROOT_LOGGER_NAME).getAppender("console"))
                .setOutputStream(written);
        logging = new Logging(context);
    }

    private List<String> lines() {
        List<String> lines = written.toString(StandardCharsets.UTF_8).lines().toList();
        written.reset();
        return lines;
    }

    private Level level(String logger) {
        return context.getLogger(logger).getEffectiveLevel();
    }

    @Test
    void when_nothing_is_configured_then_it_is_as_before() {
        logging.apply(Log.DEFAULT);
        assertThat(level("io.heliograph.daemon.http")).isEqualTo(Level.INFO);
        assertThat(level("io.atomix.raft")).isEqualTo(Level.OFF);
        context.getLogger("io.heliograph.daemon.A").info("hello");
        context.getLogger("io.heliograph.daemon.A").debug("no");
        assertThat(lines()).singleElement().asString().endsWith(" INFO  A hello");
    }

    @Test
    void when_levels_are_changed_and_taken_back_then_each_is_what_it_was() {
        logging.apply(new Log(
                LogLevel.WARN,
                Map.of("io.heliograph.daemon.http", LogLevel.TRACE, "io.atomix", LogLevel.DEBUG),
                LogFormat.TEXT));
        assertThat(level("io.heliograph.daemon")).isEqualTo(Level.WARN);
        assertThat(level("io.heliograph.daemon.http.Router")).isEqualTo(Level.TRACE);
        assertThat(level("io.atomix.raft")).isEqualTo(Level.DEBUG);
        assertThat(level("org.apache.curator")).isEqualTo(Level.OFF);

        logging.apply(new Log(LogLevel.ERROR, Map.of("io.atomix", LogLevel.ERROR), LogFormat.TEXT));
        assertThat(level("io.heliograph.daemon.http.Router")).isEqualTo(Level.ERROR);
        assertThat(level("io.atomix.raft")).isEqualTo(Level.ERROR);

        logging.apply(Log.DEFAULT);
        assertThat(level("io.heliograph.daemon.http.Router")).isEqualTo(Level.INFO);
        assertThat(level("io.atomix.raft")).isEqualTo(Level.OFF);
    }

    @Test
    void when_every_level_is_chosen_then_it_is_that_one() {
        for (LogLevel each : LogLevel.values()) {
            logging.apply(new Log(each, Map.of(), LogFormat.TEXT));
            assertThat(level("some")).hasToString(each.name());
        }
    }

    @Test
    void when_the_format_changes_then_the_next_line_has_it() {
        Logger logger = context.getLogger("io.heliograph.daemon.A");
        logging.apply(new Log(LogLevel.INFO, Map.of(), LogFormat.JSON));
        logger.atInfo().addKeyValue("status", 200).log("hello");
        logging.apply(Log.DEFAULT);
        logger.info("hello");
        assertThat(lines())
                .satisfiesExactly(
                        json -> assertThat(json)
                                .startsWith("{\"time\":\"20")
                                .endsWith("\"message\":\"hello\",\"fields\":{\"status\":200}}"),
                        text -> assertThat(text).endsWith(" INFO  A hello"));
    }
}
