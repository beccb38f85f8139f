package io.heliograph.daemon.config;

import io.heliograph.daemon.config.Asked.As;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * One mapping of the file while it is being read. Remembers which keys were asked for, so that {@link #done} can name
 * those that nobody knows, and how, so that they can be documented; an environment variable beats the file.
 */
final class Section {

    /** What is longer is nobody's key or value, and some of those who look at it closer need a time or a stack as long. */
    private static final int LONGEST_KEY = 512;

    private static final int LONGEST_VALUE = 16 * 1024;
    private static final int LONGEST_LIST = 256;

    private final Source source;
    private final String path;
    private final String pattern;
    private final int line;
    private final Map<String, NodeTuple> values = new LinkedHashMap<>();
    private final Set<String> known = new LinkedHashSet<>();
    private boolean namesAreFree;

    /** The whole of a file. */
    Section(Source source, @Nullable Node node) {
        this(source, "", "", node);
    }

    /**
     * @param pattern the path as it is documented, {@code stores[]} for {@code stores.consul}
     */
    private Section(Source source, String path, String pattern, @Nullable Node node) {
        this.source = source;
        this.path = path;
        this.pattern = pattern;
        this.line = node == null ? 0 : Nodes.lineOf(node);
        if (node instanceof MappingNode mapping) {
            mapping.getValue().forEach(this::take);
        } else if (node != null && !Nodes.isEmpty(node)) {
            source.problem(line, path, "should be a block of keys");
        }
    }

    private void take(NodeTuple tuple) {
        if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
            source.problem(Nodes.lineOf(tuple.getKeyNode()), path, "a key should be a plain word");
        } else if (key.getValue().length() > LONGEST_KEY) {
            source.problem(
                    Nodes.lineOf(key),
                    at(key.getValue()),
                    "is longer than a key can be, " + LONGEST_KEY + " characters");
        } else if (values.putIfAbsent(key.getValue(), tuple) != null) {
            source.problem(Nodes.lineOf(key), at(key.getValue()), "is given twice");
        }
    }

    private String at(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    private String patternAt(String key) {
        String last = namesAreFree ? "<name>" : key;
        return pattern.isEmpty() ? last : pattern + "." + last;
    }

    private void ask(String key, As as) {
        known.add(key);
        source.asked(Asked.of(patternAt(key), as));
    }

    private String variable(String key) {
        return "HELIOGRAPH_" + at(key).toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
    }

    /** Records a problem with the value of {@code key}. */
    void problem(String key, String message) {
        NodeTuple tuple = values.get(key);
        if (source.variable(variable(key)).isPresent()) {
            source.problemInVariable(variable(key), at(key), message);
        } else {
            source.problem(tuple == null ? line : Nodes.lineOf(tuple.getValueNode()), at(key), message);
        }
    }

    boolean has(String key) {
        ask(key, As.ANYTHING);
        return values.containsKey(key) || source.variable(variable(key)).isPresent();
    }

    /** Whether the file has this key, whatever the environment says. */
    boolean isWritten(String key) {
        ask(key, As.ANYTHING);
        return values.containsKey(key);
    }

    /**
     * Whether the file has a block under {@code key}, or the environment one of its keys.
     *
     * @param keys of the block
     */
    boolean hasBlock(String key, List<String> keys) {
        ask(key, As.ANYTHING);
        return values.containsKey(key) || hasVariableBelow(key, keys);
    }

    private boolean hasVariableBelow(String key, List<String> keys) {
        return keys.stream()
                .anyMatch(below -> source.variable(variable(key + "." + below)).isPresent());
    }

    /** The same where it may be one value, too. */
    boolean isBlock(String key, List<String> keys) {
        ask(key, As.ANYTHING);
        NodeTuple tuple = values.get(key);
        boolean written = tuple != null && tuple.getValueNode() instanceof MappingNode;
        return source.variable(variable(key)).isEmpty() && (written || hasVariableBelow(key, keys));
    }

    /** Whether a list is given under {@code key}. */
    boolean isList(String key) {
        ask(key, As.ANYTHING);
        NodeTuple tuple = values.get(key);
        return source.variable(variable(key)).isEmpty()
                && tuple != null
                && tuple.getValueNode() instanceof SequenceNode;
    }

    /** The list of plain values under {@code key}. */
    List<String> texts(String key) {
        ask(key, As.LIST_OF_VALUES);
        NodeTuple tuple = values.get(key);
        List<String> texts = new ArrayList<>();
        if (tuple != null && tuple.getValueNode() instanceof SequenceNode sequence) {
            for (Node item : sequence.getValue()) {
                if (!(item instanceof ScalarNode scalar)) {
                    problem(key, "should be a list of plain values");
                } else if (!isTooLong(key, scalar.getValue())) {
                    texts.add(scalar.getValue());
                }
            }
        }
        return texts;
    }

    /**
     * The value, if there is one.
     *
     * @param type what may be written, in words
     */
    Optional<String> optionalText(String key, String type) {
        return value(key, Asked.value(patternAt(key), type, Optional.empty(), false));
    }

    /** The value, or what counts without one. */
    String textOr(String key, String type, String fallback) {
        return value(key, Asked.value(patternAt(key), type, Optional.of(fallback), false))
                .orElse(fallback);
    }

    private Optional<String> value(String key, Asked asked) {
        known.add(key);
        source.asked(asked);
        Optional<String> overridden = source.variable(variable(key));
        if (overridden.isPresent()) {
            return printable(key, overridden.get());
        }
        NodeTuple tuple = values.get(key);
        if (tuple == null) {
            return Optional.empty();
        }
        if (!(tuple.getValueNode() instanceof ScalarNode scalar)) {
            problem(key, "should be one value");
            return Optional.empty();
        }
        if (scalar.getValue().isEmpty()) {
            problem(key, "has no value");
            return Optional.empty();
        }
        return printable(key, scalar.getValue());
    }

    private boolean isTooLong(String key, String value) {
        if (value.length() > LONGEST_VALUE) {
            problem(key, "has " + value.length() + " characters; the limit is " + LONGEST_VALUE);
            return true;
        }
        return false;
    }

    /** No name, address or path has a control character, and in a message it would do harm. */
    private Optional<String> printable(String key, String value) {
        if (isTooLong(key, value)) {
            return Optional.empty();
        }
        for (int i = 0; i < value.length(); i++) {
            if (Character.isISOControl(value.charAt(i))) {
                problem(
                        key,
                        String.format("has a control character, U+%04X, at position %d", (int) value.charAt(i), i + 1));
                return Optional.empty();
            }
        }
        return Optional.of(value);
    }

    /** The path of the file that is named under {@code key}; whether there is one is not looked at. */
    Optional<Path> optionalFile(String key) {
        return optionalText(key, "file").flatMap(name -> path(key, name));
    }

    /** The same where there must be a name. */
    Optional<Path> file(String key) {
        return file(key, "file");
    }

    /** The same with a word for what kind of file it is. */
    Optional<Path> file(String key, String type) {
        String name = text(key, type);
        return name.isEmpty() ? Optional.empty() : path(key, name);
    }

    private Optional<Path> path(String key, String name) {
        try {
            return Optional.of(source.resolve(name));
        } catch (InvalidPathException e) {
            problem(key, "'" + name + "' cannot be the name of a file here: " + e.getReason());
            return Optional.empty();
        }
    }

    /** The value, or the empty string after the problem was recorded. */
    String text(String key, String type) {
        return required(key, Asked.value(patternAt(key), type, Optional.empty(), true));
    }

    private String required(String key, Asked asked) {
        Optional<String> value = value(key, asked);
        if (value.isEmpty() && !has(key)) {
            problem(key, "is missing");
        }
        return value.orElse("");
    }

    /** True or false, as YAML 1.2 writes them. */
    boolean yesOrNo(String key, boolean fallback) {
        Optional<String> otherwise = Optional.of(Boolean.toString(fallback));
        String text = value(key, Asked.word(patternAt(key), List.of("true", "false"), otherwise, false))
                .orElse(Boolean.toString(fallback));
        if (!text.equals("true") && !text.equals("false")) {
            problem(key, "should be true or false, not '" + text + "'");
        }
        return text.equals("true");
    }

    /** One of the words of an enum, written in lower case. */
    <E extends Enum<E>> E choice(String key, Class<E> words, E fallback) {
        return choice(key, words, Optional.of(Asked.word(fallback)), false).orElse(fallback);
    }

    /** The same where nothing in particular counts when there is none. */
    <E extends Enum<E>> Optional<E> optionalChoice(String key, Class<E> words) {
        return choice(key, words, Optional.empty(), false);
    }

    /** The same where there must be one; empty after the problem was recorded. */
    <E extends Enum<E>> Optional<E> requiredChoice(String key, Class<E> words) {
        return choice(key, words, Optional.empty(), true);
    }

    private <E extends Enum<E>> Optional<E> choice(
            String key, Class<E> words, Optional<String> fallback, boolean required) {
        List<E> all = List.of(words.getEnumConstants());
        List<String> choices = all.stream().map(Asked::word).toList();
        Asked asked = Asked.word(patternAt(key), choices, fallback, required);
        String text = required ? required(key, asked) : value(key, asked).orElse("");
        int place = choices.indexOf(text);
        if (place < 0 && !text.isEmpty()) {
            problem(key, "'" + text + "' is not one of " + String.join(", ", choices));
        }
        return place < 0 ? Optional.empty() : Optional.of(all.get(place));
    }

    Duration duration(String key, Duration fallback, Duration least, Duration most) {
        Optional<String> text = value(key, Asked.duration(patternAt(key), fallback, least, most));
        if (text.isEmpty()) {
            return fallback;
        }
        Optional<Duration> parsed = Durations.parse(text.get());
        if (parsed.isEmpty()) {
            problem(key, "'" + text.get() + "' " + Durations.HINT);
            return fallback;
        }
        Duration duration = parsed.get();
        if (duration.compareTo(least) < 0 || duration.compareTo(most) > 0) {
            problem(key, text.get() + " is not between " + Durations.text(least) + " and " + Durations.text(most));
            return fallback;
        }
        return duration;
    }

    /** The block under {@code key}; an empty one when it is not there. */
    Section section(String key) {
        ask(key, As.BLOCK);
        NodeTuple tuple = values.get(key);
        return new Section(source, at(key), patternAt(key), tuple == null ? null : tuple.getValueNode());
    }

    /**
     * Every key of this block with its value, in the order of the file; values may be empty.
     *
     * @param type what a value may be, in words
     */
    Map<String, String> namedTexts(String type) {
        namesAreFree = true;
        source.asked(new Asked(patternAt(""), As.VALUE, type, List.of(), null, false, false));
        Map<String, String> texts = new LinkedHashMap<>();
        values.forEach((key, tuple) -> {
            known.add(key);
            if (!(tuple.getValueNode() instanceof ScalarNode scalar)) {
                problem(key, "should be one value");
            } else if (!isTooLong(key, scalar.getValue())) {
                texts.put(key, scalar.getValue());
            }
        });
        return texts;
    }

    /** Every key of this block with the block below it. */
    Map<String, Section> sections() {
        namesAreFree = true;
        source.asked(Asked.of(patternAt(""), As.BLOCK));
        Map<String, Section> sections = new LinkedHashMap<>();
        values.keySet().forEach(key -> sections.put(key, section(key)));
        return sections;
    }

    /** The blocks of the list under {@code key}, each at a path that ends in its name. */
    List<Section> list(String key) {
        ask(key, As.LIST_OF_BLOCKS);
        NodeTuple tuple = values.get(key);
        List<Section> items = new ArrayList<>();
        if (tuple == null || Nodes.isEmpty(tuple.getValueNode())) {
            return items;
        }
        if (!(tuple.getValueNode() instanceof SequenceNode sequence)) {
            problem(key, "should be a list");
            return items;
        }
        int size = sequence.getValue().size();
        if (size > LONGEST_LIST) {
            problem(key, "has " + size + " items; the limit is " + LONGEST_LIST);
            return items;
        }
        int position = 0;
        for (Node item : sequence.getValue()) {
            position++;
            items.add(new Section(source, at(key) + "." + Nodes.nameOf(item, position), patternAt(key) + "[]", item));
        }
        return items;
    }

    /** Records a problem for every key that was never asked for, with the nearest one that would have been right. */
    void done() {
        for (Map.Entry<String, NodeTuple> entry : values.entrySet()) {
            if (!known.contains(entry.getKey()) && source.takesMore()) {
                source.problem(
                        Nodes.lineOf(entry.getValue().getKeyNode()),
                        at(entry.getKey()),
                        "is not a known key" + Suggestion.among(known, entry.getKey()));
            }
        }
    }
}
