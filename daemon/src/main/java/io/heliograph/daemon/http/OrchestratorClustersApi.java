package io.heliograph.daemon.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.heliograph.command.HostPort;
import io.heliograph.daemon.masters.MasterControl;
import io.heliograph.daemon.masters.WriteOutcome;
import io.heliograph.fsm.CommandResult;
import io.heliograph.fsm.Failover;
import io.heliograph.fsm.RegisteredCluster;
import io.heliograph.fsm.ReplicatedState;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The paths of orchestrator's API about clusters, masters and what happened to them. Of a cluster its master is known and
 * nothing else: fields about replicas say so by their zero values.
 */
final class OrchestratorClustersApi {

    private static final int PAGE = 20;
    private static final int MAX_PAGE = 1_000_000;

    private final Supplier<ReplicatedState> state;
    private final MasterControl masters;
    private final LeaderReads reads;
    private final WriteDoor door;

    OrchestratorClustersApi(Supplier<ReplicatedState> state, MasterControl masters, LeaderReads reads, WriteDoor door) {
        this.state = state;
        this.masters = masters;
        this.reads = reads;
        this.door = door;
    }

    void addTo(Router router) {
        router.add("GET", "/api/clusters", all(cluster -> TextNode.valueOf(name(cluster))))
                .add("GET", "/api/clusters-info", all(OrchestratorClustersApi::info))
                .add("GET", "/api/cluster-info/{hint}", one(OrchestratorClustersApi::info))
                .add("GET", "/api/cluster-info/alias/{hint}", one(OrchestratorClustersApi::info))
                .add("GET", "/api/cluster/{hint}", one(cluster -> Json.array().add(instance(cluster))))
                .add("GET", "/api/cluster/alias/{hint}", one(cluster -> Json.array()
                        .add(instance(cluster))))
                .add("GET", "/api/masters", all(OrchestratorClustersApi::instance))
                .add("GET", "/api/master/{hint}", one(OrchestratorClustersApi::instance))
                .add("GET", "/api/audit-recovery", history("", ""))
                .add("GET", "/api/audit-recovery/{page}", history("", "page"))
                .add("GET", "/api/audit-recovery/alias/{alias}", history("alias", ""))
                .add("GET", "/api/audit-recovery/alias/{alias}/{page}", history("alias", "page"))
                .add("GET", "/api/set-cluster-alias/{hint}", Access.WRITE, this::setAlias)
                .add("GET", "/api/forget-cluster/{hint}", Access.WRITE, this::forget);
    }

    private Router.Handler all(Function<RegisteredCluster, JsonNode> shape) {
        return reads.atLeader(exchange -> {
            ArrayNode list = Json.array();
            state.get().clusters().all().forEach(cluster -> list.add(shape.apply(cluster)));
            return Answer.json(200, list);
        });
    }

    private Router.Handler one(Function<RegisteredCluster, JsonNode> shape) {
        return reads.atLeader(exchange -> find(exchange)
                .map(cluster -> Answer.json(200, shape.apply(cluster)))
                .orElseGet(() -> OrchestratorApi.unknownCluster(exchange.path("hint"))));
    }

    private Optional<RegisteredCluster> find(Exchange exchange) {
        return state.get().clusters().find(exchange.path("hint"));
    }

    private static String name(RegisteredCluster cluster) {
        return cluster.name().toString();
    }

    private static ObjectNode info(RegisteredCluster cluster) {
        return Json.object()
                .put("ClusterName", name(cluster))
                .put("ClusterAlias", cluster.alias())
                .put("ClusterDomain", "")
                .put("CountInstances", 1)
                .put("HeuristicLag", 0)
                .put("HasAutomatedMasterRecovery", false)
                .put("HasAutomatedIntermediateMasterRecovery", false);
    }

