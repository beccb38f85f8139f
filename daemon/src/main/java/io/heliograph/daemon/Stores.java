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
import io.heliograph.daemon.delivery.KnownLayouts;
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
import io.heliograph.kv.zookeeper.ZooKeeperTlsSettings;
import io.heliograph.raft.TlsFiles;
import io.heliograph.raft.net.ClientTls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Opens the configured stores, and closes and opens them again when the configuration changes. */
final class Stores implements AutoCloseable {

    private static final Duration INTERNAL_TIMEOUT = Duration.ofSeconds(5);

    private final Delivery delivery;
    private final Owner owner;
    private final HandEdits handEdits;
    private final KnownLayouts layouts;
    private final Map<String, OpenStore> open = new LinkedHashMap<>();
    private boolean closed;

    /**
     * @param handEdits for those that are configured to take hand edits over
     * @param layouts with which layouts the stores were filled
     */
    Stores(Delivery delivery, Owner owner, HandEdits handEdits, KnownLayouts layouts) {
        this.delivery = delivery;
        this.owner = owner;
        this.handEdits = handEdits;
        this.layouts = layouts;
    }

    /** Adds a store of the configuration to the delivery, under this or that name. */
    interface Target {
        void add(String name, StoreAdapter adapter);
    }

    /** Opens the internal store. */
    void openInternal(Path file) {
        delivery.put(
                Configuration.INTERNAL_STORE,
                "sqlite",
                JdbcStoreAdapter.open(new JdbcSettings(
                        Configuration.INTERNAL_STORE,
                        owner,
                        "jdbc:sqlite:" + file,
                        null,
                        null,
                        INTERNAL_TIMEOUT,
                        JdbcSettings.DEFAULT_TABLE)),
                KeyLayout.CLASSIC,
                DriftSettings.DEFAULT);
    }

    /**
     * Has exactly these stores delivered to, besides the internal one. Those that are as they were go on undisturbed; one
     * that changed is opened anew before the old one is closed.
     *
     * @return what changed, one line each
     * @throws IOException when a file that a store needs cannot be read; nothing has changed then
     */
    synchronized List<String> apply(List<Store> next) throws IOException {
        if (closed) {
            return List.of();
        }
        List<OpenStore> fresh = new ArrayList<>();
        try {
            for (Store store : next) {
                OpenStore now = open.get(store.name());
                List<Object> versions = versions(store);
                if (now == null || !now.store.equals(store) || !now.versions.equals(versions)) {
                    OpenStore each = new OpenStore(store, versions);
                    fresh.add(each);
                    each.open();
                }
            }
        } catch (IOException e) {
            fresh.forEach(OpenStore::discard);
            throw e;
        }
        List<String> changes = new ArrayList<>();
        for (OpenStore each : fresh) {
            OpenStore old = open.put(each.store.name(), each);
            if (old != null) {
                // what it still finds out must not be put in the place of, or take away, what has its names next
                old.stop();
            }
            each.start();
            if (old != null) {
                each.replace(old);
            }
            changes.add("store " + each.store.name() + (old == null ? " added" : " changed"));
        }
        Set<String> wanted = next.stream().map(Store::name).collect(Collectors.toSet());
        for (String gone :
                open.keySet().stream().filter(name -> !wanted.contains(name)).toList()) {
            open.remove(gone).remove();
            changes.add("store " + gone + " removed");
        }
        return changes;
    }

    /** Watches for no more data centres. The stores are the delivery's to close. */
    @Override
    public synchronized void close() {
        closed = true;
        open.values().forEach(OpenStore::stop);
    }

    /** A configured store: one name in the delivery, or one for each of Consul's data centres. */
    private final class OpenStore {

        private final Store store;
        private final List<Object> versions;
        private final Set<String> names = ConcurrentHashMap.newKeySet();
        /** What waits to be added, by name. */
        private final Map<String, StoreAdapter> ready = new LinkedHashMap<>();

