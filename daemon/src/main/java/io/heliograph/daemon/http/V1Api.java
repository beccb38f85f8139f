package io.heliograph.daemon.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heliograph.command.Command;
import io.heliograph.command.HostPort;
import io.heliograph.daemon.auth.Caller;
import io.heliograph.daemon.config.Configuration;
import io.heliograph.daemon.config.Durations;
import io.heliograph.daemon.delivery.Delivery;
import io.heliograph.daemon.masters.MasterControl;
import io.heliograph.fsm.DesiredState;
import io.heliograph.fsm.RegisteredCluster;
import io.heliograph.fsm.ReplicatedState;
import io.heliograph.fsm.StateMachine;
import io.heliograph.kv.Causes;
import io.heliograph.kv.Entry;
import io.heliograph.kv.Limits;
import io.heliograph.kv.StoreAdapter;
import io.heliograph.kv.StoreException;
import io.heliograph.kv.WriteSet;
import io.heliograph.raft.GroupMember;
import io.heliograph.raft.ReplicatedLog;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/** The paths under {@code /v1}. */
final class V1Api {

    private static final Duration PEER_LIMIT = Duration.ofSeconds(2);
    private static final Duration OPERATION_LIMIT = Duration.ofSeconds(10);

    private final Configuration configuration;
    private final ReplicatedLog log;
    private final StateMachine machine;
    private final Delivery delivery;
    private final MasterControl masters;
    private final Members members;
    private final Peers peers;
    private final WriteWaits waits;
    private final BooleanSupplier caughtUp;
    private final NodeView view;

    V1Api(
            Configuration configuration,
            ReplicatedLog log,
            StateMachine machine,
            Delivery delivery,
            MasterControl masters,
            Members members,
            Peers peers,
            WriteWaits waits,
            BooleanSupplier caughtUp) {
        this.configuration = configuration;
        this.log = log;
        this.machine = machine;
        this.delivery = delivery;
        this.masters = masters;
        this.members = members;
        this.peers = peers;
        this.waits = waits;
        this.caughtUp = caughtUp;
        this.view = new NodeView(configuration, log, machine, delivery);
    }

    void addTo(Router router) {
        router.add("GET", "/v1/node", exchange -> Answer.json(200, view.json()))
                .add("GET", "/v1/nodes", exchange -> nodes())
                .add("GET", "/v1/clusters", read(exchange -> clusters()))
                .add("GET", "/v1/clusters/{alias}", read(this::cluster))
                .addLater("PUT", "/v1/clusters/{alias}", this::putCluster)
                .addLater("DELETE", "/v1/clusters/{alias}", this::forgetCluster)
                .addLater("POST", "/v1/clusters/{alias}/failover", this::failover)
                .addLater("POST", "/v1/clusters/{alias}/submit", exchange -> {
                    checkAlias(exchange);
                    return waits.write(exchange, () -> masters.submit(exchange.path("alias")));
                })
                .addLater("POST", "/v1/submit", exchange -> waits.write(exchange, masters::submitAll))
                .add("GET", "/v1/kv", this::listEntries)
                .add("GET", "/v1/kv/{key*}", read(this::getEntry))
                .addLater("PUT", "/v1/kv/{key*}", this::putEntry)
                .addLater("DELETE", "/v1/kv/{key*}", this::deleteEntry)
                .add("POST", "/v1/leader", this::transferLeadership)
                .add("POST", "/v1/snapshots", exchange -> takeSnapshot())
                .add("GET", "/v1/snapshots/newest", Access.SECRET, exchange -> saveSnapshot());
    }

    /** A node that has not caught up since it started would answer with what it knew when it stopped. */
    private Router.Handler read(Router.Handler handler) {
        return exchange -> caughtUp.getAsBoolean()
                ? handler.handle(exchange)
                : ProblemKind.CATCHING_UP.answer("this node has not caught up with a leader since it started");
    }

    /** Who asks, for the failover history; nobody where nobody has to say so. */
    private static String by(Exchange exchange) {
        Caller caller = exchange.caller();
        return caller.name().equals(Caller.NOBODY) ? "" : caller.name() + ", " + caller.door();
    }

    private static String checkAlias(Exchange exchange) {
        String alias = exchange.path("alias");
        try {
            Command.checkAlias(alias);
            return alias;
        } catch (IllegalArgumentException e) {
            throw new HttpProblem(ProblemKind.BAD_REQUEST, String.valueOf(e.getMessage()));
        }
    }

    private static HostPort parseMaster(String field, String text) {
        try {
            return HostPort.parse(text);
        } catch (IllegalArgumentException e) {
            throw new HttpProblem(ProblemKind.BAD_REQUEST, "the field " + field + ": " + e.getMessage());
        }
    }

