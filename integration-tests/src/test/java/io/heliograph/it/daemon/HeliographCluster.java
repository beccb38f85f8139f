package io.heliograph.it.daemon;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/** A cluster of daemons, each a process of its own on this machine. */
public final class HeliographCluster implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration POLL = Duration.ofMillis(50);

    private final Map<String, HeliographNode> nodes;
    private final Links links;

    HeliographCluster(Map<String, HeliographNode> nodes, Links links) {
        this.nodes = nodes;
        this.links = links;
    }

    public static ClusterBuilder builder() {
        return new ClusterBuilder();
    }

    public HeliographNode node(String id) {
        HeliographNode node = nodes.get(id);
        if (node == null) {
            throw new IllegalArgumentException("no node " + id + " among " + nodes.keySet());
        }
        return node;
    }

    public Collection<HeliographNode> nodes() {
        return nodes.values();
    }

    /** All nodes but this one. */
    public List<HeliographNode> others(HeliographNode node) {
        return nodes.values().stream().filter(other -> !other.equals(node)).toList();
    }

    /** Starts every node that does not run, at the same time, and waits until they have a leader and its state. */
    public void startAll() {
        List<HeliographNode> started =
                nodes.values().stream().filter(node -> !node.isRunning()).toList();
        started.forEach(HeliographNode::launch);
        try {
            started.forEach(HeliographNode::awaitLive);
        } catch (IllegalStateException e) {
            throw new IllegalStateException("the cluster did not start:\n" + describe(), e);
        }
        awaitLeader();
        awaitSameState();
        Awaitility.await("every node ready").atMost(LIMIT).pollInterval(POLL).until(() -> started.stream()
                .allMatch(node -> node.get("/health/ready").status() == 200));
    }

    /** The node that leads with the highest term at this moment, if any. */
    public Optional<HeliographNode> leader() {
        return leaderAmong(nodes.values());
    }

    private static Optional<HeliographNode> leaderAmong(Collection<HeliographNode> candidates) {
        record Leading(HeliographNode node, long term) {}
        return candidates.stream()
                .flatMap(node -> node
                        .status()
                        .filter(HeliographCluster::leads)
                        .map(status -> new Leading(node, status.path("term").asLong()))
                        .stream())
                .max(Comparator.comparingLong(Leading::term))
                .map(Leading::node);
    }

    private static boolean leads(JsonNode status) {
        return "leader".equalsIgnoreCase(status.path("role").asText())
                && status.path("hasQuorum").asBoolean();
    }

    /** Waits until some node leads with a quorum. */
    public HeliographNode awaitLeader() {
        return awaitLeaderAmong(nodes.values());
    }

    /** Waits until one of these nodes leads with a quorum. */
    public HeliographNode awaitLeaderAmong(Collection<HeliographNode> candidates) {
        try {
            return Awaitility.await("a leader among " + candidates)
                    .atMost(LIMIT)
                    .pollInterval(POLL)
                    .until(() -> leaderAmong(candidates), Optional::isPresent)
                    .orElseThrow();
        } catch (ConditionTimeoutException e) {
            throw new AssertionError(
                    "no leader among %s after %s s:%n%s".formatted(candidates, LIMIT.toSeconds(), describe()), e);
        }
    }

    /** Waits until all running nodes have applied the same index and hold the same state. */
    public void awaitSameState() {
        try {
            Awaitility.await("the same state everywhere")
                    .atMost(LIMIT)
                    .pollInterval(POLL)
                    .until(this::isSameState);
        } catch (ConditionTimeoutException e) {
            throw new AssertionError(
                    "the nodes still differ after %s s:%n%s".formatted(LIMIT.toSeconds(), describe()), e);
        }
    }

    private boolean isSameState() {
        List<HeliographNode> running =
                nodes.values().stream().filter(HeliographNode::isRunning).toList();
        List<JsonNode> seen =
                running.stream().flatMap(node -> node.status().stream()).toList();
        long committed = seen.stream()
                .mapToLong(status -> status.path("commitIndex").asLong())
                .max()
                .orElse(0);
        return seen.size() == running.size()
                && seen.stream().allMatch(status -> status.path("lastApplied").asLong() >= committed)
                && seen.stream()
                                .map(status -> status.path("stateDigest").asText())
                                .distinct()
                                .count()
                        == 1;
    }

    /** Cuts every connection between this node and the others, Raft and HTTP; needs {@code withRaftRelays()}. */
    public void cut(String id) {
        links.onLinksOf(id, TcpRelay::cut);
    }

    /** Cuts the connections between two nodes. */
    public void cut(String one, String other) {
        links.onLinkBetween(one, other, TcpRelay::cut);
    }

    /** Like {@link #cut(String)}, but connections stay open and silent, as behind a pulled cable. */
    public void freeze(String id) {
        links.onLinksOf(id, TcpRelay::freeze);
    }

    /** Like {@link #cut(String)}, but new connections come about and stay silent, as with a process that hangs. */
    public void hang(String id) {
        links.onLinksOf(id, TcpRelay::hang);
    }

    /** Ends every cut, freeze and hang of this node. */
    public void heal(String id) {
        links.onLinksOf(id, TcpRelay::heal);
    }

    /** Ends every cut, freeze and hang. */
    public void healAll() {
        links.onAll(TcpRelay::heal);
    }

    /** Runs {@code bin/heliograph} with these arguments. */
    public CliResult cli(String... arguments) {
        return Distribution.cli(List.of(arguments));
    }

    /** What every node says of itself, and the end of its log, for the message of a failed test. */
    public String describe() {
        return nodes.values().stream()
                .map(node -> "%s: %s%n%s"
                        .formatted(node, node.status().map(JsonNode::toString).orElse("(no answer)"), node.lastLines()))
                .collect(Collectors.joining("\n"));
    }

    /** Kills all nodes and removes their data. */
    @Override
    public void close() {
        nodes.values().forEach(HeliographNode::close);
        links.close();
    }
}
