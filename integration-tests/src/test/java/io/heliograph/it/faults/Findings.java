package io.heliograph.it.faults;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Violations as they are noticed, each once. Threads: any. */
final class Findings {
    private final Set<Violation> found = new LinkedHashSet<>();

    synchronized void add(Violation violation) {
        found.add(violation);
    }

    synchronized List<Violation> all() {
        return new ArrayList<>(found);
    }

    synchronized int count(Violation.Category category) {
        return (int) found.stream()
                .filter(violation -> violation.category() == category)
                .count();
    }
}
