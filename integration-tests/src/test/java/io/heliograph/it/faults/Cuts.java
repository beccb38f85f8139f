package io.heliograph.it.faults;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Which directions of which links are cut at the moment; cuts of several faults add up. Threads: any. */
final class Cuts {
    /** Stands for the clients, who are on a link of their own to each node. */
    static final String CLIENTS = "clients";

    /** One direction of a link. */
    record Pair(String from, String to) implements Comparable<Pair> {
        @Override
        public int compareTo(Pair other) {
            int first = from.compareTo(other.from);
            return first != 0 ? first : to.compareTo(other.to);
        }

        @Override
        public String toString() {
            return from + ">" + to;
        }
    }

    private final Map<Pair, Integer> counts = new HashMap<>();
    private final Network network;
    private final Timeline timeline;

    Cuts(Network network, Timeline timeline) {
        this.network = network;
        this.timeline = timeline;
    }

    synchronized void add(Collection<Pair> pairs) {
        pairs.forEach(pair -> counts.merge(pair, 1, Integer::sum));
        apply();
    }

    synchronized void remove(Collection<Pair> pairs) {
        pairs.forEach(pair -> counts.computeIfPresent(pair, (key, count) -> count == 1 ? null : count - 1));
        apply();
    }

    synchronized void heal() {
        counts.clear();
        apply();
    }

    private void apply() {
        Set<Pair> now = new TreeSet<>(counts.keySet());
        network.apply(now);
        timeline.cuts(now);
    }
}