        private @Nullable DatacenterWatch watch;
        private boolean stopped;

        OpenStore(Store store, List<Object> versions) {
            this.store = store;
            this.versions = versions;
        }

        /**
         * Makes everything that is needed, and changes nothing yet.
         *
         * @throws IOException when it cannot be made; the message is one line
         */
        void open() throws IOException {
            try {
                if (store instanceof ConsulStore consul) {
                    open(consul, settings(consul, owner));
                } else {
                    ready.put(store.name(), Stores.open(store, owner));
                }
            } catch (RuntimeException e) {
                throw new IOException("store '" + store.name() + "' cannot be opened: " + e.getMessage(), e);
            }
        }

        private void open(ConsulStore consul, ConsulSettings settings) {
            if (consul.datacenters().all()) {
                watch = new DatacenterWatch(
                        store.name(),
                        () -> ConsulDatacenters.read(settings),
                        datacenter -> add(nameIn(datacenter), openIn(settings, datacenter)),
                        this::remove);
            } else if (consul.datacenters().names().isEmpty()) {
                ready.put(store.name(), ConsulStoreAdapter.open(settings));
            } else {
                consul.datacenters()
                        .names()
                        .forEach(datacenter -> ready.put(nameIn(datacenter), openIn(settings, datacenter)));
            }
        }

        private String nameIn(String datacenter) {
            return store.name() + "@" + datacenter;
        }

        private StoreAdapter openIn(ConsulSettings settings, String datacenter) {
            return ConsulStoreAdapter.open(settings.in(nameIn(datacenter), datacenter));
        }

        /** It is not to be started after all. */
        void discard() {
            ready.values().forEach(StoreAdapter::close);
        }

        private synchronized void add(String name, StoreAdapter adapter) {
            if (stopped) {
                adapter.close();
                return;
            }
            names.add(name);
            delivery.put(name, store.type(), adapter, store.upkeep().layout(), drift(store.upkeep()));
        }

        private synchronized void remove(String name) {
            if (!stopped) {
                delivery.remove(name);
            }
        }

        void start() {
            if (watch == null) {
                ready.forEach(this::add);
            } else {
                watch.start(this::add);
            }
        }

        /** Nothing comes any more. */
        synchronized void stop() {
            stopped = true;
            if (watch != null) {
                watch.close();
            }
        }

        /** Takes another away, but for the names that are this one's now; no name becomes this one's meanwhile. */
        synchronized void replace(OpenStore old) {
            old.names.stream().filter(name -> !names.contains(name)).forEach(delivery::remove);
        }

        /** Takes it away. */
        void remove() {
            stop();
            names.forEach(delivery::remove);
        }
    }

    /** When the files changed that are read once, as the store is opened. */
    private static List<Object> versions(Store store) throws IOException {
        List<Object> versions = new ArrayList<>();
        for (Path file : files(store)) {
            versions.add(Files.getLastModifiedTime(file));
        }
        return versions;
    }

    private static List<Path> files(Store store) {
        if (store instanceof ConsulStore consul && consul.tls() != null) {
            TlsFiles own = consul.tls().own();
            return own == null
                    ? List.of(consul.tls().ca())
                    : List.of(consul.tls().ca(), own.certificate(), own.key());
        }
        if (store instanceof ZooKeeperStore zookeeper && zookeeper.access().tls() != null) {
            ZooKeeperTlsSettings tls = zookeeper.access().tls();
            return Stream.of(tls.ca(), tls.certificate(), tls.key())
                    .filter(Objects::nonNull)
                    .toList();
        }
        return List.of();
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

    private DriftSettings drift(Upkeep upkeep) {
        return new DriftSettings(
                switch (upkeep.drift()) {
                    case REPAIR -> DriftSettings.Policy.REPAIR;
                    case ALERT -> DriftSettings.Policy.ALERT;
                    case ADOPT -> DriftSettings.Policy.ADOPT;
                },
                upkeep.verifyInterval(),
                handEdits,
                layouts);
    }
}
