package io.heliograph.daemon.config;

import java.util.regex.Pattern;

/**
 * Something wrong with the configuration.
 *
 * <p>It is one line that can be shown: what is in the file is in it, and that may be anything.
 *
 * @param where file and line, or the name of an environment variable
 * @param key dotted path of the key, empty for the file as a whole
 * @param message what is wrong, and what would be right
 */
public record Problem(String where, String key, String message) {

    /** What would make two lines of it, or what a terminal would obey. */
    private static final Pattern HARMFUL = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]");

    private static final int LONGEST_KEY = 256;
    private static final int LONGEST_MESSAGE = 1_024;

    public Problem {
        where = oneLine(where);
        key = oneLine(shortened(key, LONGEST_KEY));
        message = oneLine(shortened(message, LONGEST_MESSAGE));
    }

    /** The beginning and the end of what is too long to be read: the reason is often at the end. */
    private static String shortened(String text, int length) {
        if (text.length() <= length) {
            return text;
        }
        return text.substring(0, length / 2) + " ... " + text.substring(text.length() - length / 2);
    }

    private static String oneLine(String text) {
        return HARMFUL.matcher(text).replaceAll("?");
    }

    @Override
    public String toString() {
        return where + ": " + (key.isEmpty() ? "" : key + ": ") + message;
    }
}
