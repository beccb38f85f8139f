package io.heliograph.daemon.metrics;

import io.heliograph.daemon.Version;
import io.heliograph.daemon.delivery.DeliveryMetrics;
import io.heliograph.daemon.delivery.StoreStatus;
import io.heliograph.kv.StoreResult;
import io.heliograph.raft.Leadership;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** What this node counts, in Prometheus' names. */
public final class Metrics implements DeliveryMetrics {

    /** Upper bounds of the buckets of a call's duration. */
    private static final Duration[] LEVELS = {
        Duration.ofMillis(1),
        Duration.ofMillis(5),
        Duration.ofMillis(10),
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofSeconds(5)
    };

    private enum Counted {
        FENCED("heliograph.fenced.writes", "Write sets that the store turned away, because it holds newer ones"),
        DRIFTED("heliograph.drift.found", "Write sets that were found not to be as they were delivered"),
        REPAIRED("heliograph.drift.repairs", "Write sets that had drifted and were written again");

        static final List<Counted> ALL = List.of(values());

        final String name;
        final String help;

        Counted(String name, String help) {
            this.name = name;
            this.help = help;
        }
    }

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Counter leaderChanges;
    private final Map<MultiGauge, ToDoubleFunction<StoreStatus>> storeGauges = new LinkedHashMap<>();
    private Supplier<List<StoreStatus>> stores = List::of;

    /** Besides what is watched and told later: the version, the leader changes so far, and the process. */
    public Metrics() {
        Gauge.builder("heliograph.build.info", () -> 1)
                .description("Always 1; the labels tell what is running")
                .tags("version", Version.TEXT, "java", String.valueOf(System.getProperty("java.version")))
                .register(registry);
        leaderChanges = Counter.builder("heliograph.leader.changes")
                .description("How often this node saw a new leader, or the same one in a new term")
                .register(registry);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
    }

    /** A new leader, or the same one in a new term. */
    public void leaderChanged() {
        leaderChanges.increment();
    }

    /** A request was answered. */
    public void answered(int status) {
        Counter.builder("heliograph.http.requests")
                .description("Requests that were answered")
                .tags("status", Integer.toString(status))
                .register(registry)
                .increment();
    }

    /** Registers what Raft shows. */
    public void watchRaft(Supplier<Leadership> leadership) {
        raftGauge("heliograph.raft.term", "Current Raft term", leadership, Leadership::term);
        raftGauge("heliograph.raft.commit.index", "Highest committed index", leadership, Leadership::commitIndex);
        raftGauge("heliograph.raft.applied.index", "Highest applied index", leadership, Leadership::lastApplied);
        raftGauge("heliograph.raft.snapshot.index", "Newest snapshot on disk", leadership, Leadership::snapshotIndex);
        raftGauge("heliograph.raft.is.leader", "1 on the leader", leadership, at -> at.isLeader() ? 1 : 0);
        raftGauge("heliograph.raft.has.quorum", "1 with a quorum", leadership, at -> at.hasQuorum() ? 1 : 0);
    }

    private void raftGauge(
            String name, String help, Supplier<Leadership> leadership, ToDoubleFunction<Leadership> value) {
        Gauge.builder(name, leadership, source -> value.applyAsDouble(source.get()))
                .description(help)
                .strongReference(true)
                .register(registry);
    }

    /** Registers how many wait for a delivery on this node. */
    public void watchWaits(IntSupplier waits) {
        Gauge.builder("heliograph.delivery.waits", waits, IntSupplier::getAsInt)
                .description("How many wait until this node's stores hold something")
                .strongReference(true)
                .register(registry);
    }

    /** Registers what the stores show; stores may come and go. */
    public synchronized void watchStores(Supplier<List<StoreStatus>> statuses) {
        stores = statuses;
        storeGauge(
                "heliograph.store.lag.seconds",
                "Age of the oldest write set the store does not hold yet",
                status -> status.lagMillis() / 1000.0);
        storeGauge("heliograph.store.pending", "Write sets the store does not hold yet", StoreStatus::pending);
        storeGauge("heliograph.store.drifted", "Write sets that are not as they were delivered", StoreStatus::drifted);
        storeGauge(
                "heliograph.store.unverified.seconds",
                "Time since the store was last compared with what was delivered to it",
                status -> status.sinceVerified()
                        .map(since -> since.toMillis() / 1000.0)
                        .orElse(Double.NaN));
        storeGauge(
                "heliograph.store.up",
                "0 while the store does not answer",
                status -> status.state() == StoreStatus.State.DOWN ? 0 : 1);
        storeGauge(
                "heliograph.store.parked",
                "1 while the store refuses something",
                status -> status.state() == StoreStatus.State.PARKED ? 1 : 0);
        storeGauge(
                "heliograph.store.fenced",
                "1 while the store holds newer revisions than ours",
                status -> status.state() == StoreStatus.State.FENCED ? 1 : 0);
    }

    private void storeGauge(String name, String help, ToDoubleFunction<StoreStatus> value) {
        storeGauges.put(MultiGauge.builder(name).description(help).register(registry), value);
    }

    private synchronized void lookAtStores() {
        List<StoreStatus> now = stores.get();
        // a counter that appears with its first event has never risen, to whoever asks for its increase
        now.forEach(status -> Counted.ALL.forEach(counted -> counter(counted, status.name())));
        storeGauges.forEach((gauge, value) -> gauge.register(
                now.stream()
                        .map(status -> MultiGauge.Row.of(Tags.of("store", status.name()), value.applyAsDouble(status)))
                        .toList(),
                true));
    }

    @Override
    public void attempted(String store, StoreResult.Type result) {
        Counter.builder("heliograph.store.writes")
                .description("Write sets that were tried, by what became of them")
                .tags("store", store, "result", result.name().toLowerCase(Locale.ROOT))
                .register(registry)
                .increment();
        if (result == StoreResult.Type.FENCED) {
            counter(Counted.FENCED, store).increment();
        }
    }

    @Override
    public void drifted(String store) {
        counter(Counted.DRIFTED, store).increment();
    }

    @Override
    public void repaired(String store) {
        counter(Counted.REPAIRED, store).increment();
    }

    private Counter counter(Counted what, String store) {
        return Counter.builder(what.name)
                .description(what.help)
                .tags("store", store)
                .register(registry);
    }

    @Override
    public void took(String store, Duration duration) {
        Timer.builder("heliograph.store.write.duration")
                .description("How long one call to the store took, with as many write sets as it took at once")
                .tags("store", store)
                .serviceLevelObjectives(LEVELS)
                .register(registry)
                .record(duration);
    }

    /** In Prometheus' text format. */
    public String scrape() {
        lookAtStores();
        return registry.scrape();
    }
}
