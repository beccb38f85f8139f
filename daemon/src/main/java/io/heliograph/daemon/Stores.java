package io.heliograph.daemon;

import io.heliograph.daemon.config.Configuration;
import io.heliograph.daemon.config.Configuration.ConsulStore;
import io.heliograph.daemon.config.Configuration.JdbcStore;
import io.heliograph.daemon.config.Configuration.Store;
import io.heliograph.daemon.config.Configuration.Upkeep;
import io.heliograph.daemon.config.Configuration.ZooKeeperStore;
import io.heliograph.daemon.delivery.Delivery;
import io.heliograph.daemon.delivery.DriftSettings;
import io.heliograph.daemon.layout.KeyLayout;
import io.heliograph.kv.Owner;
import io.heliograph.kv.StoreAdapter;
import io.heliograph.kv.consul.ConsulSettings;
import io.heliograph.kv.consul.ConsulStoreAdapter;
import io.heliograph.kv.jdbc.JdbcSettings;
import io.heliograph.kv.jdbc.JdbcStoreAdapter;
import io.heliograph.kv.zookeeper.ZooKeeperSettings;
import io.heliograph.kv.zookeeper.ZooKeeperStoreAdapter;
import java.nio.file.Path;
import java.time.Duration;

/** Makes the adapters of the configured stores. */
final class Stores {

    private static final Duration INTERNAL_TIMEOUT = Duration.ofSeconds(5);

    private Stores() {}

    /** Adds the internal store and every configured one. */
    static void addAll(Delivery delivery, Configuration configuration, Path internalStore) {
        Owner owner = new Owner(configuration.cluster());
        delivery.add(
                Configuration.INTERNAL_STORE,
                "sqlite",
                JdbcStoreAdapter.open(new JdbcSettings(
                        Configuration.INTERNAL_STORE,
                        owner,
                        "jdbc:sqlite:" + internalStore,
                        null,
                        null,
                        INTERNAL_TIMEOUT,
                        JdbcSettings.DEFAULT_TABLE)),
                KeyLayout.CLASSIC,
                DriftSettings.DEFAULT);
        configuration
                .stores()
                .forEach(store -> delivery.add(
                        store.name(),
                        store.type(),
                        open(store, owner),
                        store.upkeep().layout(),
                        drift(store.upkeep())));
    }

    private static StoreAdapter open(Store store, Owner owner) {
        if (store instanceof ConsulStore consul) {
            return ConsulStoreAdapter.open(new ConsulSettings(
                    consul.name(),
                    owner,
                    consul.url(),
                    consul.token(),
                    consul.upkeep().timeout()));
        }
        if (store instanceof ZooKeeperStore zookeeper) {
            return ZooKeeperStoreAdapter.open(new ZooKeeperSettings(
                    zookeeper.name(),
                    owner,
                    zookeeper.connect(),
                    zookeeper.access(),
                    zookeeper.upkeep().timeout()));
        }
        JdbcStore jdbc = (JdbcStore) store;
        return JdbcStoreAdapter.open(new JdbcSettings(
                jdbc.name(),
                owner,
                jdbc.url(),
                jdbc.user(),
                jdbc.password(),
                jdbc.upkeep().timeout(),
                jdbc.table()));
    }

    private static DriftSettings drift(Upkeep upkeep) {
        return new DriftSettings(
                switch (upkeep.drift()) {
                    case REPAIR -> DriftSettings.Policy.REPAIR;
                    case ALERT -> DriftSettings.Policy.ALERT;
                },
                upkeep.verifyInterval());
    }
}
