package io.heliograph.daemon.metrics;

import io.heliograph.daemon.delivery.DeliveryMetrics;
import io.heliograph.daemon.delivery.StoreStatus;
import io.heliograph.kv.StoreResult;
import io.heliograph.raft.Leadership;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
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

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Map<MultiGauge, ToDoubleFunction<StoreStatus>> storeGauges = new LinkedHashMap<>();
    private Supplier<List<StoreStatus>> stores = List::of;

    public Metrics() {
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
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
                "heliograph.store.up",
                "0 while the store does not answer",
                status -> status.state() == StoreStatus.State.DOWN ? 0 : 1);
    }

    private void storeGauge(String name, String help, ToDoubleFunction<StoreStatus> value) {
        storeGauges.put(MultiGauge.builder(name).description(help).register(registry), value);
    }

    private synchronized void lookAtStores() {
        List<StoreStatus> now = stores.get();
        storeGauges.forEach((gauge, value) -> gauge.register(
                now.stream()
                        .map(status -> MultiGauge.Row.of(Tags.of("store", status.name()), value.applyAsDouble(status)))
                        .toList(),
                true));
    }

    @Override
    public void attempted(String store, StoreResult.Type result) {
        registry.counter(
                        "heliograph.store.writes",
                        "store",
                        store,
                        "result",
                        result.name().toLowerCase(Locale.ROOT))
                .increment();
    }

    @Override
    public void drifted(String store) {
        registry.counter("heliograph.drift.found", "store", store).increment();
    }

    @Override
    public void repaired(String store) {
        registry.counter("heliograph.drift.repairs", "store", store).increment();
    }

    @Override
    public void took(String store, Duration duration) {
        registry.timer("heliograph.store.write.duration", "store", store).record(duration);
    }

    /** In Prometheus' text format. */
    public String scrape() {
        lookAtStores();
        return registry.scrape();
    }
}
