package io.heliograph.daemon.cli;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * The user's own settings, {@code cli.yaml}: what is not given on the command line or by the environment. Files that it
 * names are relative to its directory; {@code ~/} is the home.
 */
final class CliFile {

    private static final int MAX_BYTES = 64 * 1024;
    private static final String ENDPOINTS = "endpoints";
    private static final String OUTPUT = "output";
    private static final List<String> KEYS = List.of(ENDPOINTS, "token-file", "ca", "certificate", "key", OUTPUT);

    private final Path file;
    private final Optional<Path> home;
    private final Map<String, Node> values = new LinkedHashMap<>();

    private CliFile(Path file, Optional<Path> home) {
        this.file = file;
        this.home = home;
    }

    /**
     * @throws CliException 2, with one line that names file, line and key
     */
    static CliFile read(Surroundings surroundings) {
        Optional<Path> place = surroundings.settingsFile();
        CliFile settings = new CliFile(place.orElse(Path.of("cli.yaml")), surroundings.home());
        if (place.isPresent() && Files.exists(place.get())) {
            settings.parse();
        }
        return settings;
    }

    private void parse() {
        try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            LoaderOptions options = new LoaderOptions();
            options.setCodePointLimit(MAX_BYTES);
            take(new Yaml(options).compose(reader));
        } catch (CharacterCodingException e) {
            throw wrong(null, "", "is not UTF-8 text");
        } catch (AccessDeniedException e) {
            throw wrong(null, "", "cannot be read: permission denied");
        } catch (IOException e) {
            throw wrong(null, "", "cannot be read: " + e.getMessage());
        } catch (MarkedYAMLException e) {
            int line = e.getProblemMark() == null ? 0 : e.getProblemMark().getLine() + 1;
            throw wrong(line, "", "is not YAML: " + e.getProblem());
        } catch (YAMLException e) {
            String first = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
            throw wrong(null, "", "is not YAML: " + first);
        }
    }

    private void take(@Nullable Node root) {
        if (root == null) {
            return;
        }
        if (!(root instanceof MappingNode mapping)) {
            throw wrong(root, "", "should be keys with values; known keys: " + String.join(", ", KEYS));
        }
        for (NodeTuple tuple : mapping.getValue()) {
            String key = tuple.getKeyNode() instanceof ScalarNode scalar ? scalar.getValue() : "";
            if (!KEYS.contains(key)) {
                throw wrong(tuple.getKeyNode(), key, "is not a known key; known here: " + String.join(", ", KEYS));
            }
            if (values.putIfAbsent(key, tuple.getValueNode()) != null) {
                throw wrong(tuple.getKeyNode(), key, "is given twice");
            }
        }
        endpoints();
        json();
        if (values.containsKey("certificate") != values.containsKey("key")) {
            String given = values.containsKey("key") ? "key" : "certificate";
            throw wrong(values.get(given), given, "certificate and key belong together: give both");
        }
    }

    private CliException wrong(@Nullable Node at, String key, String message) {
        return wrong(at == null ? 0 : at.getStartMark().getLine() + 1, key, message);
    }

    private CliException wrong(int line, String key, String message) {
        return new CliException(
                ExitCodes.USAGE,
                file + (line == 0 ? "" : ":" + line) + ": " + (key.isEmpty() ? "" : key + ": ") + message);
    }

    private Optional<String> text(String key) {
        Node node = values.get(key);
        if (node == null) {
            return Optional.empty();
        }
        if (!(node instanceof ScalarNode scalar) || scalar.getValue().isBlank()) {
            throw wrong(node, key, "should be one value");
        }
        return Optional.of(scalar.getValue());
    }

    /** A file that the settings name. */
    Optional<Path> path(String key) {
        return text(key)
                .map(text -> text.startsWith("~/") && home.isPresent()
                        ? home.get().resolve(text.substring(2))
                        : file.toAbsolutePath().resolveSibling(text));
    }

    /** Where {@code key} is written, for a message. */
    String where(String key) {
        Node node = values.get(key);
        return file + (node == null ? "" : ":" + (node.getStartMark().getLine() + 1)) + ": " + key;
    }

    /** The nodes to ask; empty when the settings name none. */
    List<Endpoint> endpoints() {
        Node node = values.get(ENDPOINTS);
        List<Endpoint> endpoints = new ArrayList<>();
        if (node instanceof SequenceNode sequence) {
            for (Node item : sequence.getValue()) {
                endpoints.add(endpoint(item, item instanceof ScalarNode scalar ? scalar.getValue() : ""));
            }
        } else if (node != null) {
            for (String each : text(ENDPOINTS).orElse("").split(",", -1)) {
                endpoints.add(endpoint(node, each));
            }
        }
        return endpoints;
    }

    private Endpoint endpoint(Node node, String text) {
        try {
            return Endpoint.parse(text);
        } catch (CliException e) {
            throw wrong(node, ENDPOINTS, e.message());
        }
    }

    /** Whether JSON is wanted. */
    boolean json() {
        return switch (text(OUTPUT).orElse("text")) {
            case "json" -> true;
            case "text" -> false;
            default -> throw wrong(values.get(OUTPUT), OUTPUT, "should be text or json");
        };
    }
}
