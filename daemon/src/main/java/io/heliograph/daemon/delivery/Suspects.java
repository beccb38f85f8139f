package io.heliograph.daemon.delivery;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Tells a write set that a store chokes on from a store that is away: to both there is no answer within the time limit.
 * A row that somebody keeps locked is one example, a value above a server's limit for one packet another.
 *
 * <p>As long as there are no answers fewer write sets are tried together, down to one. One that got no answer, and gets
 * none again when it is tried alone, although the store has answered for others in between, is a cause, and from then on
 * always tried alone.
 *
 * <p>Threads: the worker's.
 */
final class Suspects {

    private static final Duration FIRST_PAUSE = Duration.ofSeconds(5);

    private final int most;
    private int together;
    /** How often the store has answered. */
    private long answers;
    /** Head to the number of answers when it got none last. */
    private final Map<String, Long> failed = new HashMap<>();
    /** Head to how often it was found to be a cause, in a row. */
    private final Map<String, Integer> causes = new HashMap<>();

    /**
     * @param most how many are tried together when all is well
     */
    Suspects(int most) {
        this.most = most;
        this.together = most;
    }

    /**
     * Which to try next.
     *
     * @param due in the order in which they would be tried
     * @return some of them, in that order; where one is tried at a time those that failed only where there is nothing else
     */
    List<String> choose(List<String> due) {
        List<String> usual =
                due.stream().filter(head -> !causes.containsKey(head)).toList();
        if (usual.isEmpty()) {
            return due.stream().limit(1).toList();
        }
        if (together > 1) {
            return usual.subList(0, Math.min(together, usual.size()));
        }
        return List.of(usual.stream()
                .filter(head -> !failed.containsKey(head))
                .findFirst()
                .orElse(usual.get(0)));
    }

    /** The store answered for this head, whatever it said. */
    void answered(String head) {
        answers++;
        forget(head);
    }

    /** There was an answer for each of those that were tried together. */
    void allAnswered() {
        together = Math.min(most, together * 2);
    }

    /** There was no answer for some of as many as this. */
    void someFailed(int tried) {
        together = Math.max(1, tried / 2);
    }

    /** There was no answer for this one, which was tried together with others. */
    void failedTogether(String head) {
        failed.put(head, answers);
    }

    /**
     * There was no answer for this one, which was tried alone.
     *
     * @return whether it is a cause
     */
    boolean failedAlone(String head) {
        Long before = failed.put(head, answers);
        boolean isCause = causes.containsKey(head) || (before != null && before < answers);
        if (isCause) {
            causes.merge(head, 1, Integer::sum);
        }
        return isCause;
    }

    /** How long to leave a cause alone: twice as long each time, {@code longest} at most. */
    Duration pause(String head, Duration longest) {
        int doublings = Math.min(causes.getOrDefault(head, 1) - 1, 16);
        Duration pause = FIRST_PAUSE.multipliedBy(1L << doublings);
        return pause.compareTo(longest) < 0 ? pause : longest;
    }

    /** The causes so far, which are none any more: the store was away, and they may have failed with all the others. */
    Set<String> acquit() {
        Set<String> acquitted = new HashSet<>(causes.keySet());
        causes.clear();
        return acquitted;
    }

    /** It is not wanted any more. */
    void forget(String head) {
        failed.remove(head);
        causes.remove(head);
    }
}
