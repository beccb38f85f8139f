package io.heliograph.daemon.layout;

import io.heliograph.kv.Limits;
import java.util.Arrays;
import java.util.List;

/**
 * A key with placeholders: {@code {prefix}}, at the beginning only, and {@code {alias}}, as a segment of its own, so that
 * two clusters never have the same key.
 */
record KeyTemplate(String text) {

    static final String PREFIX = "{prefix}";
    static final String ALIAS = "{alias}";

    /**
     * Longest template in characters. With the longest prefix and an alias of 312 bytes the key can still be stored; a store
     * refuses clusters whose keys are too long.
     */
    static final int MAX_LENGTH = 100;

    KeyTemplate {
        if (text.length() > MAX_LENGTH) {
            throw new IllegalArgumentException("a key has at most " + MAX_LENGTH + " characters, not " + text.length());
        }
        if (text.lastIndexOf(PREFIX) > 0) {
            throw new IllegalArgumentException("key '" + text + "': {prefix} can only be at its beginning");
        }
        long aliases = segments(text).stream().filter(ALIAS::equals).count();
        if (aliases != 1) {
            throw new IllegalArgumentException(
                    "key '" + text + "' needs {alias} as a segment of its own, once: without it"
                            + " two clusters would have the same key");
        }
        String example = text.replace(PREFIX, "p").replace("/" + ALIAS, "/a").replace(ALIAS + "/", "a/");
        Limits.checkKey(example.equals(ALIAS) ? "a" : example);
    }

    String key(String prefix, String alias) {
        return text.replace(PREFIX, prefix).replace(ALIAS, alias);
    }

    /** Whether it begins with the prefix. */
    boolean hasPrefix() {
        return text.startsWith(PREFIX);
    }

    /** What all its keys begin with, without a slash at the end; empty where the alias comes first. */
    String root(String prefix) {
        String known = text.substring(0, text.indexOf(ALIAS)).replace(PREFIX, prefix);
        return known.endsWith("/") ? known.substring(0, known.length() - 1) : known;
    }

    /** Whether {@code key} is what this makes of some alias. */
    boolean matches(String key, String prefix) {
        return meets(segments(text.replace(PREFIX, prefix)), segments(key));
    }

    /** Whether some alias of ours and some alias of the other make the same key. */
    boolean clashesWith(KeyTemplate other, String prefix) {
        return meets(segments(text.replace(PREFIX, prefix)), segments(other.text.replace(PREFIX, prefix)));
    }

    private static boolean meets(List<String> one, List<String> other) {
        if (one.size() != other.size()) {
            return false;
        }
        for (int i = 0; i < one.size(); i++) {
            boolean isOpen = one.get(i).equals(ALIAS) || other.get(i).equals(ALIAS);
            if (!isOpen && !one.get(i).equals(other.get(i))) {
                return false;
            }
        }
        return true;
    }

    private static List<String> segments(String text) {
        return Arrays.asList(text.split("/", -1));
    }
}
