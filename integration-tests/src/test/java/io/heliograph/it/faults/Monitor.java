package io.heliograph.it.faults;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Looks at every node once a second while the run goes on: two leaders of one term, two states at one index, and
 * failovers before a node forgets them. One thread of its own.
 */
final class Monitor {
    private static final long PAUSE_MILLIS = 1_000;
    private static final int FAILOVERS_EVERY = 10;

    private record Seen(String node, String hash) {}

    private final Group group;
    private final Client client;
    private final FailoverLog failovers;
    private final Timeline timeline;
    private final Findings findings;
    private final Map<Long, Seen> digests = new HashMap<>();
    private final Map<Long, String> leaders = new HashMap<>();
    private final Thread thread = new Thread(this::run, "monitor");
    private volatile boolean stopped;

    Monitor(Group group, Client client, FailoverLog failovers, Timeline timeline, Findings findings) {
        this.group = group;
        this.client = client;
        this.failovers = failovers;
        this.timeline = timeline;
        this.findings = findings;
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    void stop() throws InterruptedException {
        stopped = true;
        thread.join();
    }

    private void run() {
        for (int round = 1; !stopped; round++) {
            Map<FaultNode, JsonNode> statuses = group.statuses();
            statuses.forEach((node, status) -> {
                look(node.id(), status);
                timeline.nodeWaits(
                        node.id(), !"member".equals(status.path("standing").asText("member")));
            });
            statuses.values().stream()
                    .filter(Group::leads)
                    .max(Comparator.comparingLong(status -> status.path("term").asLong()))
                    .ifPresent(this::noteVoters);
            if (round % FAILOVERS_EVERY == 0) {
                statuses.keySet().stream().findAny().ifPresent(this::collect);
            }
            try {
                TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    /** Takes one answer to {@code GET /v1/node} into account. */
    void look(String node, JsonNode status) {
        String digest = status.path("stateDigest").asText();
        int colon = digest.indexOf(':');
        if (colon > 0) {
            Seen now = new Seen(node, digest.substring(colon + 1));
            Seen before = digests.putIfAbsent(Long.parseLong(digest.substring(0, colon)), now);
            if (before != null && !before.hash().equals(now.hash())) {
                findings.add(Violation.divergent(
                        "states differ at index " + digest.substring(0, colon) + ": " + before + ", " + now));
            }
        }
        if (Group.leads(status)) {
            long term = status.path("term").asLong();
            String before = leaders.putIfAbsent(term, node);
            if (before != null && !before.equals(node)) {
                findings.add(Violation.other("two leaders in term " + term + ": " + before + " and " + node));
            }
        }
    }

    private void noteVoters(JsonNode leader) {
        Set<String> voters = new TreeSet<>();
        leader.path("members").forEach(member -> {
            if (member.path("voting").asBoolean(true)) {
                voters.add(member.path("id").asText());
            }
        });
        timeline.voters(voters);
    }

    private void collect(FaultNode node) {
        List<Failover> listed = failovers(client, node);
        if (listed != null) {
            failovers.add(node.id(), listed);
        }
    }

    /** What a node lists, newest first; null when it does not answer. */
    static @Nullable List<Failover> failovers(Client client, FaultNode node) {
        Client.Reply reply = client.send(node.url(), "GET", "/v1/failovers", null, Client.LIMIT)
                .join();
        if (reply.status() != 200) {
            return null;
        }
        List<Failover> listed = new ArrayList<>();
        reply.body()
                .forEach(each -> listed.add(new Failover(
                        each.path("cluster").asText(),
                        each.path("from").asText(),
                        each.path("to").asText(),
                        each.path("reason").asText(),
                        each.path("revision").asLong())));
        return listed;
    }
}
