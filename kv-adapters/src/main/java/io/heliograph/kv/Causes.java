package io.heliograph.kv;

import java.util.Objects;

/** Turns failures of client libraries into the one line that a {@link StoreResult} carries. */
public final class Causes {

    private static final int MAX_CHARACTERS = 400;
    private static final int MAX_DEPTH = 8;

    private Causes() {}

    /**
     * Joins the messages of a failure and its causes, outermost first, each one once.
     *
     * @return one line of at most 400 characters
     */
    public static String oneLine(Throwable failure) {
        StringBuilder line = new StringBuilder();
        int depth = 0;
        for (Throwable cause = failure; cause != null && depth < MAX_DEPTH; cause = cause.getCause()) {
            String message = Objects.requireNonNullElse(
                    cause.getMessage(), cause.getClass().getSimpleName());
            if (line.indexOf(message) < 0) {
                line.append(line.length() == 0 ? "" : ": ").append(message);
            }
            depth++;
        }
        return oneLine(line.toString());
    }

    /** Squeezes {@code text} into one line of at most 400 characters. */
    public static String oneLine(String text) {
        String line = text.replaceAll("[\\s\\p{Cntrl}]+", " ").strip();
        return line.length() <= MAX_CHARACTERS ? line : line.substring(0, MAX_CHARACTERS - 1) + "…";
    }
}
