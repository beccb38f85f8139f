package io.heliograph.raft;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where this node stands in its Raft group at one moment.
 *
 * @param self this node's id
 * @param role its role
 * @param term the current term as far as this node knows
 * @param leaderOrNull id of the leader as far as this node knows, null for none
 * @param hasQuorum leader: a majority answered within the last two election timeouts; others: the leader was heard from
 *     within the last two election timeouts
 * @param commitIndex highest index known to be committed
 * @param lastApplied highest index applied to the state machine
 * @param snapshotIndex index of the newest snapshot on this node's disk, 0 for none
 */
public record Leadership(
        String self,
        Role role,
        long term,
        @Nullable String leaderOrNull,
        boolean hasQuorum,
        long commitIndex,
        long lastApplied,
        long snapshotIndex) {

    public Optional<String> leader() {
        return Optional.ofNullable(leaderOrNull);
    }

    public boolean isLeader() {
        return role == Role.LEADER;
    }
}
