package io.heliograph.it.daemon;

import io.heliograph.it.servers.ConsulServer;
import io.heliograph.it.servers.MariaDbServer;
import io.heliograph.it.servers.PostgresServer;
import io.heliograph.it.servers.ZooKeeperServer;
import java.util.LinkedHashMap;
import java.util.Map;

/** Entries of the {@code stores} list that point at real servers; add keys as a test needs them. */
public final class Stores {
    private Stores() {}

    public static Map<String, Object> consul(String name, ConsulServer server) {
        Map<String, Object> store = store(name, "consul");
        store.put("url", server.url());
        return store;
    }

    public static Map<String, Object> zookeeper(String name, ZooKeeperServer server) {
        Map<String, Object> store = store(name, "zookeeper");
        store.put("connect", server.connectString());
        return store;
    }

    public static Map<String, Object> jdbc(String name, MariaDbServer server) {
        return jdbc(name, server.jdbcUrl(), server.user(), server.password());
    }

    public static Map<String, Object> jdbc(String name, PostgresServer server) {
        return jdbc(name, server.jdbcUrl(), server.user(), server.password());
    }

    private static Map<String, Object> jdbc(String name, String url, String user, String password) {
        Map<String, Object> store = store(name, "jdbc");
        store.put("url", url);
        store.put("user", user);
        store.put("password", password);
        return store;
    }

    private static Map<String, Object> store(String name, String type) {
        Map<String, Object> store = new LinkedHashMap<>();
        store.put("name", name);
        store.put("type", type);
        return store;
    }
}