    private CompletableFuture<Answer> putCluster(Exchange exchange) {
        String alias = checkAlias(exchange);
        ObjectNode body = Json.body(exchange.body(), List.of("master"));
        HostPort master = parseMaster("master", Json.requiredText(body, "master"));
        return waits.write(exchange, () -> masters.set(alias, master, null, "", by(exchange)));
    }

    private CompletableFuture<Answer> failover(Exchange exchange) {
        String alias = checkAlias(exchange);
        ObjectNode body = Json.body(exchange.body(), List.of("master", "expected", "reason"));
        HostPort master = parseMaster("master", Json.requiredText(body, "master"));
        Optional<HostPort> expected = Json.text(body, "expected").map(text -> parseMaster("expected", text));
        String reason = Json.text(body, "reason").orElse("");
        if (reason.length() > Command.MAX_REASON) {
            throw new HttpProblem(
                    ProblemKind.BAD_REQUEST, "the field reason has more than " + Command.MAX_REASON + " characters");
        }
        return waits.write(
                exchange, () -> masters.failover(alias, master, expected.orElse(null), reason, by(exchange)));
    }

    private CompletableFuture<Answer> forgetCluster(Exchange exchange) {
        String alias = checkAlias(exchange);
        String deleteKeys = exchange.query("deleteKeys").orElse("false");
        return switch (deleteKeys) {
            case "true" -> waits.write(exchange, () -> masters.delete(alias));
            case "false" -> waits.write(exchange, () -> masters.forget(alias));
            default -> throw new HttpProblem(
                    ProblemKind.BAD_REQUEST,
                    "the parameter deleteKeys must be true or false, not '" + deleteKeys + "'");
        };
    }

    private Answer nodes() {
        Map<String, CompletableFuture<JsonNode>> asked = new LinkedHashMap<>();
        members.all().forEach(member -> {
            String id = member.id();
            boolean self = id.equals(configuration.node().id());
            asked.put(
                    id,
                    self
                            ? CompletableFuture.completedFuture(view.json().put("reachable", true))
                            : peers.get(member.http() + "/v1/node", PEER_LIMIT)
                                    .thenApply(V1Api::reached)
                                    .exceptionally(
                                            e -> Json.object().put("id", id).put("reachable", false)));
        });
        ArrayNode nodes = Json.array();
        asked.values().forEach(future -> nodes.add(future.join()));
        return Answer.json(200, nodes);
    }

    private static JsonNode reached(Answer answer) {
        try {
            if (Json.parse(answer.body()) instanceof ObjectNode node && answer.status() == 200) {
                return node.put("reachable", true);
            }
            throw new IllegalStateException("status " + answer.status());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("not JSON", e);
        }
    }

    private Answer clusters() {
        ArrayNode list = Json.array();
        machine.state().clusters().all().forEach(cluster -> list.add(describe(cluster)));
        return Answer.json(200, list);
    }

    private Answer cluster(Exchange exchange) {
        String alias = exchange.path("alias");
        return machine.state()
                .clusters()
                .get(alias)
                .map(cluster -> Answer.json(200, describe(cluster)))
                .orElseThrow(
                        () -> new HttpProblem(ProblemKind.UNKNOWN_CLUSTER, "no cluster has the alias '" + alias + "'"));
    }

    private ObjectNode describe(RegisteredCluster cluster) {
        ObjectNode node = Json.object();
        node.put("alias", cluster.alias());
        node.put("name", cluster.name().toString());
        node.put("master", cluster.master().address().toString());
        node.put("revision", cluster.revision().value());
        ArrayNode entries = node.putArray("entries");
        machine.state().desired().get(cluster.head()).ifPresent(set -> set.entries()
                .forEach(entry -> entries.add(WriteAnswers.entry(entry))));
        ObjectNode here =
                node.putObject("delivered").putObject(configuration.node().id());
        delivery.delivered(Map.of(cluster.head(), cluster.revision())).forEach(here::put);
        return node;
    }

    /** With {@code store}, what that store of this node really holds. */
    private Answer listEntries(Exchange exchange) {
        String given = exchange.query("prefix").orElse("");
        String prefix = given.endsWith("/") ? given.substring(0, given.length() - 1) : given;
        Optional<String> store = exchange.query("store");
        return store.isPresent()
                ? storedEntries(store.get(), prefix)
                : read(asked -> desiredEntries(prefix)).handle(exchange);
    }

    private Answer desiredEntries(String prefix) {
        ArrayNode list = Json.array();
        for (WriteSet set : machine.state().desired().below(prefix)) {
            for (Entry entry : set.entries()) {
                if (DesiredState.isBelow(entry.key(), prefix)) {
                    list.add(WriteAnswers.entry(entry)
                            .put("revision", set.revision().value()));
                }
            }
        }
        return Answer.json(200, list);
    }

