package io.heliograph.it.faults;

import org.jspecify.annotations.Nullable;

/**
 * One request and how it ended. Times are nanoseconds since the run began.
 *
 * @param id unique in the run
 * @param key what was written or read; for a cluster the key that holds its master
 * @param value what was to be written, unique in the run; null for reads
 * @param expected a failover's condition, null for none
 * @param node which node was asked
 * @param start before the request was sent
 * @param end after the answer was read, or waiting was given up
 * @param revision of a committed write, or of what a read saw; 0 for none
 * @param seen what a read saw, or the actual master that a refusal named; null for none
 * @param detail status code, or why there was no answer
 */
record Operation(
        long id,
        Kind kind,
        String key,
        @Nullable String value,
        @Nullable String expected,
        String node,
        long start,
        long end,
        Outcome outcome,
        long revision,
        @Nullable String seen,
        String detail) {

    enum Kind {
        PUT,
        SET_MASTER,
        FAILOVER,
        READ
    }

    enum Outcome {
        /** Committed, or read. */
        DONE,
        /** Certainly not carried out. */
        REFUSED,
        /** A write may have been carried out, now or at any later time. */
        UNKNOWN
    }

    boolean isWrite() {
        return kind != Kind.READ;
    }

    boolean isCommitted() {
        return isWrite() && outcome == Outcome.DONE;
    }

    @Override
    public String toString() {
        String condition = expected == null ? "" : " if " + expected;
        String what = isWrite() ? key + " = " + value + condition : key + " -> " + seen;
        return "#%d %s %s at %s, %.3f to %.3f s: %s%s (%s)"
                .formatted(
                        id,
                        kind,
                        what,
                        node,
                        start / 1e9,
                        end / 1e9,
                        outcome,
                        revision == 0 ? "" : " revision " + revision,
                        detail);
    }
}
