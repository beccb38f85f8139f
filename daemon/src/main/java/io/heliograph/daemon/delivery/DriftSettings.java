package io.heliograph.daemon.delivery;

import java.time.Duration;

/**
 * What a store is checked for, and what is done about it.
 *
 * @param policy what happens to a write set that is not as it was delivered
 * @param verifyInterval time between two looks; a tenth more or less, so that nodes do not look together
 */
public record DriftSettings(Policy policy, Duration verifyInterval) {

    public static final DriftSettings DEFAULT = new DriftSettings(Policy.REPAIR, Duration.ofMinutes(5));

    /** What to do about drift. */
    public enum Policy {
        /** Write it again. */
        REPAIR,
        /** Leave it, and tell. */
        ALERT
    }
}
