package io.heliograph.it.faults;

import io.heliograph.it.servers.ConsulServer;
import io.heliograph.it.servers.ConsulServer.Stored;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.function.Function;

/** A real Consul beside each node, with somebody who looks at it all the time. Threads: any. */
final class FaultStores implements AutoCloseable {
    private static final String NAME = "consul";

    private final Map<String, ConsulServer> consuls = new LinkedHashMap<>();
    private final Map<String, StoreWatch> internal = new LinkedHashMap<>();
    private final List<StoreWatch> watches = new ArrayList<>();

    /**
     * Starts one for each of these nodes; none where this machine has no Consul.
     *
     * @param data where a node's data are, by its id
     */
    FaultStores(Network network, List<String> nodes, Function<String, Path> data, Findings findings) {
        for (String node : nodes) {
            Path file = data.apply(node).resolve("heliograph.db");
            StoreWatch watch = new StoreWatch("the internal store of " + node, prefix -> rows(file, prefix), findings);
            internal.put(node, watch);
            watches.add(watch);
        }
        for (String node : nodes) {
            Optional<ConsulServer> consul =
                    ConsulServer.startAt(network.commandPrefix(node), network.machine(node), node);
            if (consul.isEmpty()) {
                System.out.println("stores: the internal ones only, watched; skipped: needs consul");
                return;
            }
            consuls.put(node, consul.get());
            watches.add(new StoreWatch("the Consul of " + node, consul.get()::entries, findings));
        }
        System.out.println("stores: the internal ones and a Consul beside each node, watched");
    }

    /** The {@code stores} list of a node. */
    List<Map<String, Object>> configuration(String node) {
        return consul(node)
                .map(consul -> List.<Map<String, Object>>of(Map.of(
                        "name",
                        NAME,
                        "type",
                        "consul",
                        "url",
                        consul.url(),
                        "timeout",
                        "2s",
                        "verify-interval",
                        "10s")))
                .orElse(List.of());
    }

    Optional<ConsulServer> consul(String node) {
        return Optional.ofNullable(consuls.get(node));
    }

    /** Opened for each look, since a wipe puts another file in its place. */
    private static Map<String, Stored> rows(Path file, String prefix) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("open_mode", "1");
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file, properties);
                PreparedStatement select = connection.prepareStatement(
                        "select store_key, store_value, revision from kv_store where store_key like ?")) {
            select.setString(1, prefix + "%");
            Map<String, Stored> found = new TreeMap<>();
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    found.put(rows.getString(1), new Stored(rows.getString(2), rows.getLong(3), 0));
                }
            }
            return found;
        }
    }

    /** Removes a node's data, and the internal store with them. */
    void wipe(String node, Runnable how) {
        Objects.requireNonNull(internal.get(node)).wipe(how);
    }

    /** How many different views of clusters all watches have judged. */
    int views() {
        return watches.stream().mapToInt(StoreWatch::views).sum();
    }

    void startWatching() {
        watches.forEach(StoreWatch::start);
    }

    /** Nobody looks any more; every view so far has been judged. */
    void stopWatching() {
        watches.forEach(StoreWatch::close);
        for (StoreWatch watch : watches) {
            System.out.println("stores: " + watch);
        }
    }

    @Override
    public void close() {
        watches.forEach(StoreWatch::close);
        consuls.values().forEach(ConsulServer::close);
    }
}
