package io.heliograph.daemon.cli;

import io.heliograph.daemon.config.Configuration;
import io.heliograph.daemon.config.ConfigurationException;
import io.heliograph.daemon.config.ConfigurationLoader;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Where the configuration is. */
final class ConfigOption {

    @Option(
            names = {"-f", "--config"},
            paramLabel = "FILE",
            description = "The configuration; default: $HELIOGRAPH_CONFIG, or /etc/heliograph/heliograph.yaml")
    Path file = Path.of(System.getenv().getOrDefault("HELIOGRAPH_CONFIG", "/etc/heliograph/heliograph.yaml"));

    /**
     * @throws CliException with every problem, one line each
     */
    Configuration load() {
        try {
            return reload();
        } catch (ConfigurationException e) {
            throw new CliException(ExitCodes.USAGE, String.valueOf(e.getMessage()));
        }
    }

    /**
     * The file as it is now.
     *
     * @throws ConfigurationException with every problem
     */
    Configuration reload() throws ConfigurationException {
        return ConfigurationLoader.load(file, System.getenv());
    }
}
