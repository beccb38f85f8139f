package io.heliograph.fsm;

/**
 * Everything that is the same on every node that applied the same commands.
 *
 * <p>Threads: written by the state machine's thread only; read by any thread at any time.
 */
public final class ReplicatedState {

    /** Epoch of a log that was never rebuilt. */
    static final long FIRST_EPOCH = 1;

    private final DesiredState desired = new DesiredState();
    private final ClusterRegistry clusters = new ClusterRegistry();
    private final FailoverHistory failovers = new FailoverHistory();
    private volatile long epoch;
    private volatile boolean restored;
    private volatile long lastIndex;

    ReplicatedState(long epoch, long lastIndex) {
        this.epoch = epoch;
        this.lastIndex = lastIndex;
    }

    public DesiredState desired() {
        return desired;
    }

    public ClusterRegistry clusters() {
        return clusters;
    }

    public FailoverHistory failovers() {
        return failovers;
    }

    /** Rises when the group is rebuilt, so that a log that starts again is not fenced out by the old one. */
    public long epoch() {
        return epoch;
    }

    /** Index in the log of the last command that was applied, 0 for none. */
    public long lastIndex() {
        return lastIndex;
    }

    /**
     * Whether the group began with a snapshot, and has not yet taken an epoch of its own: another group may have begun with
     * the same one.
     */
    public boolean isRestored() {
        return restored;
    }

    void restoredAnew() {
        restored = true;
    }

    /** An epoch that was looked for, so that it is this group's own. */
    void takeEpoch(long atLeast) {
        epoch = Math.max(epoch, atLeast);
        restored = false;
    }

    void applied(long index) {
        lastIndex = index;
    }
}
