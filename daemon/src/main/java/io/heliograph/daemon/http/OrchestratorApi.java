package io.heliograph.daemon.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.heliograph.daemon.config.Configuration;
import io.heliograph.daemon.masters.MasterControl;
import io.heliograph.daemon.masters.WriteOutcome;
import io.heliograph.raft.GroupMember;
import io.heliograph.raft.Leadership;
import io.heliograph.raft.ReplicatedLog;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** The paths under {@code /api} that scripts written for orchestrator call, with its statuses and shapes. */
final class OrchestratorApi {

    private static final Duration SNAPSHOT_LIMIT = Duration.ofSeconds(10);
    private static final Duration ROUTED_LIMIT = Duration.ofSeconds(2);

    private final Configuration configuration;
    private final ReplicatedLog log;
    private final MasterControl masters;
    private final Members members;
    private final Peers peers;
    private final WriteDoor door;
    private final Predicate<String> unknownHere;

    /**
     * @param unknownHere whether this node, as far as it can tell without a leader, knows no cluster by this hint
     */
    OrchestratorApi(
            Configuration configuration,
            ReplicatedLog log,
            MasterControl masters,
            Members members,
            Peers peers,
            WriteDoor door,
            Predicate<String> unknownHere) {
        this.configuration = configuration;
        this.log = log;
        this.masters = masters;
        this.members = members;
        this.peers = peers;
        this.door = door;
        this.unknownHere = unknownHere;
    }

    void addTo(Router router) {
        router.add("GET", "/api/submit-masters-to-kv-stores", Access.WRITE, this::submit)
                .add("GET", "/api/submit-masters-to-kv-stores/{hint}", Access.WRITE, this::submit)
                .add("GET", "/api/leader-check", Access.OPEN, exchange -> leaderCheck("404"))
                .add("GET", "/api/leader-check/{code}", Access.OPEN, exchange -> leaderCheck(exchange.path("code")))
                .add("GET", "/api/routed-leader-check", Access.OPEN, this::routedLeaderCheck)
                .add("GET", "/api/raft-leader", exchange -> bare(200, leaderAddress()))
                .add("GET", "/api/raft-state", exchange -> bare(200, state()))
                .add("GET", "/api/raft-health", Access.OPEN, exchange -> health())
                .add("GET", "/api/raft-status", exchange -> status())
                .add("GET", "/api/raft-peers", exchange -> Answer.json(200, peerAddresses()))
                .add("GET", "/api/raft-snapshot", Access.WRITE, exchange -> snapshot())
                .add("GET", "/api/lb-check", Access.OPEN, exchange -> bare(200, "OK"))
                .add("GET", "/api/_ping", Access.OPEN, exchange -> bare(200, "OK"));
    }

    static Answer bare(int status, String text) {
        return Answer.json(status, TextNode.valueOf(text));
    }

    static Answer envelope(int status, String code, String message, JsonNode details) {
        return Answer.json(
                status, Json.object().put("Code", code).put("Message", message).set("Details", details));
    }

    /** A refusal of ours with the fields besides that older clients look at: without them they take it for success. */
    static Answer withCode(Answer answer) {
        if (!answer.contentType().equals(Answer.PROBLEM)) {
            return answer;
        }
        return Json.of(answer)
                .map(problem -> problem.put("Code", "ERROR")
                        .put("Message", problem.path("detail").asText())
                        .putNull("Details"))
                .map(both -> new Answer(answer.status(), answer.contentType(), both.toString(), answer.headers()))
                .orElse(answer);
    }

    static Answer error(String message) {
        return envelope(500, "ERROR", message, NullNode.getInstance());
    }

    /** What an operation on a cluster that nobody knows is answered. */
    static Answer unknownCluster(String hint) {
        return error("Unable to determine cluster name. clusterHint=" + hint);
    }

    /** What a write is answered that was neither committed nor refused. */
    static Answer notWritten(WriteOutcome outcome) {
        return error(
                outcome instanceof WriteOutcome.Unknown unknown
                        ? "outcome unknown: " + unknown.message()
                        : "not leader");
    }