    private Answer storedEntries(String store, String prefix) {
        StoreAdapter adapter = delivery.adapter(store)
                .orElseThrow(
                        () -> new HttpProblem(ProblemKind.UNKNOWN_STORE, "this node has no store '" + store + "'"));
        try {
            ArrayNode list = Json.array();
            adapter.read(prefix).forEach(entry -> list.addObject()
                    .put("key", entry.key())
                    .put("value", entry.value())
                    .put("revision", entry.revision().value()));
            return Answer.json(200, list);
        } catch (StoreException e) {
            throw new HttpProblem(ProblemKind.STORE_NOT_AVAILABLE, String.valueOf(e.getMessage()));
        }
    }

    private Answer getEntry(Exchange exchange) {
        String key = exchange.path("key");
        ReplicatedState state = machine.state();
        WriteSet set = state.desired()
                .owning(key)
                .orElseThrow(() -> new HttpProblem(ProblemKind.UNKNOWN_KEY, "there is no key '" + key + "'"));
        return set.entries().stream()
                .filter(entry -> entry.key().equals(key))
                .findFirst()
                .map(entry -> Answer.json(
                        200,
                        WriteAnswers.entry(entry).put("revision", set.revision().value())))
                .orElseThrow(() -> new HttpProblem(ProblemKind.UNKNOWN_KEY, "there is no key '" + key + "'"));
    }

    private CompletableFuture<Answer> putEntry(Exchange exchange) {
        String key = exchange.path("key");
        ObjectNode body = Json.body(exchange.body(), List.of("value"));
        String value = Json.requiredText(body, "value");
        try {
            Limits.checkKey(key);
            Entry entry = new Entry(key, value);
            return waits.write(exchange, () -> masters.put(entry));
        } catch (IllegalArgumentException e) {
            throw new HttpProblem(ProblemKind.BAD_REQUEST, String.valueOf(e.getMessage()));
        }
    }

    private CompletableFuture<Answer> deleteEntry(Exchange exchange) {
        String key = exchange.path("key");
        try {
            Limits.checkKey(key);
            return waits.write(exchange, () -> masters.deleteEntry(key));
        } catch (IllegalArgumentException e) {
            throw new HttpProblem(ProblemKind.BAD_REQUEST, String.valueOf(e.getMessage()));
        }
    }

    private Answer transferLeadership(Exchange exchange) {
        ObjectNode body = Json.body(exchange.body(), List.of("to"));
        String to = Json.requiredText(body, "to");
        if (members.find(to).isEmpty()) {
            throw new HttpProblem(
                    ProblemKind.UNKNOWN_MEMBER,
                    "no member has the id '" + to + "'; members are "
                            + members.all().stream().map(GroupMember::id).toList());
        }
        if (!log.leadership().hasQuorum()) {
            throw new HttpProblem(
                    ProblemKind.NOT_AVAILABLE, "without a quorum there is no leader that could hand over to " + to);
        }
        try {
            log.transferLeadership(to, OPERATION_LIMIT).join();
            return Answer.json(200, Json.object().put("leader", to));
        } catch (CompletionException e) {
            String detail = "leadership was not seen to go to " + to + ": " + messageOf(e);
            return HttpProblem.causeOf(e) instanceof IllegalArgumentException
                    ? ProblemKind.CONFLICT.answer(detail, Json.object().put("outcome", "refused"))
                    : ProblemKind.OUTCOME_UNKNOWN.answer(detail, Json.object().put("outcome", "unknown"));
        }
    }

    private static String messageOf(CompletionException failure) {
        Throwable cause = HttpProblem.causeOf(failure);
        return cause instanceof TimeoutException
                ? "no answer within " + Durations.text(OPERATION_LIMIT)
                : Causes.oneLine(cause);
    }

    private Answer saveSnapshot() {
        try {
            byte[] bytes = log.saveSnapshot()
                    .orTimeout(OPERATION_LIMIT.toMillis(), TimeUnit.MILLISECONDS)
                    .join();
            return Answer.json(
                    200,
                    Json.object()
                            .put("node", configuration.node().id())
                            .put("bytes", java.util.Base64.getEncoder().encodeToString(bytes)));
        } catch (CompletionException e) {
            throw new HttpProblem(ProblemKind.SNAPSHOT_FAILED, "no snapshot was saved: " + messageOf(e));
        }
    }

    private Answer takeSnapshot() {
        try {
            long index = log.takeSnapshot()
                    .orTimeout(OPERATION_LIMIT.toMillis(), TimeUnit.MILLISECONDS)
                    .join();
            return Answer.json(200, Json.object().put("snapshotIndex", index));
        } catch (CompletionException e) {
            throw new HttpProblem(ProblemKind.SNAPSHOT_FAILED, "no snapshot was taken: " + messageOf(e));
        }
    }
}
