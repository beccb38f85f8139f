package io.heliograph.daemon.config;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A configuration that is put together key by key; {@code <name>} is dc1 in it, {@code []} the first of a list. */
final class KeyDocument {

    static final String NAME = "dc1";

    private final Map<String, Object> root = new LinkedHashMap<>();

    /** Puts a value, a map or a list in its place; blocks on the way are made, and values there replaced. */
    KeyDocument put(String key, Object value) {
        String[] words = key.split("\\.");
        Map<String, Object> at = root;
        for (int i = 0; i < words.length - 1; i++) {
            at = below(at, words[i]);
        }
        String last = words[words.length - 1];
        if (last.endsWith("[]")) {
            below(at, last);
        } else {
            at.put(last.equals("<name>") ? NAME : last, value);
        }
        return this;
    }

    /** Makes sure that there is a block, and leaves what is in it as it is. */
    KeyDocument block(String key) {
        Map<String, Object> at = root;
        for (String word : key.split("\\.")) {
            at = below(at, word);
        }
        return this;
    }

    KeyDocument remove(String key) {
        int dot = key.lastIndexOf('.');
        Map<String, Object> at = root;
        if (dot > 0) {
            for (String word : key.substring(0, dot).split("\\.")) {
                at = below(at, word);
            }
        }
        at.remove(key.substring(dot + 1).replace("<name>", NAME));
        return this;
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> below(Map<String, Object> at, String word) {
        if (!word.endsWith("[]")) {
            String key = word.equals("<name>") ? NAME : word;
            if (!(at.get(key) instanceof Map)) {
                at.put(key, new LinkedHashMap<>());
            }
            return (Map<String, Object>) at.get(key);
        }
        String key = word.substring(0, word.length() - 2);
        if (!(at.get(key) instanceof List)) {
            at.put(key, new ArrayList<>(List.of(new LinkedHashMap<>())));
        }
        return ((List<Map<String, Object>>) at.get(key)).get(0);
    }

    /** Writes a new file each time: writing over one waits for the disk on some file systems. */
    Path write(Path file) {
        try {
            Files.deleteIfExists(file);
            return Files.write(file, new ObjectMapper().writeValueAsBytes(root));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
