package io.heliograph.daemon.config;

import io.heliograph.daemon.config.KeyExploration.Key;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** {@code docs/configuration.md}: how it is written. */
final class KeyPage {

    private static final String RESOURCES = "/configuration/";

    private final Map<String, String> meanings = meanings();

    static String resource(String name) {
        try (InputStream in = Objects.requireNonNull(KeyPage.class.getResourceAsStream(RESOURCES + name), name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** By key, or key@type of store: what it is for. */
    static Map<String, String> meanings() {
        Map<String, String> meanings = new LinkedHashMap<>();
        resource("meanings.txt").lines().forEach(line -> {
            String[] both = line.split(" = ", 2);
            if (both.length != 2 || meanings.put(both[0], both[1]) != null) {
                throw new AssertionError("meanings.txt: no 'key = sentence', or a second one: " + line);
            }
        });
        return meanings;
    }

    static String meaningKey(Key key, Map<String, String> meanings) {
        String special = key.path() + "@" + String.join("+", key.stores());
        return meanings.containsKey(special) ? special : key.path();
    }

    String write(List<Key> keys) {
        Map<String, StringBuilder> tables = new LinkedHashMap<>();
        for (Key key : keys) {
            boolean store = !key.stores().isEmpty();
            String section = key.parent().isEmpty() ? "cluster" : key.path().split("[.\\[]")[0];
            tables.computeIfAbsent(section, name -> new StringBuilder(head(name, store)))
                    .append(row(key, store));
        }
        return resource("introduction.md") + String.join("", tables.values());
    }

    private static String head(String section, boolean store) {
        String columns = store
                ? "| key | stores | type and range | default | needed | after a change | variable | meaning |\n"
                : "| key | type and range | default | needed | after a change | variable | meaning |\n";
        return "\n## " + section + "\n\n" + columns + columns.replaceAll("[^|\n]+", "---");
    }

    private String row(Key key, boolean store) {
        String fallback = key.asked().fallback();
        String meaning = meanings.getOrDefault(meaningKey(key, meanings), "");
        return "| `" + key.path() + "` | "
                + (store ? stores(key) + " | " : "")
                + key.asked().type() + " | "
                + (fallback == null ? "" : "`" + fallback + "`") + " | "
                + needed(key) + " | "
                + change(key) + " | "
                + (key.asked().variable() ? "`" + variable(key.path()) + "`" : "") + " | "
                + meaning + " |\n";
    }

    private static String stores(Key key) {
        return key.stores().size() == 3 ? "all" : String.join(", ", key.stores());
    }

    static String needed(Key key) {
        if (!key.asked().required() || key.path().endsWith("<name>")) {
            return "";
        }
        if (key.always()) {
            return "yes";
        }
        String parent = key.parent();
        return parent.endsWith("[]") || parent.endsWith("<name>") ? "in each" : "with `" + parent + "`";
    }

    /** What it takes until a changed value counts. */
    static String change(Key key) {
        boolean restart = RestartKeys.all().stream()
                .anyMatch(fixed -> key.path().equals(fixed) || key.path().startsWith(fixed + "."));
        return restart ? "restart" : "reload";
    }

    static String variable(String path) {
        return "HELIOGRAPH_"
                + path.replace("[]", ".<name>").toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9<>]", "_");
    }
}
