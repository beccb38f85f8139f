package io.heliograph.kv;

/**
 * Where in the log a write set was decided: {@code epoch << 40 | index}. Revisions are totally ordered; a store keeps
 * the revision of what it holds and turns away every lower one.
 *
 * <p>Always below 2<sup>53</sup>, so that a JSON tool that reads numbers as doubles keeps it exact.
 *
 * @param value the one number, 0 for "none", at most {@link #MAX_VALUE}
 */
public record Revision(long value) implements Comparable<Revision> {

    /** No revision: the store holds nothing of ours, or something written by hand. */
    public static final Revision NONE = new Revision(0);

    /**
     * Highest value a revision can have. The epoch above is nobody's: a number that means "the largest of all" (2<sup>53</sup> - 1) must
     * not be a fence that nothing can ever pass.
     */
    public static final long MAX_VALUE = (1L << 53) - 1 - (1L << 40);

    /** Highest epoch. */
    public static final long MAX_EPOCH = MAX_VALUE >> 40;

    private static final int INDEX_BITS = 40;
    private static final long INDEX_MASK = (1L << INDEX_BITS) - 1;

    public Revision {
        if (value < 0 || value > MAX_VALUE) {
            throw new IllegalArgumentException("not a revision: " + value);
        }
    }

    /**
     * @param epoch 0 to {@link #MAX_EPOCH}
     * @param index index in the log, 0 to 2<sup>40</sup> - 1
     */
    public static Revision of(long epoch, long index) {
        if (epoch < 0 || epoch > MAX_EPOCH || index < 0 || index > INDEX_MASK) {
            throw new IllegalArgumentException("no revision for epoch " + epoch + " and index " + index);
        }
        return new Revision(epoch << INDEX_BITS | index);
    }

    public long epoch() {
        return value >> INDEX_BITS;
    }

    public long index() {
        return value & INDEX_MASK;
    }

    public boolean isNewerThan(Revision other) {
        return value > other.value;
    }

    @Override
    public int compareTo(Revision other) {
        return Long.compare(value, other.value);
    }

    @Override
    public String toString() {
        return Long.toString(value);
    }
}
