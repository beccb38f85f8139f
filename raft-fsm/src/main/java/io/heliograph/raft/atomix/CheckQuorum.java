package io.heliograph.raft.atomix;

import io.atomix.protocols.raft.RaftServer;
import io.atomix.utils.concurrent.Scheduled;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A leader that has lost touch with a majority steps down (Ongaro's dissertation, section 6.2), so that its clients hear
 * of it. The library looks only when an attempt to reach a member fails, and makes fewer and fewer of those.
 *
 * <p>Threads: everything on the Raft thread.
 */
final class CheckQuorum {

    private static final Logger LOG = LoggerFactory.getLogger(CheckQuorum.class);

    private final GuardedRaftContext raft;
    private final BooleanSupplier hasQuorum;
    private @Nullable Scheduled timer;

    CheckQuorum(GuardedRaftContext raft, BooleanSupplier hasQuorum) {
        this.raft = raft;
        this.hasQuorum = hasQuorum;
    }

    void start(Duration interval) {
        timer = raft.getThreadContext().schedule(interval, interval, this::check);
    }

    @SuppressWarnings("NullAway") // the library takes null for "no leader"
    private void check() {
        if (raft.getRole() == RaftServer.Role.LEADER && !hasQuorum.getAsBoolean()) {
            LOG.warn("Lost touch with a majority of the members; no longer leading");
            raft.setLeader(null);
            raft.transition(RaftServer.Role.FOLLOWER);
        }
    }

    void stop() {
        if (timer != null) {
            timer.cancel();
        }
    }
}
