package io.heliograph.daemon;

import io.heliograph.daemon.config.Configuration;
import io.heliograph.daemon.config.Configuration.ClientTlsFiles;
import io.heliograph.daemon.config.Configuration.ConsulStore;
import io.heliograph.daemon.config.Configuration.JdbcStore;
import io.heliograph.daemon.config.Configuration.Store;
import io.heliograph.daemon.config.Configuration.Upkeep;
import io.heliograph.daemon.config.Configuration.ZooKeeperStore;
import io.heliograph.daemon.delivery.Delivery;
import io.heliograph.daemon.delivery.DriftSettings;
import io.heliograph.daemon.delivery.HandEdits;
import io.heliograph.daemon.layout.KeyLayout;
import io.heliograph.kv.Owner;
import io.heliograph.kv.SecretFile;
import io.heliograph.kv.StoreAdapter;
import io.heliograph.kv.StoreTls;
import io.heliograph.kv.consul.ConsulDatacenters;
import io.heliograph.kv.consul.ConsulSettings;
import io.heliograph.kv.consul.ConsulStoreAdapter;
import io.heliograph.kv.jdbc.JdbcSettings;
import io.heliograph.kv.jdbc.JdbcStoreAdapter;
import io.heliograph.kv.zookeeper.ZooKeeperSettings;
import io.heliograph.kv.zookeeper.ZooKeeperStoreAdapter;
import io.heliograph.raft.net.ClientTls;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Makes the adapters of the configured stores. */
final class Stores {

    private static final Duration INTERNAL_TIMEOUT = Duration.ofSeconds(5);

    private Stores() {}

    /** Adds a store of the configuration to the delivery, under this or that name. */
    interface Target {
        void add(String name, StoreAdapter adapter);
    }

    /**
     * Adds the internal store and every configured one.
     *
     * @param handEdits for those that are configured to take hand edits over
     * @return what watches for more of them, to be closed
     * @throws IOException when a file that a store needs cannot be read any more
     */
    static List<AutoCloseable> addAll(
            Delivery delivery, Configuration configuration, Path internalStore, HandEdits handEdits)
            throws IOException {
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
        List<AutoCloseable> watches = new ArrayList<>();
        for (Store store : configuration.stores()) {
            Target target = (name, adapter) -> delivery.add(
                    name, store.type(), adapter, store.upkeep().layout(), drift(store.upkeep(), handEdits));
            if (store instanceof ConsulStore consul) {
                addConsul(delivery, target, consul, settings(consul, owner)).ifPresent(watches::add);
            } else {
                target.add(store.name(), open(store, owner));
            }
        }
        return watches;
    }

    private static Optional<AutoCloseable> addConsul(
            Delivery delivery, Target target, ConsulStore store, ConsulSettings settings) {
        if (store.datacenters().all()) {
            DatacenterWatch watch = new DatacenterWatch(
                    store.name(),
                    () -> ConsulDatacenters.read(settings),
                    datacenter -> addDatacenter(target, settings, datacenter),
                    delivery::remove);
            watch.start(target);
            return Optional.of(watch);
        }
        if (store.datacenters().names().isEmpty()) {
            target.add(store.name(), ConsulStoreAdapter.open(settings));
        }
        store.datacenters().names().forEach(datacenter -> addDatacenter(target, settings, datacenter));
        return Optional.empty();
    }

    private static void addDatacenter(Target target, ConsulSettings settings, String datacenter) {
        String name = settings.name() + "@" + datacenter;
        target.add(name, ConsulStoreAdapter.open(settings.in(name, datacenter)));
    }

    private static ConsulSettings settings(ConsulStore store, Owner owner) throws IOException {
        Path token = store.tokenFile();
        ClientTlsFiles files = store.tls();
        return new ConsulSettings(
                store.name(),
                owner,
                store.url(),
                null,
                token == null ? null : SecretFile.open(token),
                files == null ? null : tls(files),
                store.upkeep().timeout());
    }

    private static StoreTls tls(ClientTlsFiles files) throws IOException {
        ClientTls read = ClientTls.read(
                files.ca(),
                Optional.ofNullable(files.own()),
                InstantSource.system().instant());
        return new StoreTls(read.context(), read.trust());
    }

    private static StoreAdapter open(Store store, Owner owner) {
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

    private static DriftSettings drift(Upkeep upkeep, HandEdits handEdits) {
        return new DriftSettings(
                switch (upkeep.drift()) {
                    case REPAIR -> DriftSettings.Policy.REPAIR;
                    case ALERT -> DriftSettings.Policy.ALERT;
                    case ADOPT -> DriftSettings.Policy.ADOPT;
                },
                upkeep.verifyInterval(),
                handEdits);
    }
}
