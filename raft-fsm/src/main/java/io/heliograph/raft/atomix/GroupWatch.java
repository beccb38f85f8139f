package io.heliograph.raft.atomix;

import io.heliograph.raft.RaftSettings;
import io.heliograph.raft.Standing;
import io.heliograph.raft.net.MemberNetwork;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out when this node's group has gone on without it: a removed node is sent nothing any more, so it has to ask. It
 * asks when it hears of no leader, and from time to time whether there is a newer group of the same cluster.
 *
 * <p>Threads: one of its own.
 */
final class GroupWatch {

    private static final Logger LOG = LoggerFactory.getLogger(GroupWatch.class);
    private static final Duration LIMIT = Duration.ofSeconds(2);
    private static final int SELDOM = 10;

    private final RaftSettings settings;
    private final MemberNetwork network;
    private final Supplier<@Nullable RaftNode> node;
    private final Supplier<NodeIdentity> identity;
    private final Consumer<Standing.Kind> leave;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "raft-group-watch");
        thread.setDaemon(true);
        return thread;
    });
    private int looks;

    GroupWatch(
            RaftSettings settings,
            MemberNetwork network,
            Supplier<@Nullable RaftNode> node,
            Supplier<NodeIdentity> identity,
            Consumer<Standing.Kind> leave) {
        this.settings = settings;
        this.network = network;
        this.node = node;
        this.identity = identity;
        this.leave = leave;
    }

    void start() {
        timer.scheduleWithFixedDelay(this::look, 1, 1, TimeUnit.SECONDS);
    }

    void stop() {
        timer.shutdownNow();
    }

    private void look() {
        RaftNode opened = node.get();
        looks++;
        if (opened == null || identity.get().kind() != Standing.Kind.MEMBER) {
            return;
        }
        boolean leads = opened.leadership().isLeader();
        if (looks % SELDOM != 0 && (leads || opened.hearsLeader())) {
            return;
        }
        Set<String> others = new TreeSet<>(settings.members().keySet());
        others.addAll(opened.latestMembers().members().keySet());
        others.remove(settings.self());
        for (String other : others) {
            network.ask(other, Admission.WHO, new byte[0], LIMIT)
                    .thenAccept(reply -> consider(opened, other, reply))
                    .exceptionally(error -> null);
        }
    }

    private void consider(RaftNode opened, String from, byte[] reply) {
        NodeIdentity other;
        try {
            other = NodeIdentity.decode(reply);
        } catch (IOException e) {
            LOG.warn("{} says something else than who it is: {}", from, e.getMessage());
            return;
        }
        NodeIdentity own = identity.get();
        if (other.kind() != Standing.Kind.MEMBER) {
            return;
        }
        if (other.generation() > own.generation()) {
            leave.accept(Standing.Kind.SUPERSEDED);
        } else if (other.generation() == own.generation()
                // the other's list is committed; ours may be the same one, of which we cannot know that
                && other.membersIndex() >= opened.latestMembers().index()
                && !other.members().containsKey(settings.self())) {
            leave.accept(Standing.Kind.REMOVED);
        }
    }
}
