package io.heliograph.it.hands;

import io.heliograph.it.daemon.ClusterBuilder;
import io.heliograph.it.daemon.HeliographCluster;
import io.heliograph.it.daemon.HeliographNode;
import io.heliograph.it.daemon.KeyWatcher;
import io.heliograph.it.daemon.TcpRelay;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** One node with a real store of each kind, each behind a relay. */
public final class AllStores implements AutoCloseable {

    private final Map<String, StoreHand> hands = new LinkedHashMap<>();
    private final Map<String, TcpRelay> relays = new LinkedHashMap<>();
    private final List<KeyWatcher> watchers = new ArrayList<>();
    private @Nullable HeliographCluster cluster;

    private AllStores() {}

    /**
     * @param settings what else the stores are told
     * @param more what else the cluster is told
     */
    public static AllStores start(
            BiConsumer<String, Map<String, Object>> settings, UnaryOperator<ClusterBuilder> more) {
        AllStores all = new AllStores();
        try {
            all.add(new ConsulHand("consul"));
            all.add(new ZooKeeperHand("zk"));
            all.add(SqlHand.mariaDb("maria"));
            all.add(SqlHand.postgres("pg"));
            ClusterBuilder builder = HeliographCluster.builder().nodes("dc1");
            all.hands.forEach((name, hand) -> {
                Map<String, Object> config = hand.config(all.relay(name).port());
                settings.accept(name, config);
                builder.storeFor("dc1", config);
            });
            all.cluster = more.apply(builder).start();
            return all;
        } catch (RuntimeException e) {
            all.close();
            throw e;
        }
    }

    private void add(StoreHand hand) {
        hands.put(hand.name(), hand);
        relays.put(hand.name(), TcpRelay.start(0, hand.port()));
    }

    public Map<String, StoreHand> hands() {
        return hands;
    }

    public TcpRelay relay(String store) {
        TcpRelay relay = relays.get(store);
        if (relay == null) {
            throw new IllegalArgumentException(store);
        }
        return relay;
    }

    public HeliographCluster cluster() {
        if (cluster == null) {
            throw new IllegalStateException("not started");
        }
        return cluster;
    }

    public HeliographNode node() {
        return cluster().node("dc1");
    }

    /** Watches an alias in a store, around the relay, until this is closed. */
    public KeyWatcher watch(String store, String alias) {
        StoreHand hand = hands.get(store);
        if (hand == null) {
            throw new IllegalArgumentException(store);
        }
        String head = "mysql/master/" + alias;
        KeyWatcher watcher = KeyWatcher.watch(store + " " + alias, head, () -> {
            try {
                return hand.entries(head);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        watchers.add(watcher);
        return watcher;
    }

    public void set(String alias, String master) {
        node().put("/v1/clusters/" + alias, Map.of("master", master)).orThrow();
    }

    /** A field of a store's status as text. */
    public String status(String store, String field) {
        return StreamSupport.stream(node().status().orElseThrow().path("stores").spliterator(), false)
                .filter(each -> each.path("name").asText().equals(store))
                .findFirst()
                .orElseThrow()
                .path(field)
                .asText();
    }

    @Override
    public void close() {
        watchers.forEach(KeyWatcher::close);
        if (cluster != null) {
            cluster.close();
        }
        relays.values().forEach(TcpRelay::close);
        hands.values().forEach(StoreHand::close);
    }
}
