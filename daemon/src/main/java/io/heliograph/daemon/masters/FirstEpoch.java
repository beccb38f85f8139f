package io.heliograph.daemon.masters;

import io.heliograph.daemon.delivery.StoreEpochs.Shown;
import io.heliograph.fsm.ReplicatedState;
import io.heliograph.kv.Revision;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A group whose log begins anew must not be fenced out of stores that an earlier group wrote to: before its first write
 * its leader takes an epoch above the highest its stores show.
 *
 * <p>Threads: any.
 */
final class FirstEpoch {

    private static final Logger LOG = LoggerFactory.getLogger(FirstEpoch.class);

    private final Supplier<ReplicatedState> state;
    private final Supplier<Map<String, Shown>> stores;
    private long settledInTerm = -1;

    FirstEpoch(Supplier<ReplicatedState> state, Supplier<Map<String, Shown>> stores) {
        this.state = state;
        this.stores = stores;
    }

    /** Whether the stores must be looked at before this leader's next write. */
    synchronized boolean isOpen(long term) {
        return settledInTerm != term && state.get().desired().size() == 0;
    }

    /** Nothing more to look at in this term. */
    synchronized void settle(long term) {
        settledInTerm = term;
    }

    /** The epoch to raise ours to; empty when ours is above all that the stores show. */
    OptionalLong needed() {
        long highest = 0;
        for (Map.Entry<String, Shown> store : stores.get().entrySet()) {
            Shown shown = store.getValue();
            if (!shown.problem().isEmpty()) {
                LOG.warn(
                        "Store {} could not be asked for its epoch before the first write: {}; should it hold what an"
                                + " earlier group wrote, it will show as fenced, and heliograph adopt takes it over",
                        store.getKey(),
                        shown.problem());
            }
            highest = Math.max(highest, shown.epoch());
        }
        if (highest < state.get().epoch()) {
            return OptionalLong.empty();
        }
        if (highest >= Revision.MAX_EPOCH) {
            LOG.warn("A store shows the highest epoch there is, {}; nothing can be newer than that", highest);
            return OptionalLong.empty();
        }
        LOG.info("The stores hold what an earlier group wrote in epoch {}; taking epoch {}", highest, highest + 1);
        return OptionalLong.of(highest + 1);
    }
}
