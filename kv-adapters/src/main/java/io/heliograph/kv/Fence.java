package io.heliograph.kv;

/** What a write set is written over. Never over a newer revision. */
public enum Fence {

    /** Older revisions, and what has none. */
    OLDER,

    /** The same revision too, to put right what somebody changed by hand under it. */
    OLDER_OR_SAME;

    /** Whether a write set of revision {@code ours} may be written where the store holds {@code found}. */
    public boolean lets(Revision ours, Revision found) {
        return ours.isNewerThan(found) || (this == OLDER_OR_SAME && ours.equals(found));
    }

    /**
     * What to answer for a write set that may not be written.
     *
     * @param found the revision the store holds
     */
    public StoreResult refusal(Revision ours, Revision found) {
        return found.equals(ours) ? new StoreResult.AlreadyCurrent() : new StoreResult.Fenced(found);
    }
}
