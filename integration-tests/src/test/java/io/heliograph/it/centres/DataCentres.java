package io.heliograph.it.centres;

import io.heliograph.it.daemon.ClusterBuilder;
import io.heliograph.it.daemon.HeliographCluster;
import io.heliograph.it.daemon.HeliographNode;
import io.heliograph.it.daemon.KeyWatcher;
import io.heliograph.it.daemon.Stores;
import io.heliograph.it.servers.ConsulServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Three daemons, each with a real Consul of its own, and a watcher on each Consul for as long as the test lasts. */
final class DataCentres implements AutoCloseable {

    static final List<String> IDS = List.of("dc1", "dc2", "dc3");
    static final Duration SOON = Duration.ofSeconds(30);

    final HeliographCluster cluster;
    private final Map<String, ConsulServer> consuls;
    private final List<KeyWatcher> watchers = new ArrayList<>();

    private DataCentres(HeliographCluster cluster, Map<String, ConsulServer> consuls) {
        this.cluster = cluster;
        this.consuls = consuls;
    }

    static DataCentres start(UnaryOperator<ClusterBuilder> settings) {
        Map<String, ConsulServer> consuls = new LinkedHashMap<>();
        try {
            ClusterBuilder builder = HeliographCluster.builder().snapshotAfterFailover(Duration.ofMillis(500));
            for (String id : IDS) {
                ConsulServer consul = ConsulServer.start(id);
                consuls.put(id, consul);
                Map<String, Object> store = Stores.consul("consul", consul);
                store.put("timeout", "2s");
                builder.storeFor(id, store);
            }
            return new DataCentres(settings.apply(builder).start(), consuls);
        } catch (RuntimeException e) {
            consuls.values().forEach(ConsulServer::close);
            throw e;
        }
    }

    ConsulServer consul(String id) {
        ConsulServer consul = consuls.get(id);
        if (consul == null) {
            throw new IllegalArgumentException(id);
        }
        return consul;
    }

    HeliographNode node(String id) {
        return cluster.node(id);
    }

    /** Polls a Consul for the keys of an alias until this is closed. */
    KeyWatcher watch(String id, String alias) {
        KeyWatcher watcher = KeyWatcher.watch(consul(id), alias);
        watchers.add(watcher);
        return watcher;
    }

    /** Waits until the Consul of each of these data centres names the master. */
    void awaitMaster(String alias, String master, List<String> ids) {
        for (String id : ids) {
            try (KeyWatcher watcher = KeyWatcher.watch(consul(id), alias)) {
                watcher.awaitMaster(master, SOON);
            }
        }
    }

    void register(String alias, String master) {
        cluster.awaitLeader()
                .put("/v1/clusters/" + alias, Map.of("master", master))
                .orThrow();
    }

    void failover(String alias, String master) {
        cluster.awaitLeader()
                .post("/v1/clusters/" + alias + "/failover", Map.of("master", master))
                .orThrow();
    }

    @Override
    public void close() {
        watchers.forEach(KeyWatcher::close);
        cluster.close();
        consuls.values().forEach(ConsulServer::close);
    }
}
