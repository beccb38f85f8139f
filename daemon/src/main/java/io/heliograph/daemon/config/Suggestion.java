package io.heliograph.daemon.config;

import java.util.Collection;

/** Finds what somebody meant who mistyped a word. */
final class Suggestion {

    private Suggestion() {}

    /** {@code ; did you mean 'x'?} when a candidate is near enough, else the candidates, else nothing. */
    static String among(Collection<String> candidates, String typed) {
        String nearest = "";
        int distance = Integer.MAX_VALUE;
        for (String candidate : candidates) {
            int d = distance(candidate, typed);
            if (d < distance) {
                distance = d;
                nearest = candidate;
            }
        }
        if (!nearest.isEmpty() && distance <= Math.max(1, typed.length() / 3)) {
            return "; did you mean '" + nearest + "'?";
        }
        return candidates.isEmpty() ? "" : "; known here: " + String.join(", ", candidates);
    }

    /** Levenshtein distance. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int substitution = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(substitution, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}
