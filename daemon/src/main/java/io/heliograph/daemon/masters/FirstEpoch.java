package io.heliograph.daemon.masters;

import io.heliograph.command.Command;
import io.heliograph.fsm.ReplicatedState;
import io.heliograph.kv.Revision;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A group whose log begins anew must not be fenced out of stores that an earlier group wrote to: before its first write
 * its leader takes an epoch above the highest its stores show. A group that began with a snapshot takes one in any case:
 * with the same snapshot another group may have begun before, whose revisions must not be the same as ours.
 *
 * <p>Threads: any.
 */
final class FirstEpoch {

    private static final Logger LOG = LoggerFactory.getLogger(FirstEpoch.class);

    private final Supplier<ReplicatedState> state;
    private final LongSupplier storesHighest;
    private long settledInTerm = -1;

    FirstEpoch(Supplier<ReplicatedState> state, LongSupplier storesHighest) {
        this.state = state;
        this.storesHighest = storesHighest;
    }

    /** Whether the stores must be looked at before this leader's next write. */
    synchronized boolean isOpen(long term) {
        return settledInTerm != term
                && (state.get().isRestored() || state.get().desired().size() == 0);
    }

    /** Nothing more to look at in this term. */
    synchronized void settle(long term) {
        settledInTerm = term;
    }

    /** What takes the epoch that is needed; empty when ours is above all that the stores show, and ours alone. */
    Optional<Command> needed() {
        ReplicatedState now = state.get();
        long highest = storesHighest.getAsLong();
        if (now.isRestored()) {
            long next = Math.min(Math.max(highest, now.epoch()) + 1, Revision.MAX_EPOCH);
            LOG.info("This group began with a snapshot, and the stores show epoch {}; taking epoch {}", highest, next);
            return Optional.of(new Command.BeginEpoch(next));
        }
        if (highest < now.epoch()) {
            return Optional.empty();
        }
        if (highest >= Revision.MAX_EPOCH) {
            LOG.warn("A store shows the highest epoch there is, {}; nothing can be newer than that", highest);
            return Optional.empty();
        }
        LOG.info("The stores hold what an earlier group wrote in epoch {}; taking epoch {}", highest, highest + 1);
        return Optional.of(new Command.RaiseEpoch(highest + 1));
    }
}
