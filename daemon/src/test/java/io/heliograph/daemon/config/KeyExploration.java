package io.heliograph.daemon.config;

import static java.util.Comparator.comparing;
import static java.util.stream.Collectors.toCollection;

import io.heliograph.daemon.config.Asked.As;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Finds every key that the loader reads by loading: begins with an empty file, and gives what was asked for, in every form
 * and with every word that could make the loader ask for more, until it asks for nothing new.
 */
final class KeyExploration {

    static final String STORE = "stores[]";
    static final String STORE_TYPE = STORE + ".type";

    /**
     * A key as the page shows it.
     *
     * @param asked how
     * @param always whether it is asked for when the file is empty
     * @param stores types of stores that ask for it; empty for keys of no store
     */
    record Key(Asked asked, boolean always, Set<String> stores) {

        String path() {
            return asked.key();
        }

        /** The block that the key is in; empty for the file itself. */
        String parent() {
            return path().contains(".") ? path().substring(0, path().lastIndexOf('.')) : "";
        }
    }

    private final Path file;

    private KeyExploration(Path directory) {
        this.file = directory.resolve("explored.yaml");
    }

    /** Every key that has a value, in the order in which they are asked for; one twice where two types differ about it. */
    static List<Key> keys(Path directory) {
        KeyExploration exploration = new KeyExploration(directory);
        Set<Asked> empty = exploration.load(new KeyDocument());
        Map<Asked, Key> keys = new LinkedHashMap<>();
        Set<Asked> untyped = exploration.explore(Map.of());
        for (String type : words(untyped, STORE_TYPE)) {
            for (Asked asked : values(exploration.explore(Map.of(STORE_TYPE, type)))) {
                keys.putIfAbsent(asked, new Key(asked, empty.contains(asked), new TreeSet<>()));
                if (asked.key().startsWith(STORE)) {
                    keys.get(asked).stores().add(type);
                }
            }
        }
        return List.copyOf(keys.values());
    }

    private static List<String> words(Set<Asked> asked, String key) {
        return asked.stream()
                .filter(each -> each.key().equals(key))
                .flatMap(each -> each.words().stream())
                .toList();
    }

    /** One for each key: the one that knows most of the value. */
    private static List<Asked> values(Set<Asked> all) {
        Map<String, Asked> values = new LinkedHashMap<>();
        for (Asked asked : all) {
            if (asked.as() == As.VALUE) {
                values.merge(asked.key(), asked, (one, other) -> one.variable() ? one : other);
            }
        }
        return new ArrayList<>(values.values());
    }

    private Set<Asked> explore(Map<String, String> given) {
        Set<Asked> found = new LinkedHashSet<>(load(new KeyDocument()));
        int before = 0;
        while (found.size() > before) {
            before = found.size();
            found.addAll(load(document(found, given)));
            for (Asked asked : List.copyOf(found)) {
                for (Object form : forms(asked)) {
                    if (!given.containsKey(asked.key())) {
                        found.addAll(load(document(found, given).put(asked.key(), form)));
                    }
                }
            }
        }
        return found;
    }

    private static List<Object> forms(Asked asked) {
        return switch (asked.as()) {
            case ANYTHING -> List.of(new LinkedHashMap<>(), List.of("x"), "x");
            case VALUE -> asked.words().isEmpty() ? List.of("x") : List.copyOf(asked.words());
            case BLOCK, LIST_OF_BLOCKS, LIST_OF_VALUES -> List.of();
        };
    }

    /** Every block and list that was asked for, parents first, and what is given. */
    static KeyDocument document(Set<Asked> found, Map<String, String> given) {
        KeyDocument document = new KeyDocument();
        Set<String> blocks = found.stream()
                .filter(asked -> asked.as() == As.BLOCK || asked.as() == As.LIST_OF_BLOCKS)
                .map(asked -> asked.as() == As.BLOCK ? asked.key() : asked.key() + "[]")
                .collect(toCollection(
                        () -> new TreeSet<>(comparing(String::length).thenComparing(key -> key))));
        blocks.forEach(document::block);
        given.forEach(document::put);
        return document;
    }

    private Set<Asked> load(KeyDocument document) {
        return ConfigurationLoader.asked(document.write(file));
    }
}
