package io.heliograph.kv.zookeeper;

import io.heliograph.kv.Causes;
import io.heliograph.kv.Deadline;
import io.heliograph.kv.Fence;
import io.heliograph.kv.Owner;
import io.heliograph.kv.Revision;
import io.heliograph.kv.StoreResult;
import io.heliograph.kv.WriteSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;

/**
 * Brings some write sets into ZooKeeper, each in a transaction of its own. They go side by side, in three rounds: look
 * at the owner, the fences and values, make missing parents, send the transactions. Those that lost a race go round again.
 */
final class ZooKeeperDelivery {

    private static final int ATTEMPTS = 5;

    private final Link link;
    private final Paths paths;
    private final Owner owner;
    private final Fence strictness;
    private final Duration round;
    private final Deadline deadline;
    private final Map<String, StoreResult> results = new HashMap<>();

    /**
     * @param owner who writes
     * @param strictness what is written over
     * @param round limit of one round
     * @param deadline when to stop starting rounds
     */
    ZooKeeperDelivery(Link link, Paths paths, Owner owner, Fence strictness, Duration round, Deadline deadline) {
        this.link = link;
        this.paths = paths;
        this.owner = owner;
        this.strictness = strictness;
        this.round = round;
        this.deadline = deadline;
    }

    /** A result for each head. */
    Map<String, StoreResult> run(List<WriteSet> sets) {
        List<WriteSet> open = sets;
        for (int attempt = 1; attempt <= ATTEMPTS && !open.isEmpty(); attempt++) {
            if (attempt > 1 && deadline.hasPassed()) {
                settle(open, new StoreResult.Unavailable("the ensemble is too slow"));
                return results;
            }
            try {
                ZooKeeper client = link.connected(Deadline.in(round));
                if (attempt > 1) {
                    // whoever was quicker may have written through another server
                    Reply.sync(client, paths.top()).code(Deadline.in(round));
                }
                Deadline limit = Deadline.in(round);
                Reply<Node> mark = Reply.node(client, paths.owner());
                List<Look> looks =
                        open.stream().map(set -> Look.at(client, paths, set)).toList();
                Optional<StoreResult> foreign = refusal(mark, limit);
                if (foreign.isPresent()) {
                    settle(open, foreign.get());
                    return results;
                }
                open = send(client, prepare(client, plan(looks, limit)), Plan.guard(paths, owner, mark.value(limit)));
            } catch (AwayException e) {
                settle(open, new StoreResult.Unavailable(Causes.oneLine(e)));
                return results;
            }
        }
        settle(open, new StoreResult.Conflict("lost " + ATTEMPTS + " races in a row"));
        return results;
    }

    private void settle(List<WriteSet> sets, StoreResult result) {
        sets.forEach(set -> results.put(set.head(), result));
    }

    /** Why we may not write, whoever's the store is; empty when we may. */
    private Optional<StoreResult> refusal(Reply<Node> mark, Deadline limit) {
        Code code = mark.code(limit);
        if (code != Code.OK && code != Code.NONODE) {
            return Optional.of(Codes.whileReading(code));
        }
        Node found = mark.value(limit);
        return owner.refusal(found == null ? "" : found.line());
    }

    /** Settles those that need no write or cannot be compared; plans the others. */
    private List<Plan> plan(List<Look> looks, Deadline limit) {
        List<Plan> plans = new ArrayList<>();
        for (Look look : looks) {
            Code trouble = look.trouble(limit);
            Node fence = look.fence().value(limit);
            Revision found = fence == null ? Revision.NONE : fence.revision();
            WriteSet set = look.set();
            if (trouble != Code.OK) {
                results.put(set.head(), Codes.whileReading(trouble));
            } else if (strictness.lets(set.revision(), found)) {
                plans.add(
                        set.isDeletion()
                                ? Plan.deletion(set, paths, fence, look.children(limit))
                                : Plan.of(set, paths, fence, look.missing(limit)));
            } else {
                results.put(set.head(), strictness.refusal(set.revision(), found));
            }
        }
        return plans;
    }

    /** Makes the parents that the plans need; settles the plans whose parents cannot be made. */
    private List<Plan> prepare(ZooKeeper client, List<Plan> plans) {
        Deadline limit = Deadline.in(round);
        Map<String, Reply<String>> replies = new TreeMap<>();
        // ZooKeeper keeps the order, so that a node is there when the one below it is made
        plans.forEach(plan -> plan.parents()
                .forEach(path -> replies.computeIfAbsent(path, p -> Reply.create(client, p, paths.acl()))));
        List<Plan> ready = new ArrayList<>();
        for (Plan plan : plans) {
            Optional<String> refused = plan.parents().stream()
                    .filter(path -> !isThere(client, path, code(replies.get(path), limit), limit))
                    .findFirst();
            if (refused.isEmpty()) {
                ready.add(plan);
            } else {
                String path = refused.get();
                results.put(plan.set().head(), Codes.whileWriting(code(replies.get(path), limit), path));
            }
        }
        return ready;
    }

