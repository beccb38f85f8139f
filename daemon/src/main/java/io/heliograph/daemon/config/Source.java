package io.heliograph.daemon.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Where the configuration comes from, and what was found wrong with it so far. */
final class Source {

    /** More than anybody reads, and few enough to be kept, whatever is in the file. */
    private static final int MOST_PROBLEMS = 1_000;

    private static final String VARIABLE_PREFIX = "HELIOGRAPH_";

    /** Variables that configure the start script and the command line, not the server. */
    private static final Set<String> OTHER_VARIABLES = Set.of(
            "HELIOGRAPH_HOME",
            "HELIOGRAPH_JAVA_OPTS",
            "HELIOGRAPH_ENDPOINTS",
            "HELIOGRAPH_CONFIG",
            "HELIOGRAPH_TOKEN",
            "HELIOGRAPH_TOKEN_FILE",
            "HELIOGRAPH_CACHE_DIR");

    private final Path path;
    private final String file;
    private final Map<String, String> environment;
    private final Set<String> used = new HashSet<>();
    private final List<Problem> problems = new ArrayList<>();
    private final Set<Asked> asked = new LinkedHashSet<>();

    Source(Path path, Map<String, String> environment) {
        this.path = path;
        this.file = path.toString();
        this.environment = environment;
    }

    /** The value of an environment variable; remembers that it was asked for. */
    Optional<String> variable(String name) {
        used.add(name);
        return Optional.ofNullable(environment.get(name)).filter(value -> !value.isEmpty());
    }

    /**
     * The path of a file that is named in this one, to which it is relative.
     *
     * @throws InvalidPathException when the name cannot be one
     */
    Path resolve(String name) {
        Path directory = path.toAbsolutePath().getParent();
        return directory == null ? Path.of(name) : directory.resolve(name).normalize();
    }

    /**
     * @param line 1 for the first line, 0 for the file as a whole
     */
    void problem(int line, String key, String message) {
        add(line == 0 ? file : file + ":" + line, key, message);
    }

    void problemInVariable(String variable, String key, String message) {
        add("environment " + variable, key, message);
    }

    /** False when whatever is found from now on is not told. */
    boolean takesMore() {
        return problems.size() <= MOST_PROBLEMS;
    }

    private void add(String where, String key, String message) {
        if (problems.size() < MOST_PROBLEMS) {
            problems.add(new Problem(where, key, message));
        } else if (problems.size() == MOST_PROBLEMS) {
            problems.add(new Problem(file, "", "has more problems than these " + MOST_PROBLEMS));
        }
    }

    /** Records a problem for every variable that looks like ours and that no key asked for. */
    void reportUnknownVariables() {
        environment.keySet().stream()
                .filter(name -> name.startsWith(VARIABLE_PREFIX))
                .filter(name -> !used.contains(name) && !OTHER_VARIABLES.contains(name))
                .sorted()
                .forEach(name -> problemInVariable(name, "", "does not override any key"));
    }

    /** Takes over what was found wrong with a file that this one names. */
    void take(Source other) {
        problems.addAll(other.problems);
    }

    void asked(Asked key) {
        asked.add(key);
    }

    /** How every key was asked for so far. */
    Set<Asked> asked() {
        return asked;
    }

    List<Problem> problems() {
        return problems;
    }
}
