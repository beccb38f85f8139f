package io.heliograph.it.faults;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What {@code faults.sh} was asked for.
 *
 * @param namespaces prefix of the network namespaces, null for loopback
 * @param directory where the history, the logs and the nodes' data go
 * @param keep keep it even when nothing was wrong
 */
record Options(
        long seed,
        Duration duration,
        int nodes,
        Set<FaultKind> kinds,
        @Nullable String namespaces,
        Path directory,
        boolean keep) {

    /**
     * Arguments in pairs, checked by the script before.
     *
     * @throws IllegalArgumentException one line
     */
    static Options parse(String[] arguments) {
        long seed = 0;
        Duration duration = Duration.ofMinutes(2);
        int nodes = 3;
        Set<FaultKind> kinds = EnumSet.allOf(FaultKind.class);
        String namespaces = null;
        Path directory = Path.of("");
        boolean keep = false;
        for (int i = 0; i + 1 < arguments.length; i += 2) {
            String value = arguments[i + 1];
            switch (arguments[i]) {
                case "--seed" -> seed = Long.parseLong(value);
                case "--minutes" -> duration = Duration.ofMillis(Math.round(Double.parseDouble(value) * 60_000));
                case "--nodes" -> nodes = Integer.parseInt(value);
                case "--faults" -> kinds = kinds(value);
                case "--namespaces" -> namespaces = value;
                case "--directory" -> directory = Path.of(value);
                case "--keep" -> keep = Boolean.parseBoolean(value);
                default -> throw new IllegalArgumentException("unknown argument " + arguments[i]);
            }
        }
        if (nodes != 3 && nodes != 5) {
            throw new IllegalArgumentException("--nodes should be 3 or 5, not " + nodes);
        }
        return new Options(seed, duration, nodes, kinds, namespaces, directory, keep);
    }

    /** "all", or names as in {@link FaultKind}, in small letters with dashes, separated by commas. */
    private static Set<FaultKind> kinds(String text) {
        if (text.equals("all")) {
            return EnumSet.allOf(FaultKind.class);
        }
        Set<FaultKind> kinds = EnumSet.noneOf(FaultKind.class);
        for (String name : text.split(",")) {
            kinds.add(FaultKind.valueOf(name.strip().toUpperCase(Locale.ROOT).replace('-', '_')));
        }
        return kinds;
    }

    /** The nodes that begin as members, and one more that can become one. */
    List<String> nodeIds() {
        List<String> ids = new ArrayList<>();
        for (int i = 1; i <= nodes + 1; i++) {
            ids.add("dc" + i);
        }
        return ids;
    }
}
