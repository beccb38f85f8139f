package io.heliograph.daemon.delivery;

import java.time.Duration;

/**
 * What a store is checked for, and what is done about it.
 *
 * @param policy what happens to a write set that is not as it was delivered
 * @param verifyInterval time between two looks; a tenth more or less, so that nodes do not look together
 * @param handEdits who takes over what was changed by hand, where the policy says so
 * @param layouts remembers with which layout the store was filled
 */
public record DriftSettings(Policy policy, Duration verifyInterval, HandEdits handEdits, KnownLayouts layouts) {

    /** Nothing is taken over, and the layout never changes. */
    public DriftSettings(Policy policy, Duration verifyInterval) {
        this(policy, verifyInterval, HandEdits.NONE);
    }

    /** The layout never changes. */
    public DriftSettings(Policy policy, Duration verifyInterval, HandEdits handEdits) {
        this(policy, verifyInterval, handEdits, KnownLayouts.ALL);
    }

    public static final DriftSettings DEFAULT = new DriftSettings(Policy.REPAIR, Duration.ofMinutes(5));

    /** What to do about drift. */
    public enum Policy {
        /** Write it again. */
        REPAIR,
        /** Leave it, and tell. */
        ALERT,
        /**
         * Have every store hold what somebody wrote, where it is the master of a cluster; write everything else again, and
         * what is gone.
         */
        ADOPT
    }
}
