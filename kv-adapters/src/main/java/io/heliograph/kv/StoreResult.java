package io.heliograph.kv;

import java.time.Duration;

/**
 * What became of one write set in one store. Expected outcomes are values, so that a worker has to think of each.
 */
public sealed interface StoreResult {

    /** The kinds of result, for a switch that the compiler can check. */
    enum Type {
        DELIVERED,
        ALREADY_CURRENT,
        FENCED,
        CONFLICT,
        UNAVAILABLE,
        INDETERMINATE,
        REJECTED
    }

    Type type();

    /** The store now holds the write set. */
    record Delivered() implements StoreResult {
        @Override
        public Type type() {
            return Type.DELIVERED;
        }
    }

    /** The store already held exactly this revision; nothing was written. */
    record AlreadyCurrent() implements StoreResult {
        @Override
        public Type type() {
            return Type.ALREADY_CURRENT;
        }
    }

    /**
     * The store holds a newer revision; nothing was written.
     *
     * @param by the revision found in the store
     */
    record Fenced(Revision by) implements StoreResult {
        @Override
        public Type type() {
            return Type.FENCED;
        }
    }

    /**
     * Somebody else wrote the same keys at the same time, several times in a row; nothing was written. Try again.
     *
     * @param detail what was seen, one line
     */
    record Conflict(String detail) implements StoreResult {
        @Override
        public Type type() {
            return Type.CONFLICT;
        }
    }

    /**
     * The store could not be asked; nothing was written.
     *
     * @param cause what happened, one line, no secrets
     * @param retryAfter what the store asked for, {@link Duration#ZERO} when it asked for nothing
     */
    record Unavailable(String cause, Duration retryAfter) implements StoreResult {
        public Unavailable(String cause) {
            this(cause, Duration.ZERO);
        }

        @Override
        public Type type() {
            return Type.UNAVAILABLE;
        }
    }

    /**
     * The write may or may not have happened: the answer was lost. Read before deciding.
     *
     * @param cause what happened, one line, no secrets
     */
    record Indeterminate(String cause) implements StoreResult {
        @Override
        public Type type() {
            return Type.INDETERMINATE;
        }
    }

    /**
     * The store will not take this write set however often it is asked: too large, not permitted. Nothing was written.
     *
     * @param reason what the store said, one line, no secrets
     */
    record Rejected(String reason) implements StoreResult {
        @Override
        public Type type() {
            return Type.REJECTED;
        }
    }
}
