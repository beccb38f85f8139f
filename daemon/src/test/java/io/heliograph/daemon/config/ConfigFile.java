package io.heliograph.daemon.config;

import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A configuration file in a directory of the test's own, and what loading it says. */
final class ConfigFile {

    /** The least that is needed; line numbers in tests count from here. */
    static final String MINIMAL =
            """
            cluster: orders
            node: { id: dc1, data-dir: data }
            raft:
              listen: 127.0.0.1:10008
              members:
                dc1: { raft: "127.0.0.1:10008", http: "http://127.0.0.1:3000" }
            http: { listen: "127.0.0.1:3000" }
            """;

    private final Path directory;
    private final Path file;

    ConfigFile(Path directory) {
        this.directory = directory;
        this.file = directory.resolve("h.yaml");
    }

    Path file() {
        return file;
    }

    Configuration load(String text) throws ConfigurationException {
        return load(text, Map.of());
    }

    Configuration load(String text, Map<String, String> environment) throws ConfigurationException {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return ConfigurationLoader.load(file, environment);
    }

    /** The problems, with the directory left out so that a line begins with {@code h.yaml:}. */
    List<String> problems(String text) {
        return problems(text, Map.of());
    }

    List<String> problems(String text, Map<String, String> environment) {
        try {
            load(text, environment);
            return fail("loaded, although it should have problems");
        } catch (ConfigurationException e) {
            return lines(e);
        }
    }

    List<String> lines(ConfigurationException e) {
        return String.valueOf(e.getMessage())
                .lines()
                .map(line -> line.replace(directory + "/", ""))
                .toList();
    }
}
