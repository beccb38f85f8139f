package io.heliograph.it.faults;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongSupplier;

/**
 * Who was up and who reached whom, at every moment of the run. Times are nanoseconds since it began. Threads: any.
 */
final class Timeline {
    /** A stretch of time. */
    record Interval(long from, long to) {
        long length() {
            return to - from;
        }
    }

    /** Marks an interval that has not ended. */
    private static final long OPEN = Long.MAX_VALUE;

    private final LongSupplier clock;
    private final Set<String> voters = new TreeSet<>();
    private final Set<String> up = new TreeSet<>();
    private final Set<String> waiting = new TreeSet<>();
    private final Map<String, List<Interval>> steady = new TreeMap<>();
    private final Map<String, Long> steadySince = new HashMap<>();
    private final List<Interval> healthy = new ArrayList<>();
    private Set<Cuts.Pair> cuts = Set.of();
    private long healthySince = OPEN;

    Timeline(LongSupplier clock, Set<String> voters) {
        this.clock = clock;
        this.voters.addAll(voters);
    }

    /** A node has begun to answer, or was killed or paused. */
    synchronized void nodeUp(String node, boolean isUp) {
        if (isUp ? up.add(node) : up.remove(node)) {
            update();
        }
    }

    synchronized void cuts(Set<Cuts.Pair> now) {
        cuts = Set.copyOf(now);
        update();
    }

    /** An empty node is up and counts for nothing until it is taken in. */
    synchronized void nodeWaits(String node, boolean waits) {
        if (waits ? waiting.add(node) : waiting.remove(node)) {
            update();
        }
    }

    synchronized void voters(Set<String> now) {
        voters.clear();
        voters.addAll(now);
        update();
    }

    private void update() {
        long now = clock.getAsLong();
        Set<String> known = new TreeSet<>(voters);
        known.addAll(up);
        known.addAll(steadySince.keySet());
        for (String node : known) {
            boolean isSteady = up.contains(node) && !isCutFromClients(node);
            Long since = steadySince.get(node);
            if (isSteady && since == null) {
                steadySince.put(node, now);
            } else if (!isSteady && since != null) {
                steadySince.remove(node);
                steady.computeIfAbsent(node, unused -> new ArrayList<>()).add(new Interval(since, now));
            }
        }
        boolean isHealthy = hasConnectedMajority();
        if (isHealthy && healthySince == OPEN) {
            healthySince = now;
        } else if (!isHealthy && healthySince != OPEN) {
            healthy.add(new Interval(healthySince, now));
            healthySince = OPEN;
        }
    }

    /** Whether a majority of the voters is up and each of them reaches each other one, both ways, and the clients. */
    synchronized boolean hasConnectedMajority() {
        List<String> all = new ArrayList<>(voters);
        for (int subset = 0; subset < 1 << all.size(); subset++) {
            if (Integer.bitCount(subset) > all.size() / 2 && isConnected(all, subset)) {
                return true;
            }
        }
        return false;
    }

    private boolean isConnected(List<String> all, int subset) {
        List<String> chosen = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            if ((subset & 1 << i) != 0) {
                chosen.add(all.get(i));
            }
        }
        return up.containsAll(chosen)
                && waiting.stream().noneMatch(chosen::contains)
                && chosen.stream()
                        .noneMatch(one -> isCutFromClients(one)
                                || chosen.stream().anyMatch(other -> cuts.contains(new Cuts.Pair(one, other))));
    }

    private boolean isCutFromClients(String node) {
        return cuts.contains(new Cuts.Pair(Cuts.CLIENTS, node)) || cuts.contains(new Cuts.Pair(node, Cuts.CLIENTS));
    }

    /** Whether the node ran and was reachable by clients all the time between two moments. */
    synchronized boolean wasSteady(String node, long from, long to) {
        Long since = steadySince.get(node);
        return (since != null && since <= from)
                || steady.getOrDefault(node, List.of()).stream()
                        .anyMatch(interval -> interval.from() <= from && interval.to() >= to);
    }

    /** The longest time without any of these moments while a majority was up and connected. */
    synchronized Interval longestWithout(List<Long> moments, long until) {
        List<Interval> all = new ArrayList<>(healthy);
        if (healthySince != OPEN) {
            all.add(new Interval(healthySince, until));
        }
        List<Long> sorted = moments.stream().sorted().toList();
        Interval longest = new Interval(0, 0);
        for (Interval interval : all) {
            long last = interval.from();
            for (long moment : sorted) {
                if (moment > last && moment <= interval.to()) {
                    longest = longer(longest, new Interval(last, moment));
                    last = moment;
                }
            }
            longest = longer(longest, new Interval(last, Math.min(interval.to(), until)));
        }
        return longest;
    }

    private static Interval longer(Interval one, Interval other) {
        return other.length() > one.length() ? other : one;
    }
}