    private static ObjectNode instance(RegisteredCluster cluster) {
        ObjectNode instance = Json.object();
        instance.set("Key", key(cluster.master().address()));
        instance.put("InstanceAlias", "");
        instance.set("MasterKey", Json.object().put("Hostname", "").put("Port", 0));
        return instance.put("ClusterName", name(cluster))
                .put("SuggestedClusterAlias", cluster.alias())
                .put("ReadOnly", false);
    }

    private static ObjectNode key(HostPort address) {
        return Json.object().put("Hostname", address.host()).put("Port", address.port());
    }

    /**
     * @param alias name of the path's part that holds the alias, empty for every cluster
     * @param page name of the path's part that holds the page, from 0; empty for the first
     */
    private Router.Handler history(String alias, String page) {
        return reads.atLeader(exchange -> {
            long skip = page.isEmpty() ? 0 : (long) PAGE * pageNumber(exchange.path(page));
            List<Failover> all = state.get().failovers().all();
            ArrayNode list = Json.array();
            for (int i = all.size() - 1; i >= 0 && list.size() < PAGE; i--) {
                Failover each = all.get(i);
                if ((alias.isEmpty() || each.alias().equals(exchange.path(alias))) && --skip < 0) {
                    list.add(recovery(each));
                }
            }
            return Answer.json(200, list);
        });
    }

    private static int pageNumber(String text) {
        try {
            return Math.min(MAX_PAGE, Math.max(0, Integer.parseInt(text)));
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    private ObjectNode recovery(Failover failover) {
        String name = state.get()
                .clusters()
                .get(failover.alias())
                .map(OrchestratorClustersApi::name)
                .orElse("");
        String time = Instant.ofEpochMilli(failover.decidedAt()).toString();
        ObjectNode recovery = Json.object()
                .put("Id", failover.revision().index())
                .put("UID", Long.toString(failover.revision().value()));
        ObjectNode analysis = recovery.putObject("AnalysisEntry");
        analysis.set("AnalyzedInstanceKey", key(failover.from()));
        analysis.set("ClusterDetails", Json.object().put("ClusterName", name).put("ClusterAlias", failover.alias()));
        analysis.put("Analysis", "DeadMaster");
        analysis.put("CommandHint", failover.reason());
        recovery.set("SuccessorKey", key(failover.to()));
        return recovery.put("SuccessorAlias", "")
                .put("IsActive", false)
                .put("IsSuccessful", true)
                .put("Acknowledged", true)
                .put("AcknowledgedBy", failover.by())
                .put("AcknowledgedComment", failover.reason())
                .put("RecoveryStartTimestamp", time)
                .put("RecoveryEndTimestamp", time);
    }

    private Answer setAlias(Exchange exchange) {
        String hint = exchange.path("hint");
        String alias = exchange.query("alias").orElse("");
        if (alias.isEmpty()) {
            return OrchestratorApi.error("set-cluster-alias: no alias given");
        }
        try {
            return door.write(
                    exchange,
                    () -> masters.setAlias(hint, alias),
                    outcome -> written(outcome, hint, "Cluster " + hint + " now has alias '" + alias + "'"));
        } catch (IllegalArgumentException e) {
            return OrchestratorApi.error("set-cluster-alias: " + e.getMessage());
        }
    }

    private Answer forget(Exchange exchange) {
        String hint = exchange.path("hint");
        return door.write(
                exchange,
                () -> masters.forget(state.get()
                        .clusters()
                        .find(hint)
                        .map(RegisteredCluster::alias)
                        .orElse(hint)),
                outcome -> written(outcome, hint, "Cluster forgotten: " + hint));
    }

    private static Answer written(WriteOutcome outcome, String hint, String message) {
        if (outcome instanceof WriteOutcome.Committed) {
            return OrchestratorApi.envelope(200, "OK", message, TextNode.valueOf(hint));
        }
        if (outcome instanceof WriteOutcome.Refused refused) {
            return refused.reason() == CommandResult.Reason.UNKNOWN_CLUSTER
                    ? OrchestratorApi.unknownCluster(hint)
                    : OrchestratorApi.error(refused.message());
        }
        return OrchestratorApi.notWritten(outcome);
    }
}
