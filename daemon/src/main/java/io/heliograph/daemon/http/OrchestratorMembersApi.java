package io.heliograph.daemon.http;

import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.heliograph.daemon.config.Configuration;
import io.heliograph.daemon.masters.WriteOutcome;
import io.heliograph.raft.GroupMember;
import io.heliograph.raft.MemberChange;
import io.heliograph.raft.ReplicatedLog;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The paths of orchestrator's API that change who leads and who is a member. A peer is named by its Raft address, or its
 * node id.
 */
final class OrchestratorMembersApi {

    private static final Duration YIELD_LIMIT = Duration.ofSeconds(2);

    private final Configuration configuration;
    private final ReplicatedLog log;
    private final Members members;
    private final WriteDoor door;
    private final MembersApi api;

    OrchestratorMembersApi(
            Configuration configuration, ReplicatedLog log, Members members, WriteDoor door, MembersApi api) {
        this.configuration = configuration;
        this.log = log;
        this.members = members;
        this.door = door;
        this.api = api;
    }

    void addTo(Router router) {
        router.add("GET", "/api/raft-add-peer/{addr}", Access.ADMIN, this::addPeer)
                .add("GET", "/api/raft-remove-peer/{addr}", Access.ADMIN, this::removePeer)
                .add("GET", "/api/raft-yield/{node}", Access.WRITE, this::yieldTo)
                .add("GET", "/api/raft-yield-hint/{hint}", Access.WRITE, this::yieldByHint);
    }

    private Optional<GroupMember> member(String name) {
        return members.all().stream()
                .filter(member -> member.raft().equals(name) || member.id().equals(name))
                .findFirst();
    }

    /**
     * The older call knows only an address. Id and HTTP URL are those the configuration has for it, or of the query
     * ({@code ?id=&http=}).
     */
    private Answer addPeer(Exchange exchange) {
        String address = exchange.path("addr");
        if (member(address).isPresent()) {
            return OrchestratorApi.error("Cannot add raft peer: peer already known");
        }
        Optional<Map.Entry<String, Configuration.Member>> configured =
                configuration.raft().members().entrySet().stream()
                        .filter(entry -> entry.getValue().raft().equals(address))
                        .findFirst();
        Optional<String> id = exchange.query("id").or(() -> configured.map(Map.Entry::getKey));
        Optional<String> http = exchange.query("http")
                .or(() -> configured.map(entry -> entry.getValue().http()));
        if (id.isEmpty() || http.isEmpty()) {
            return OrchestratorApi.error("Cannot add raft peer: no member of the configuration has the address "
                    + address + "; name it with ?id=ID&http=URL");
        }
        try {
            return change(exchange, MembersApi.checked(id.get(), address, http.get()), address, "add");
        } catch (HttpProblem e) {
            return OrchestratorApi.error("Cannot add raft peer: " + e.getMessage());
        }
    }

    private Answer removePeer(Exchange exchange) {
        String name = exchange.path("addr");
        Optional<GroupMember> member = member(name);
        return member.isEmpty()
                ? OrchestratorApi.error("Cannot remove raft peer: peer is unknown")
                : change(exchange, new MemberChange.Remove(member.get().id()), name, "remove");
    }

    private Answer change(Exchange exchange, MemberChange change, String name, String verb) {
        return door.write(exchange, () -> api.change(change), outcome -> {
            if (outcome instanceof WriteOutcome.MembersChanged) {
                return OrchestratorApi.bare(200, name);
            }
            String why = outcome instanceof WriteOutcome.MembersRefused refused
                    ? refused.message()
                    : outcome instanceof WriteOutcome.Unknown unknown
                            ? "outcome unknown: " + unknown.message()
                            : "not leader";
            return OrchestratorApi.error("Cannot " + verb + " raft peer: " + why);
        });
    }

    private Answer yieldTo(Exchange exchange) {
        String name = exchange.path("node");
        return yielded(member(name), "Asynchronously yielded", NullNode.getInstance(), name);
    }

    /** To a member whose id or addresses contain the hint. */
    private Answer yieldByHint(Exchange exchange) {
        String hint = exchange.path("hint");
        Optional<GroupMember> member = members.all().stream()
                .filter(GroupMember::voting)
                .filter(each -> (each.id() + ' ' + each.raft() + ' ' + each.http()).contains(hint))
                .findFirst();
        return yielded(member, "Asynchronously yielded by hint " + hint, TextNode.valueOf(hint), hint);
    }

    private Answer yielded(
            Optional<GroupMember> member,
            String message,
            com.fasterxml.jackson.databind.JsonNode details,
            String name) {
        if (member.isEmpty() || !member.get().voting()) {
            return OrchestratorApi.error("Cannot yield: no member with a vote is known as " + name);
        }
        if (log.leadership().leader().isEmpty()) {
            return OrchestratorApi.error("Cannot yield: there is no leader");
        }
        try {
            log.transferLeadership(member.get().id(), YIELD_LIMIT)
                    .orTimeout(YIELD_LIMIT.toMillis(), TimeUnit.MILLISECONDS)
                    .join();
            return OrchestratorApi.envelope(200, "OK", message, details);
        } catch (RuntimeException e) {
            return OrchestratorApi.error("Cannot yield to " + name + ": " + e.getMessage());
        }
    }
}
