package io.heliograph.daemon.cli;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Where the command line runs.
 *
 * @param environment the process's variables
 * @param outIsTerminal whether somebody watches what is printed
 * @param errIsTerminal whether somebody watches what is complained
 */
record Surroundings(Map<String, String> environment, boolean outIsTerminal, boolean errIsTerminal) {

    /** Set by the start script, which can tell: words of {@code out} and {@code err}, for what is a terminal. */
    static final String TERMINALS = "heliograph.terminals";

    /** Those of this process. */
    static Surroundings ofProcess() {
        String terminals = System.getProperty(TERMINALS, "");
        return new Surroundings(System.getenv(), terminals.contains("out"), terminals.contains("err"));
    }

    /** A variable that is set to something. */
    Optional<String> variable(String name) {
        return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
    }

    /** Whether a terminal may show colours: see no-color.org. */
    boolean wantsColours() {
        return variable("NO_COLOR").isEmpty()
                && !environment.getOrDefault("TERM", "").equals("dumb");
    }

    /** A user's home, empty when there is none. */
    Optional<Path> home() {
        return variable("HOME").map(Path::of);
    }

    /** The user's own settings, which need not exist; empty when there is no place for them. */
    Optional<Path> settingsFile() {
        return variable("XDG_CONFIG_HOME")
                .map(Path::of)
                .filter(Path::isAbsolute)
                .or(() -> home().map(home -> home.resolve(".config")))
                .map(directory -> directory.resolve("heliograph").resolve("cli.yaml"));
    }
}
