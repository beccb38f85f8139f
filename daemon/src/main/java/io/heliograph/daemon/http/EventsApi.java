package io.heliograph.daemon.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heliograph.daemon.delivery.Delivery;
import io.heliograph.daemon.delivery.StoreStatus;
import io.heliograph.fsm.Failover;
import io.heliograph.fsm.RegisteredCluster;
import io.heliograph.fsm.StateMachine;
import io.heliograph.raft.Leadership;
import io.heliograph.raft.ReplicatedLog;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code GET /v1/events}: what changes on this node, as it changes. While somebody listens, one thread compares four times
 * a second how things stand with how they stood, and tells everybody the difference; what comes and goes between two looks
 * is not told. A stream whose token was revoked, or given another role, ends there. The first event is the whole of {@code GET /v1/node}, so that who lost the connection misses nothing.
 */
final class EventsApi implements AutoCloseable {

    static final int MAX_STREAMS = 200;

    private static final Logger LOG = LoggerFactory.getLogger(EventsApi.class);
    private static final long LOOK_MILLIS = 250;
    private static final long HEARTBEAT_LOOKS = 15_000 / LOOK_MILLIS;

    private final ReplicatedLog log;
    private final StateMachine machine;
    private final Delivery delivery;
    private final NodeView view;
    private final Set<EventStream> streams = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(runnable -> {
        Thread thread = new Thread(runnable, "events");
        thread.setDaemon(true);
        return thread;
    });

    private boolean closed;
    /** How things stood; guarded by this. */
    private boolean looked;

    private long id;
    private long looks;
    private String leader = "";
    private long index = -1;
    private Map<String, String> masters = Map.of();
    private Map<String, StoreStatus> stores = Map.of();

    EventsApi(ReplicatedLog log, StateMachine machine, Delivery delivery, NodeView view) {
        this.log = log;
        this.machine = machine;
        this.delivery = delivery;
        this.view = view;
        timer.scheduleWithFixedDelay(this::lookSafely, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }

    void addTo(Router router) {
        router.addStream("/v1/events", this::open);
    }

    /**
     * Begins a stream.
     *
     * @throws HttpProblem 503 when there are too many
     */
    private void open(Response response, Callback callback, BooleanSupplier allowed) {
        EventStream stream = new EventStream(response, callback, allowed, streams::remove);
        synchronized (this) {
            if (closed || streams.size() >= MAX_STREAMS) {
                throw new HttpProblem(
                        ProblemKind.BUSY, MAX_STREAMS + " listen already, or this node is stopping; try again");
            }
            if (!looked) {
                // what changes from now on is told, if need be a second time after hello
                compare(false);
                looked = true;
            }
            String hello = "retry: 2000\n\n" + text(0, "hello", view.json());
            response.setStatus(200);
            response.getHeaders().put("Content-Type", "text/event-stream; charset=UTF-8");
            response.getHeaders().put("Cache-Control", "no-store");
            response.getHeaders().put("X-Accel-Buffering", "no");
            streams.add(stream);
            stream.send(hello);
        }
    }

    /** How many listen. */
    int listeners() {
        return streams.size();
    }

    private static String text(long id, String type, ObjectNode data) {
        return "id: " + id + "\nevent: " + type + "\ndata: " + data + "\n\n";
    }

    private synchronized void lookSafely() {
        try {
            if (streams.isEmpty()) {
                looked = false; // who comes next is told how things stand then
            } else {
                look();
            }
        } catch (RuntimeException e) {
            LOG.warn("Events: {}", e.toString());
        }
    }

    private void look() {
        streams.forEach(EventStream::endUnlessAllowed);
        compare(true);
        if (++looks % HEARTBEAT_LOOKS == 0) {
            streams.forEach(stream -> stream.send(": still here\n\n"));
        }
    }

    private void compare(boolean tell) {
        compareLeader(tell);
        compareMasters(tell);
        compareStores(tell);
    }

    private void tell(boolean really, String type, ObjectNode data) {
        if (really) {
            String event = text(++id, type, data);
            streams.forEach(stream -> stream.send(event));
        }
    }

    private void compareLeader(boolean tell) {
        Leadership at = log.leadership();
        String now = at.leader().orElse("") + " " + at.term() + " " + at.hasQuorum();
        if (!now.equals(leader)) {
            leader = now;
            tell(
                    tell,
                    "leader",
                    Json.object()
                            .put("leader", at.leader().orElse(null))
                            .put("term", at.term())
                            .put("hasQuorum", at.hasQuorum()));
        }
    }

    private void compareMasters(boolean tell) {
        long applied = machine.state().lastIndex();
        if (applied == index) {
            return;
        }
        index = applied;
        Map<String, String> now = new HashMap<>();
        for (RegisteredCluster cluster : machine.state().clusters().all()) {
            now.put(cluster.alias(), cluster.master().address().toString());
        }
        Map<String, Failover> why = new HashMap<>();
        List<Failover> history = machine.state().failovers().all();
        history.forEach(failover -> why.put(failover.alias(), failover));
        now.forEach((alias, master) -> {
            String before = masters.get(alias);
            if (!master.equals(before)) {
                tell(tell, "master", master(alias, before, master, why.get(alias)));
            }
        });
        masters.keySet().stream()
                .filter(alias -> !now.containsKey(alias))
                .forEach(alias -> tell(tell, "master", master(alias, masters.get(alias), null, null)));
        masters = now;
    }

    private static ObjectNode master(
            String alias, @Nullable String from, @Nullable String to, @Nullable Failover failover) {
        ObjectNode event = Json.object().put("cluster", alias).put("from", from).put("to", to);
        if (failover != null && failover.to().toString().equals(to)) {
            event.put("reason", failover.reason())
                    .put("by", failover.by())
                    .put("revision", failover.revision().value())
                    .put("time", Instant.ofEpochMilli(failover.decidedAt()).toString());
        }
        return event;
    }

    private void compareStores(boolean tell) {
        Map<String, StoreStatus> now = new HashMap<>();
        for (StoreStatus status : delivery.status()) {
            now.put(status.name(), status);
            StoreStatus before = stores.get(status.name());
            if (before == null || !isSame(before, status)) {
                tell(tell, "store", NodeView.store(status));
            }
            if (before != null && before.drifted() != status.drifted()) {
                tell(tell, "drift", Json.object().put("store", status.name()).put("drifted", status.drifted()));
            }
        }
        stores.keySet().stream()
                .filter(name -> !now.containsKey(name))
                .forEach(name ->
                        tell(tell, "store", Json.object().put("name", name).put("state", "removed")));
        stores = now;
    }

    /** All but the lag, which rises by itself. */
    private static boolean isSame(StoreStatus one, StoreStatus other) {
        return one.state() == other.state()
                && one.pending() == other.pending()
                && one.drifted() == other.drifted()
                && one.headRevision().equals(other.headRevision())
                && one.deliveredRevision().equals(other.deliveredRevision())
                && one.lastError().equals(other.lastError());
    }

    /** Ends every stream, and lets no new one begin. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        timer.shutdownNow();
        streams.forEach(EventStream::end);
    }
}
