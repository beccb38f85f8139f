package io.heliograph.daemon.layout;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heliograph.kv.Entry;
import io.heliograph.kv.WriteSet;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Which keys of a store a cluster's master becomes. Plain entries stay as they are.
 *
 * <p>Threads: any.
 */
public final class KeyLayout {

    /** The five keys of {@link io.heliograph.command.Master#entries}. */
    public static final KeyLayout CLASSIC = new KeyLayout(List.of(), Optional.empty(), "");

    /** Most keys of a layout. */
    public static final int MAX_KEYS = 32;

    private static final Map<String, String> CLASSIC_KEYS = classicKeys();
    private static final ObjectMapper JSON = new ObjectMapper();

    private record Line(KeyTemplate key, ValueTemplate value) {}

    private final List<Line> lines;
    private final Optional<KeyTemplate> json;
    private final String prefix;

    private KeyLayout(List<Line> lines, Optional<KeyTemplate> json, String prefix) {
        this.lines = List.copyOf(lines);
        this.json = json;
        this.prefix = prefix;
    }

    /**
     * @param keys key templates with their value templates, the head first; the classic ones where nothing is given, none
     *     where an empty map is
     * @param json template of a key that gets a JSON object with master, revision and time; it is the last of the write set
     * @param prefix key prefix of masters, to find templates that make the same key
     * @throws IllegalArgumentException naming the template that cannot be used
     */
    public static KeyLayout of(Optional<Map<String, String>> keys, Optional<String> json, String prefix) {
        if (keys.isEmpty() && json.isEmpty()) {
            return CLASSIC;
        }
        List<Line> lines = new ArrayList<>();
        keys.orElse(CLASSIC_KEYS)
                .forEach((key, value) -> lines.add(new Line(new KeyTemplate(key), new ValueTemplate(value))));
        KeyLayout layout = new KeyLayout(lines, json.map(KeyTemplate::new), prefix);
        layout.check();
        return layout;
    }

    private static Map<String, String> classicKeys() {
        Map<String, String> classic = new LinkedHashMap<>();
        classic.put("{prefix}/{alias}", "{master}");
        classic.put("{prefix}/{alias}/hostname", "{host}");
        classic.put("{prefix}/{alias}/port", "{port}");
        classic.put("{prefix}/{alias}/ipv4", "{ipv4}");
        classic.put("{prefix}/{alias}/ipv6", "{ipv6}");
        return classic;
    }

    private void check() {
        List<KeyTemplate> templates = templates();
        if (templates.isEmpty()) {
            throw new IllegalArgumentException("a layout needs a key");
        }
        if (templates.size() > MAX_KEYS) {
            throw new IllegalArgumentException(templates.size() + " keys are too many: the limit is " + MAX_KEYS);
        }
        for (int i = 0; i < templates.size(); i++) {
            for (int k = i + 1; k < templates.size(); k++) {
                if (templates.get(i).clashesWith(templates.get(k), prefix)) {
                    throw new IllegalArgumentException(
                            "keys '" + templates.get(i).text() + "' and '"
                                    + templates.get(k).text() + "' can be the same key");
                }
            }
        }
    }

    private List<KeyTemplate> templates() {
        List<KeyTemplate> templates = new ArrayList<>();
        lines.forEach(line -> templates.add(line.key()));
        json.ifPresent(templates::add);
        return templates;
    }

    private boolean isClassic() {
        return lines.isEmpty() && json.isEmpty();
    }

    /**
     * The write set as the store gets it; at the same revision.
     *
     * @return empty for a master that was published under another prefix than the configured one, where the head has no
     *     prefix: the key is that of the master published under this one
     * @throws IllegalArgumentException when it is a plain entry, or the deletion of one, whose key is kept for masters in
     *     this layout
     */
    public Optional<WriteSet> arrange(WriteSet set) {
        if (isClassic()) {
            return Optional.of(set);
        }
        Optional<PublishedMaster> published = PublishedMaster.of(set);
        return published.isPresent() ? arrange(set, published.get()) : Optional.of(plain(set));
    }

    private WriteSet plain(WriteSet set) {
        for (String key : set.keys()) {
            if (templates().stream().anyMatch(template -> template.matches(key, prefix))) {
                throw new IllegalArgumentException(
                        "key '" + key + "' is one that a cluster would have in this store's layout");
            }
        }
        return set;
    }

    private Optional<WriteSet> arrange(WriteSet set, PublishedMaster published) {
        boolean isOurs = published.prefix().equals(prefix);
        if (!isOurs && !templates().get(0).hasPrefix()) {
            return Optional.empty();
        }
        List<Entry> entries = new ArrayList<>();
        for (Line line : lines) {
            if (isOurs || line.key().hasPrefix()) {
                String value = set.isDeletion() ? "" : line.value().value(published.alias(), published.master());
                entries.add(new Entry(line.key().key(published.prefix(), published.alias()), value));
            }
        }
        json.filter(key -> isOurs || key.hasPrefix())
                .ifPresent(key -> entries.add(new Entry(
                        key.key(published.prefix(), published.alias()),
                        set.isDeletion() ? "" : object(set, published))));
        return Optional.of(new WriteSet(set.revision(), set.decidedAt(), set.action(), entries));
    }

    private static String object(WriteSet set, PublishedMaster published) {
        ObjectNode object = JSON.createObjectNode()
                .put("master", published.master().address().toString())
                .put("revision", set.revision().value());
        if (set.decidedAt() > 0) {
            object.put("time", Instant.ofEpochMilli(set.decidedAt()).toString());
        }
        try {
            return JSON.writeValueAsString(object);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an object of two strings and a number", e);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof KeyLayout that
                && lines.equals(that.lines)
                && json.equals(that.json)
                && prefix.equals(that.prefix);
    }

    @Override
    public int hashCode() {
        return Objects.hash(lines, json, prefix);
    }

    /** Whether some cluster would have the same key in both. */
    public boolean clashesWith(KeyLayout other, String masterPrefix) {
        return templatesOrClassic().stream().anyMatch(mine -> other.templatesOrClassic().stream()
                .anyMatch(theirs -> mine.clashesWith(theirs, masterPrefix)));
    }

    private List<KeyTemplate> templatesOrClassic() {
        return isClassic()
                ? CLASSIC_KEYS.keySet().stream().map(KeyTemplate::new).toList()
                : templates();
    }

    /** The keys and values as they are configured, in one line; two layouts that make the same keys and values are equal here. */
    public String description() {
        Map<String, String> all = new LinkedHashMap<>();
        lines.forEach(line -> all.put(line.key().text(), line.value().text()));
        json.ifPresent(key -> all.put(key.text(), "{json}"));
        return isClassic() ? CLASSIC_KEYS.toString() : all.toString();
    }

    /** Whether the value of a cluster's head is its master's {@code host:port}. */
    public boolean isHeadTheMaster() {
        return isClassic() || (!lines.isEmpty() && lines.get(0).value().text().equals("{master}"));
    }

    /** Paths under which the keys of masters are; an empty one where a key begins with the alias. */
    public Set<String> roots(String masterPrefix) {
        if (isClassic()) {
            return Set.of(masterPrefix);
        }
        Set<String> roots = new LinkedHashSet<>();
        templates().forEach(template -> roots.add(template.root(masterPrefix)));
        return roots;
    }
}
