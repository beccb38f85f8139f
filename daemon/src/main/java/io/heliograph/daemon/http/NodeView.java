package io.heliograph.daemon.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heliograph.daemon.Version;
import io.heliograph.daemon.config.Configuration;
import io.heliograph.daemon.delivery.Delivery;
import io.heliograph.daemon.delivery.StoreStatus;
import io.heliograph.fsm.StateMachine;
import io.heliograph.raft.GroupMember;
import io.heliograph.raft.Leadership;
import io.heliograph.raft.ReplicatedLog;
import io.heliograph.raft.Standing;
import java.util.Locale;

/** This node as {@code GET /v1/node} shows it. */
final class NodeView {

    private final Configuration configuration;
    private final ReplicatedLog log;
    private final StateMachine machine;
    private final Delivery delivery;

    NodeView(Configuration configuration, ReplicatedLog log, StateMachine machine, Delivery delivery) {
        this.configuration = configuration;
        this.log = log;
        this.machine = machine;
        this.delivery = delivery;
    }

    ObjectNode json() {
        Leadership at = log.leadership();
        ObjectNode node = Json.object();
        node.put("id", configuration.node().id());
        node.put("cluster", configuration.cluster());
        node.put("version", Version.TEXT);
        node.put("role", at.role().name().toLowerCase(Locale.ROOT));
        Standing standing = log.standing();
        node.put("standing", standing.kind().name().toLowerCase(Locale.ROOT));
        node.put("standingNote", standing.note());
        node.put("term", at.term());
        node.set("leader", leader(at));
        node.put("hasQuorum", at.hasQuorum());
        node.put("commitIndex", at.commitIndex());
        node.put("lastApplied", at.lastApplied());
        node.put("snapshotIndex", at.snapshotIndex());
        node.put("epoch", machine.state().epoch());
        node.put("stateDigest", machine.digest());
        node.put("delivering", delivery.isOpen());
        ArrayNode members = node.putArray("members");
        log.members().forEach(member -> members.add(MembersApi.json(member)));
        ArrayNode stores = node.putArray("stores");
        delivery.status().forEach(status -> stores.add(store(status)));
        return node;
    }

    private JsonNode leader(Leadership at) {
        return at.leader()
                .map(id -> (JsonNode) Json.object()
                        .put("id", id)
                        .put(
                                "http",
                                new Members(log).find(id).map(GroupMember::http).orElse("")))
                .orElse(NullNode.getInstance());
    }

    static ObjectNode store(StoreStatus status) {
        return Json.object()
                .put("name", status.name())
                .put("type", status.type())
                .put("state", status.state().text())
                .put("headRevision", status.headRevision().value())
                .put("deliveredRevision", status.deliveredRevision().value())
                .put("pending", status.pending())
                .put("lagSeconds", status.lagMillis() / 1000.0)
                .put("drifted", status.drifted())
                .put(
                        "verifiedSecondsAgo",
                        status.sinceVerified()
                                .map(since -> since.toMillis() / 1000.0)
                                .orElse(null))
                .put("lastError", status.lastError());
    }
}