    /** A server looks at the right to make a node before it looks whether it is there. */
    private static boolean isThere(ZooKeeper client, String path, Code created, Deadline limit) {
        return created == Code.OK
                || created == Code.NODEEXISTS
                || (created == Code.NOAUTH && Reply.exists(client, path).code(limit) == Code.OK);
    }

    private static Code code(@Nullable Reply<?> reply, Deadline limit) {
        return reply == null ? Code.SYSTEMERROR : reply.code(limit);
    }

    /** Settles what is decided; returns those that lost a race. */
    private List<WriteSet> send(ZooKeeper client, List<Plan> plans, Op guard) {
        Deadline limit = Deadline.in(round);
        Map<WriteSet, Reply<String>> replies = new LinkedHashMap<>();
        plans.forEach(plan -> replies.put(plan.set(), Reply.multi(client, plan.guarded(guard))));
        List<WriteSet> again = new ArrayList<>();
        Map<WriteSet, Code> lost = new LinkedHashMap<>();
        replies.forEach((set, reply) -> {
            Code code = reply.code(limit);
            if (Codes.isRace(code)) {
                again.add(set);
            } else if (Codes.isLost(code)) {
                lost.put(set, code);
            } else {
                results.put(set.head(), Codes.whileWriting(code, reply.value(limit)));
            }
        });
        if (!lost.isEmpty()) {
            readBack(lost);
        }
        return again;
    }

    /**
     * The answers were lost. A fence that shows our revision, or a newer one, tells what happened; an older one does
     * not, since the transaction may still be on its way. Where the fence may have shown ours before, it tells nothing.
     */
    private void readBack(Map<WriteSet, Code> lost) {
        lost.forEach((set, code) ->
                results.put(set.head(), new StoreResult.Indeterminate("no answer to a transaction: " + code)));
        try {
            ZooKeeper client = link.connected(Deadline.in(round));
            Deadline limit = Deadline.in(round);
            Reply.sync(client, paths.top());
            Map<WriteSet, Reply<Node>> replies = new LinkedHashMap<>();
            lost.keySet().forEach(set -> replies.put(set, Reply.node(client, paths.fence(set.head()))));
            replies.forEach((set, reply) -> {
                Node fence = reply.value(limit);
                Revision found = fence == null ? Revision.NONE : fence.revision();
                if (found.equals(set.revision()) && strictness == Fence.OLDER) {
                    results.put(set.head(), new StoreResult.Delivered());
                } else if (found.isNewerThan(set.revision())) {
                    results.put(set.head(), new StoreResult.Fenced(found));
                }
            });
        } catch (AwayException e) {
            // the outcome stays open
        }
    }

    /** The first round for one write set. */
    private record Look(WriteSet set, Reply<Node> fence, Map<String, Reply<Stat>> values) {

        static Look at(ZooKeeper client, Paths paths, WriteSet set) {
            Map<String, Reply<Stat>> values = new LinkedHashMap<>();
            Reply<Node> fence = Reply.node(client, paths.fence(set.head()));
            set.entries().stream()
                    .map(entry -> paths.value(entry.key()))
                    .forEach(path -> values.put(path, Reply.exists(client, path)));
            return new Look(set, fence, values);
        }

        /** The first answer that is neither a node nor the lack of one. */
        Code trouble(Deadline limit) {
            Set<Code> codes = new LinkedHashSet<>();
            codes.add(fence.code(limit));
            values.values().forEach(reply -> codes.add(reply.code(limit)));
            return codes.stream()
                    .filter(code -> code != Code.OK && code != Code.NONODE)
                    .findFirst()
                    .orElse(Code.OK);
        }

        /** Number of nodes below each value that is there, by path. */
        Map<String, Integer> children(Deadline limit) {
            Map<String, Integer> children = new HashMap<>();
            values.forEach((path, reply) -> {
                Stat stat = reply.value(limit);
                if (stat != null) {
                    children.put(path, stat.getNumChildren());
                }
            });
            return children;
        }

        Set<String> missing(Deadline limit) {
            Set<String> missing = new LinkedHashSet<>();
            values.forEach((path, reply) -> {
                if (reply.code(limit) == Code.NONODE) {
                    missing.add(path);
                }
            });
            return missing;
        }
    }
}
