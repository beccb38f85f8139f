package io.heliograph.it.faults;

/** One way in which the product broke its word. */
record Violation(Category category, String text) {

    enum Category {
        /** An acknowledged write is gone. */
        LOST,
        /** Two nodes, or two moments, show different things at the same place of the log. */
        DIVERGENT,
        /** Anything else: written twice, out of order, a request without an answer, a daemon that ended. */
        OTHER
    }

    static Violation lost(String text) {
        return new Violation(Category.LOST, text);
    }

    static Violation divergent(String text) {
        return new Violation(Category.DIVERGENT, text);
    }

    static Violation other(String text) {
        return new Violation(Category.OTHER, text);
    }

    @Override
    public String toString() {
        return category.name().toLowerCase(java.util.Locale.ROOT) + ": " + text;
    }
}
