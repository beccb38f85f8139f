package io.heliograph.it.faults;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** How each fault begins and ends. Its caller's thread only; a node's process is held by one fault at a time. */
final class Faults {
    private final Group group;
    private final Cuts cuts;
    private final Client client;
    private final Requests requests;
    private final Random random;
    private final Network network;
    private final FaultStores stores;
    private final Set<String> held = ConcurrentHashMap.newKeySet();
    private @Nullable Wipe wipe;
    private @Nullable MemberChange change;

    Faults(
            Group group,
            Cuts cuts,
            Client client,
            Requests requests,
            Random random,
            Network network,
            FaultStores stores) {
        this.group = group;
        this.cuts = cuts;
        this.client = client;
        this.requests = requests;
        this.random = random;
        this.network = network;
        this.stores = stores;
    }

    void release(Set<String> nodes) {
        held.removeAll(nodes);
    }

    // --- choosing -----------------------------------------------------------------------------------------------

    private List<FaultNode> free() {
        return group.active().stream()
                .filter(node -> !held.contains(node.id()) && node.isRunning())
                .toList();
    }

    private Optional<FaultNode> anyFree() {
        List<FaultNode> free = free();
        return free.isEmpty() ? Optional.empty() : Optional.of(free.get(random.nextInt(free.size())));
    }

    private Optional<FaultNode> freeLeader() {
        return group.leader().filter(node -> !held.contains(node.id()));
    }

    private List<FaultNode> shuffled() {
        List<FaultNode> nodes = new ArrayList<>(group.active());
        Collections.shuffle(nodes, random);
        return nodes;
    }

    private Set<String> hold(Collection<FaultNode> nodes) {
        Set<String> ids = nodes.stream().map(FaultNode::id).collect(Collectors.toCollection(TreeSet::new));
        held.addAll(ids);
        return ids;
    }

    // --- processes ----------------------------------------------------------------------------------------------

    Optional<Fault> kill() {
        return anyFree().map(node -> kill(List.of(node), "kill -9 " + node));
    }

    Optional<Fault> killLeader() {
        return freeLeader().map(node -> kill(List.of(node), "kill -9 the leader, " + node));
    }

    Optional<Fault> killAll() {
        List<FaultNode> free = free();
        return free.isEmpty() ? Optional.empty() : Optional.of(kill(free, "kill -9 all at once: " + free));
    }

    private Fault kill(List<FaultNode> nodes, String what) {
        Set<String> ids = hold(nodes);
        nodes.parallelStream().forEach(FaultNode::kill9);
        return new Fault(what, ids, () -> nodes.forEach(group::launch));
    }

    Optional<Fault> terminate() {
        return anyFree().map(node -> {
            Set<String> ids = hold(List.of(node));
            node.terminate();
            return new Fault("SIGTERM " + node, ids, () -> group.launch(node));
        });
    }

    Optional<Fault> pause() {
        return anyFree().map(node -> pause(node, "pause " + node));
    }

    Optional<Fault> pauseLeader() {
        return freeLeader().map(node -> pause(node, "pause the leader, " + node));
    }

    private Fault pause(FaultNode node, String what) {
        Set<String> ids = hold(List.of(node));
        node.pause();
        return new Fault(what, ids, node::resume);
    }

    /** A Consul hangs. */
    Optional<Fault> pauseStore() {
        FaultNode node = shuffled().get(0);
        String name = "consul of " + node;
        return stores.consul(node.id()).filter(consul -> held.add(name)).map(consul -> {
            consul.pause();
            return new Fault("pause the " + name, Set.of(name), consul::resume);
        });
    }

    Optional<Fault> restartStorm() {
        return anyFree().map(node -> {
            Set<String> ids = hold(List.of(node));
            Storm storm = new Storm(node, group, new Random(random.nextLong()));
            storm.start();
            return new Fault("restart storm on " + node, ids, storm::end);
        });
    }

    /**
     * One at a time: the next only when the one before holds everything that was acknowledged until it came back. And only
     * while everybody has a vote: where one member is still to catch up, two of three are the whole group, and a disk lost
     * then is a majority lost for good.
     */
    Optional<Fault> wipe() {
        boolean wiping = wipe != null && !wipe.isOver();
        boolean changing = change != null && !change.isDone();
        if (wiping || changing || !group.allVote()) {
            return Optional.empty();
        }
        return anyFree().map(node -> {
            Set<String> ids = hold(List.of(node));
            node.kill9();
            node.wipe();
            Wipe begun = new Wipe(node, group, client, requests);
            wipe = begun;
            return new Fault("wipe " + node, ids, () -> {
                group.launch(node);
                begun.awaitReturn();
            });
        });
    }

    // --- links --------------------------------------------------------------------------------------------------

    private static Set<Cuts.Pair> between(Collection<FaultNode> some, Collection<FaultNode> others, boolean bothWays) {
        Set<Cuts.Pair> pairs = new LinkedHashSet<>();
        for (FaultNode one : some) {
            for (FaultNode other : others) {
                if (!one.equals(other)) {
                    pairs.add(new Cuts.Pair(one.id(), other.id()));
                    if (bothWays) {
                        pairs.add(new Cuts.Pair(other.id(), one.id()));
                    }
                }
            }
        }
        return pairs;
    }

    private Fault cut(String what, Set<Cuts.Pair> pairs) {
        cuts.add(pairs);
        return new Fault(what, Set.of(), () -> cuts.remove(pairs));
    }

