package io.heliograph.daemon.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heliograph.command.HostPort;
import io.heliograph.daemon.Version;
import io.heliograph.raft.GroupMember;
import io.heliograph.raft.Leadership;
import io.heliograph.raft.ReplicatedLog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** {@code /api/health} and {@code /api/status}: one node's health, and which of the others answer at the moment. */
final class OrchestratorHealthApi {

    private static final Duration LIMIT = Duration.ofMillis(500);

    /** Load balancers ask often; the others are asked once in this time. */
    private static final long FRESH_NANOS = Duration.ofSeconds(1).toNanos();

    private record Answering(List<GroupMember> members, long atNanos) {}

    private final String self;
    private final ReplicatedLog log;
    private final Members members;
    private final Peers peers;
    private volatile @Nullable Answering last;

    OrchestratorHealthApi(String self, ReplicatedLog log, Members members, Peers peers) {
        this.self = self;
        this.log = log;
        this.members = members;
        this.peers = peers;
    }

    void addTo(Router router) {
        router.addLater("GET", "/api/health", Access.OPEN, exchange -> report(true))
                .addLater(
                        "GET",
                        "/api/status",
                        Access.OPEN,
                        exchange -> report(log.leadership().hasQuorum()));
    }

    private CompletableFuture<Answer> report(boolean healthy) {
        return answering()
                .thenApply(answering -> healthy
                        ? OrchestratorApi.envelope(200, "OK", "Application node is healthy", details(answering))
                        : OrchestratorApi.envelope(
                                500,
                                "ERROR",
                                "Application node is unhealthy: it is not part of a quorum",
                                details(answering)));
    }

    /** This node, and those that answered lately. */
    private CompletableFuture<List<GroupMember>> answering() {
        Answering known = last;
        if (known != null && System.nanoTime() - known.atNanos < FRESH_NANOS) {
            return CompletableFuture.completedFuture(known.members);
        }
        Map<GroupMember, CompletableFuture<Boolean>> asked = new LinkedHashMap<>();
        for (GroupMember member : members.all()) {
            asked.put(
                    member,
                    member.id().equals(self)
                            ? CompletableFuture.completedFuture(true)
                            : peers.get(member.http() + "/health/live", LIMIT)
                                    .thenApply(answer -> answer.status() == 200)
                                    .exceptionally(e -> false));
        }
        return CompletableFuture.allOf(asked.values().toArray(new CompletableFuture<?>[0]))
                .thenApply(all -> {
                    List<GroupMember> answering = new ArrayList<>();
                    asked.forEach((member, answered) -> {
                        if (answered.join()) {
                            answering.add(member);
                        }
                    });
                    last = new Answering(List.copyOf(answering), System.nanoTime());
                    return answering;
                });
    }

    private ObjectNode details(List<GroupMember> answering) {
        Leadership at = log.leadership();
        Optional<GroupMember> leader = at.hasQuorum() ? members.leader() : Optional.empty();
        Optional<GroupMember> own = members.find(self);
        ObjectNode details = Json.object()
                .put("Healthy", at.hasQuorum())
                .put("Hostname", own.map(OrchestratorHealthApi::host).orElse(self))
                .put("Token", "")
                .put("IsActiveNode", at.isLeader() && at.hasQuorum());
        details.putObject("ActiveNode")
                .put("Hostname", leader.map(OrchestratorHealthApi::host).orElse(""))
                .put("AppVersion", at.isLeader() ? Version.TEXT : "");
        details.putNull("Error");
        ArrayNode available = details.putArray("AvailableNodes");
        answering.forEach(member -> available
                .addObject()
                .put("Hostname", host(member))
                .put("AppVersion", member.id().equals(self) ? Version.TEXT : ""));
        details.put("RaftLeader", leader.map(GroupMember::raft).orElse(""))
                .put("IsRaftLeader", at.isLeader() && at.hasQuorum())
                .put("RaftLeaderURI", leader.map(GroupMember::http).orElse(""))
                .put("RaftAdvertise", own.map(GroupMember::raft).orElse(""));
        ArrayNode healthy = details.putArray("RaftHealthyMembers");
        answering.forEach(member -> healthy.add(member.raft()));
        return details;
    }

    private static String host(GroupMember member) {
        return HostPort.parse(member.raft()).host();
    }
}
