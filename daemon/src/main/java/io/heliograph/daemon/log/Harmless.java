package io.heliograph.daemon.log;

import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Text without what ends a line, moves a cursor, changes colours, or turns the direction of writing. */
final class Harmless {

    private static final Pattern HARMFUL = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]");

    private Harmless() {}

    /** Each such character is a question mark. */
    static String text(String text) {
        return HARMFUL.matcher(text).replaceAll("?");
    }

    /** Each such character is a JSON escape: in a document of one line it can stand in strings only. */
    static String json(String document) {
        return HARMFUL.matcher(document).replaceAll(Harmless::escaped);
    }

    private static String escaped(MatchResult found) {
        StringBuilder escaped = new StringBuilder();
        for (char c : found.group().toCharArray()) {
            escaped.append(String.format("\\\\u%04x", (int) c));
        }
        return escaped.toString();
    }
}
