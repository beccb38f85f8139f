package io.heliograph.daemon.cli;

/**
 * Text of others as it may be shown: names, reasons and errors come from whoever could write them, and a terminal obeys
 * what it is sent. What would move the cursor, change colours or turn the direction of writing becomes a question mark.
 */
final class Harmless {

    private static final char REPLACEMENT = '?';

    private Harmless() {}

    /** For one line: line ends and tabs are replaced, too. */
    static String line(String text) {
        return replaced(text, false);
    }

    /** For several lines. */
    static String lines(String text) {
        return replaced(text, true);
    }

    private static String replaced(String text, boolean isLayoutKept) {
        StringBuilder shown = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean isLayout = c == '\n' || c == '\t';
            shown.append(isHarmful(c) && !(isLayout && isLayoutKept) ? REPLACEMENT : c);
        }
        return shown.toString();
    }

    /** JSON means the same with such characters written as escapes; they can stand in its strings only. */
    static String json(String document) {
        StringBuilder shown = new StringBuilder(document.length());
        for (int i = 0; i < document.length(); i++) {
            char c = document.charAt(i);
            if (c >= ' ' && isHarmful(c)) {
                shown.append(String.format("\\u%04x", (int) c));
            } else {
                shown.append(c);
            }
        }
        return shown.toString();
    }

    private static boolean isHarmful(char c) {
        return Character.isISOControl(c)
                || c == '\u2028'
                || c == '\u2029'
                || c == '\u200e'
                || c == '\u200f'
                || (c >= '\u202a' && c <= '\u202e')
                || (c >= '\u2066' && c <= '\u2069');
    }
}