    private Answer submit(Exchange exchange) {
        String hint = exchange.path("hint");
        if (hint.isEmpty()) {
            return door.write(exchange, masters::submitAll, this::submitted);
        }
        return door.write(
                exchange,
                () -> masters.submit(hint),
                outcome -> isUnknown(hint, outcome) ? unknownCluster(hint) : submitted(outcome));
    }

    /** Scripts are told of a hint that nobody knows, leader or none. */
    private boolean isUnknown(String hint, WriteOutcome outcome) {
        return outcome instanceof WriteOutcome.Refused
                || (outcome instanceof WriteOutcome.Unavailable && unknownHere.test(hint));
    }

    private Answer submitted(WriteOutcome outcome) {
        if (outcome instanceof WriteOutcome.Committed committed) {
            ArrayNode details = Json.array();
            committed.entries().forEach(entry -> details.addObject()
                    .put("Key", entry.key())
                    .put("Value", entry.value()));
            return envelope(200, "OK", "Submitted " + details.size() + " masters", details);
        }
        return notWritten(outcome);
    }

    private boolean leads() {
        Leadership at = log.leadership();
        return at.isLeader() && at.hasQuorum();
    }

    private Answer leaderCheck(String code) {
        return leads() ? bare(200, "OK") : bare(statusFor(code), "Not leader");
    }

    /** A status outside of HTTP's range, or one that would say yes, is 404. */
    private static int statusFor(String code) {
        try {
            int status = Integer.parseInt(code);
            return status >= 300 && status <= 599 ? status : 404;
        } catch (NumberFormatException e) {
            return 404;
        }
    }

    private Answer routedLeaderCheck(Exchange exchange) {
        if (leads()) {
            return bare(200, "OK");
        }
        Leadership at = log.leadership();
        Optional<GroupMember> leader = members.leader();
        if (at.isLeader() || exchange.isForwarded() || leader.isEmpty()) {
            return bare(404, "Not leader");
        }
        try {
            return peers.get(leader.get().http() + "/api/leader-check", ROUTED_LIMIT)
                    .join();
        } catch (RuntimeException e) {
            return bare(404, "Not leader");
        }
    }

    private String leaderAddress() {
        Leadership at = log.leadership();
        return at.hasQuorum() ? members.leader().map(GroupMember::raft).orElse("") : "";
    }

    private String state() {
        return switch (log.leadership().role()) {
            case LEADER -> "Leader";
            case FOLLOWER -> "Follower";
            case CANDIDATE -> "Candidate";
            case INACTIVE -> "Shutdown";
        };
    }

    private Answer health() {
        return log.leadership().hasQuorum() ? bare(200, "healthy") : error("unhealthy");
    }

    private ArrayNode peerAddresses() {
        ArrayNode addresses = Json.array();
        members.all().forEach(member -> addresses.add(member.raft()));
        return addresses;
    }

    private Answer status() {
        boolean healthy = log.leadership().hasQuorum();
        String leader = leaderAddress();
        String uri = members.all().stream()
                .filter(member -> member.raft().equals(leader))
                .map(GroupMember::http)
                .findFirst()
                .orElse("");
        Optional<GroupMember> self = members.find(configuration.node().id());
        return Answer.json(
                200,
                Json.object()
                        .put("RaftBind", configuration.raft().listen())
                        .put("RaftAdvertise", self.map(GroupMember::raft).orElse(""))
                        .put("State", state())
                        .put("Healthy", healthy)
                        .put("IsPartOfQuorum", healthy)
                        .put("Leader", leader)
                        .put("LeaderURI", uri)
                        .set("Peers", peerAddresses()));
    }

    /** Yes only when a snapshot of everything applied so far is on this node's disk. */
    private Answer snapshot() {
        long applied = log.leadership().lastApplied();
        try {
            long index = log.takeSnapshot()
                    .orTimeout(SNAPSHOT_LIMIT.toMillis(), TimeUnit.MILLISECONDS)
                    .join();
            return index >= applied ? bare(200, "snapshot created") : error("snapshot is at " + index + ", behind");
        } catch (RuntimeException e) {
            return error("no snapshot was taken: " + e.getMessage());
        }
    }
}
