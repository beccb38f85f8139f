package io.heliograph.daemon.delivery;

import io.heliograph.kv.Revision;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * How a store stands, for people.
 *
 * @param name the store's name
 * @param type its type
 * @param state the worst thing that is true of it
 * @param headRevision newest revision it should hold
 * @param deliveredRevision newest revision it is known to hold
 * @param pending write sets it does not hold yet
 * @param lagMillis how long the oldest of these has been waiting, 0 for none
 * @param drifted write sets that were found not to be as they were delivered, and are not repaired yet
 * @param sinceVerified how long ago it was last compared with what was delivered to it; empty for never
 * @param lastError the last thing that went wrong, empty after a success
 */
public record StoreStatus(
        String name,
        String type,
        State state,
        Revision headRevision,
        Revision deliveredRevision,
        int pending,
        long lagMillis,
        int drifted,
        Optional<Duration> sinceVerified,
        String lastError) {

    /** What can be true of a store, worst last. */
    public enum State {
        /** Answers. */
        UP,
        /** Holds newer revisions than ours of some write sets. */
        FENCED,
        /** Refuses some write sets for good; they are tried again slowly. */
        PARKED,
        /** Does not answer. */
        DOWN;

        /** As status surfaces spell it. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
