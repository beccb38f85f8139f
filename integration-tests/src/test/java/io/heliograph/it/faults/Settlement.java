package io.heliograph.it.faults;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/** After the last fault: everybody comes to the same state, serves again, and says what it holds. Caller's thread. */
final class Settlement {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration STORE_LIMIT = Duration.ofSeconds(30);
    private static final long POLL_MILLIS = 200;

    private final Group group;
    private final Client client;
    private final Requests requests;
    private final Findings findings;
    private Map<FaultNode, JsonNode> lastSeen = Map.of();

    Settlement(Group group, Client client, Requests requests, Findings findings) {
        this.group = group;
        this.client = client;
        this.requests = requests;
        this.findings = findings;
    }

    /** Waits for a leader, and until all have applied the same; then a write at each node has to be committed. */
    void settle() throws InterruptedException {
        awaitSame();
        for (FaultNode node : running()) {
            boolean served = within(LIMIT, () -> requests.put(node, "faults/final/" + node + "-" + System.nanoTime())
                    .join()
                    .isCommitted());
            if (!served) {
                findings.add(Violation.other("no write through " + node + " was committed within " + LIMIT.toSeconds()
                        + " s after everything was healed"));
            }
        }
        awaitMembers();
        awaitSame();
    }

    private List<FaultNode> running() {
        return group.active().stream().filter(FaultNode::isRunning).toList();
    }

    private void awaitSame() throws InterruptedException {
        if (!within(LIMIT, this::isSame)) {
            running().forEach(FaultNode::dumpThreads);
            String seen = group.statuses().entrySet().stream()
                    .map(each -> "%s %s term %s commit %s applied %s state %s"
                            .formatted(
                                    each.getKey(),
                                    each.getValue().path("role").asText(),
                                    each.getValue().path("term"),
                                    each.getValue().path("commitIndex"),
                                    each.getValue().path("lastApplied"),
                                    each.getValue().path("stateDigest").asText()))
                    .collect(Collectors.joining("; "));
            findings.add(Violation.other(
                    "not the same everywhere " + LIMIT.toSeconds() + " s after everything was healed: " + seen));
        }
    }

    private boolean isSame() {
        Map<FaultNode, JsonNode> statuses = group.statuses();
        statuses.keySet().retainAll(running());
        lastSeen = statuses;
        long leaders = statuses.values().stream()
                .filter(Group::leads)
                .filter(status -> status.path("hasQuorum").asBoolean())
                .count();
        long different = statuses.values().stream()
                .map(status -> status.path("commitIndex").asLong() + " "
                        + status.path("lastApplied").asLong())
                .distinct()
                .count();
        return statuses.size() == running().size() && leaders == 1 && different == 1;
    }

    private static boolean within(Duration limit, BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() >= deadline) {
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
        return true;
    }

    /** Every node is a voter, and every node knows that. */
    private void awaitMembers() throws InterruptedException {
        Set<String> wanted = group.activeIds();
        if (!within(
                LIMIT, () -> running().stream().allMatch(node -> voters(node).equals(wanted)))) {
            String seen = running().stream()
                    .map(node -> node + " lists " + voters(node))
                    .collect(Collectors.joining("; "));
            findings.add(Violation.other("the voters should be " + wanted + " at the end; " + seen));
        }
    }

    private Set<String> voters(FaultNode node) {
        Set<String> voters = new TreeSet<>();
        client.get(node, "/v1/members").join().body().forEach(member -> {
            if (member.path("voting").asBoolean()) {
                voters.add(member.path("id").asText());
            }
        });
        return voters;
    }

    /** Every Consul comes to hold what its node wants it to. */
    void awaitStores(FaultStores stores) throws InterruptedException {
        for (FaultNode node : running()) {
            if (stores.consul(node.id()).isPresent()
                    && !within(STORE_LIMIT, () -> entries(node, "").equals(entries(node, "&store=consul")))) {
                findings.add(Violation.other("the Consul of " + node + " does not hold what it should "
                        + STORE_LIMIT.toSeconds() + " s after everything was healed: " + entries(node, "&store=consul")
                        + " and not " + entries(node, "")));
            }
        }
    }

    /** What every running node holds. */
    List<FinalState> collect() throws InterruptedException {
        Map<FaultNode, List<Failover>> failovers = new LinkedHashMap<>();
        for (FaultNode node : running()) {
            within(STORE_LIMIT, () -> entries(node, "").equals(entries(node, "&store=internal")));
            List<Failover> listed = Monitor.failovers(client, node);
            failovers.put(node, listed == null ? List.of() : listed);
        }
        // all at one moment: a leader may append something of its own at any time
        within(LIMIT, this::isSame);
        Map<FaultNode, JsonNode> statuses = lastSeen;
        List<FinalState> states = new ArrayList<>();
        failovers.forEach((node, listed) -> {
            JsonNode status = statuses.get(node);
            if (status == null) {
                findings.add(Violation.other(node + " did not say what it holds at the end"));
            } else {
                states.add(new FinalState(
                        node.id(),
                        status.path("lastApplied").asLong(),
                        status.path("stateDigest").asText(),
                        entries(node, "").orElse(Map.of()),
                        entries(node, "&store=internal").orElse(Map.of()),
                        listed));
            }
        });
        return states;
    }

    private Optional<Map<String, Versioned>> entries(FaultNode node, String more) {
        Client.Reply reply = client.send(node.url(), "GET", "/v1/kv?prefix=" + more, null, Client.LIMIT)
                .join();
        if (reply.status() != 200) {
            return Optional.empty();
        }
        Map<String, Versioned> entries = new TreeMap<>();
        reply.body()
                .forEach(each -> entries.put(
                        each.path("key").asText(),
                        new Versioned(
                                each.path("value").asText(),
                                each.path("revision").asLong())));
        return Optional.of(entries);
    }
}
