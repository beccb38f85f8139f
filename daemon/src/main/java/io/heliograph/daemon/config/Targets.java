package io.heliograph.daemon.config;

import io.heliograph.daemon.config.Configuration.ConsulStore;
import io.heliograph.daemon.config.Configuration.Datacenters;
import io.heliograph.daemon.config.Configuration.JdbcStore;
import io.heliograph.daemon.config.Configuration.Store;
import io.heliograph.daemon.config.Configuration.ZooKeeperStore;
import io.heliograph.daemon.layout.KeyLayout;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;

/** Where stores are, as far as the configuration tells. */
final class Targets {

    private Targets() {}

    /**
     * Whether two stores would have the same keys at the same place in two different layouts: each write set would be one
     * store's half and the other's half. With one layout both write the same, as two nodes do that share a store. That one
     * server goes by two names cannot be seen here.
     *
     * @param masterPrefix key prefix of masters
     */
    static boolean clash(Store one, Store other, String masterPrefix) {
        KeyLayout layout = one.upkeep().layout();
        boolean isSamePlace = place(one).equals(place(other)) && datacentersMeet(one, other);
        return isSamePlace
                && !layout.equals(other.upkeep().layout())
                && layout.clashesWith(other.upkeep().layout(), masterPrefix);
    }

    private static List<Object> place(Store store) {
        if (store instanceof ConsulStore consul) {
            return List.of(store.type(), consul.url().toLowerCase(Locale.ROOT).replaceAll("/+$", ""));
        }
        if (store instanceof ZooKeeperStore zookeeper) {
            String connect = zookeeper.connect();
            int slash = connect.indexOf('/');
            List<String> servers =
                    Arrays.asList((slash < 0 ? connect : connect.substring(0, slash)).split("\\s*,\\s*"));
            String root = slash < 0 ? "" : connect.substring(slash).replaceAll("/+$", "");
            return List.of(store.type(), new TreeSet<>(servers), root);
        }
        JdbcStore jdbc = (JdbcStore) store;
        return List.of(store.type(), jdbc.url().replaceAll("\\?.*", ""), jdbc.table());
    }

    /** Of which data centre {@code local} is, only the agent knows. */
    private static boolean datacentersMeet(Store one, Store other) {
        if (!(one instanceof ConsulStore first) || !(other instanceof ConsulStore second)) {
            return true;
        }
        Datacenters a = first.datacenters();
        Datacenters b = second.datacenters();
        return a.equals(b) || a.all() || b.all() || !Collections.disjoint(a.names(), b.names());
    }
}