    Optional<Fault> cut() {
        List<FaultNode> nodes = shuffled();
        Set<Cuts.Pair> pairs = between(nodes.subList(0, 1), nodes.subList(1, 2), true);
        return Optional.of(cut("cut between " + nodes.get(0) + " and " + nodes.get(1), pairs));
    }

    /** From one node to some of the others, or from these to it. */
    Optional<Fault> cutOneWay() {
        if (!network.cutsOneWay()) {
            return Optional.empty();
        }
        List<FaultNode> nodes = random.nextBoolean() ? leaderFirst() : shuffled();
        List<FaultNode> others = nodes.subList(1, 2 + random.nextInt(nodes.size() - 1));
        List<FaultNode> one = nodes.subList(0, 1);
        boolean outwards = random.nextBoolean();
        Set<Cuts.Pair> pairs = outwards ? between(one, others, false) : between(others, one, false);
        return Optional.of(cut("cut one way: " + pairs, pairs));
    }

    private List<FaultNode> leaderFirst() {
        List<FaultNode> nodes = shuffled();
        group.leader().ifPresent(leader -> {
            nodes.remove(leader);
            nodes.add(0, leader);
        });
        return nodes;
    }

    /** Two halves that do not reach each other. */
    Optional<Fault> split() {
        List<FaultNode> nodes = shuffled();
        int size = 1 + random.nextInt(nodes.size() / 2);
        List<FaultNode> some = List.copyOf(nodes.subList(0, size));
        Set<Cuts.Pair> pairs = between(some, nodes.subList(size, nodes.size()), true);
        return Optional.of(cut("split " + some + " from the rest", pairs));
    }

    Optional<Fault> isolateLeader() {
        return group.leader().map(leader -> {
            Set<Cuts.Pair> pairs = between(List.of(leader), group.active(), true);
            if (network.cutsOneWay() && random.nextInt(3) == 0) {
                pairs.add(new Cuts.Pair(Cuts.CLIENTS, leader.id()));
                pairs.add(new Cuts.Pair(leader.id(), Cuts.CLIENTS));
                return cut("isolate the leader, " + leader + ", from clients too", pairs);
            }
            return cut("isolate the leader, " + leader, pairs);
        });
    }

    /** Clients get no answers from a node, and it may hear them or not. */
    Optional<Fault> cutClients() {
        if (!network.cutsOneWay()) {
            return Optional.empty();
        }
        FaultNode node = shuffled().get(0);
        Set<Cuts.Pair> pairs = new LinkedHashSet<>(Set.of(new Cuts.Pair(node.id(), Cuts.CLIENTS)));
        if (random.nextBoolean()) {
            pairs.add(new Cuts.Pair(Cuts.CLIENTS, node.id()));
        }
        return Optional.of(cut("cut clients from " + node + ": " + pairs, pairs));
    }

    /** Most nodes are killed, or nobody reaches anybody. */
    Optional<Fault> loseMajority() {
        if (random.nextBoolean()) {
            return Optional.of(cut("nobody reaches anybody", between(group.active(), group.active(), true)));
        }
        int majority = group.active().size() / 2 + 1;
        List<FaultNode> free = new ArrayList<>(free());
        Collections.shuffle(free, random);
        if (free.size() < majority) {
            return Optional.empty();
        }
        List<FaultNode> gone = List.copyOf(free.subList(0, majority));
        return Optional.of(kill(gone, "kill -9 a majority: " + gone));
    }

    // --- what operators do --------------------------------------------------------------------------------------

    /** Asked for while whatever else goes on; nobody waits for the answers. */
    Optional<Fault> snapshot() {
        List<FaultNode> nodes =
                shuffled().subList(0, 1 + random.nextInt(group.active().size()));
        nodes.forEach(node -> client.send(node.url(), "POST", "/v1/snapshots", null, Client.LIMIT));
        return Optional.of(Fault.momentary("snapshot at " + List.copyOf(nodes)));
    }

    Optional<Fault> transfer() {
        List<FaultNode> nodes = shuffled();
        String body = Client.json(Map.of("to", nodes.get(0).id()));
        client.send(nodes.get(1).url(), "POST", "/v1/leader", body, Client.LIMIT);
        return Optional.of(Fault.momentary("transfer leadership to " + nodes.get(0) + ", asked at " + nodes.get(1)));
    }

    /** A spare node joins; when there is none, a member leaves for good and is the spare from then on. */
    Optional<Fault> members() {
        if (!network.cutsOneWay() || (change != null && !change.isDone())) {
            return Optional.empty();
        }
        Optional<FaultNode> spare = group.spare();
        Optional<FaultNode> chosen = spare.isPresent() ? spare : random.nextInt(3) == 0 ? freeLeader() : anyFree();
        return chosen.map(node -> {
            Set<String> ids = hold(List.of(node));
            MemberChange begun =
                    new MemberChange(node, spare.isPresent(), group, client, requests, network, () -> release(ids));
            change = begun;
            begun.start();
            return Fault.momentary((spare.isPresent() ? "member joins: " : "member leaves: ") + node);
        });
    }

    /** What has not come to its end by itself. Once everything is healed it has to, within this time. */
    Optional<String> unfinished(Duration limit) throws InterruptedException {
        MemberChange last = change;
        return last == null || last.awaitDone(limit)
                ? Optional.empty()
                : Optional.of("a change of members was not carried out within " + limit.toSeconds()
                        + " s after everything was healed: " + last);
    }
}
