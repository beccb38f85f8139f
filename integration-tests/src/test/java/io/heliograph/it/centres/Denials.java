package io.heliograph.it.centres;

import io.heliograph.it.hands.AllStores;
import io.heliograph.it.hands.StoreHand;
import io.heliograph.it.servers.ConsulServer;
import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryNTimes;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooDefs.Perms;
import org.apache.zookeeper.data.ACL;

/** What an administrator takes away from the daemon at a store that is well, and gives back. */
final class Denials {
    private static final String ACCOUNT = "lesser";
    private static final String PASSWORD = "lesser-only-for-tests";
    private static final String ANONYMOUS = "/v1/acl/token/00000000-0000-0000-0000-000000000002";
    private static final String POLICY =
            "{\"Name\":\"look\",\"Rules\":\"key_prefix \\\"\\\" { policy = \\\"read\\\" }\"}";

    private Denials() {}

    /** Has the daemon use an account at a database that is no administrator's: those cannot be kept out. */
    static void lesserAccount(String store, Map<String, Object> config) {
        List<String> statements =
                switch (store) {
                    case "maria" -> List.of(
                            "create user " + ACCOUNT + " identified by '" + PASSWORD + "'",
                            "grant all on heliograph.* to " + ACCOUNT);
                    case "pg" -> List.of(
                            "create role " + ACCOUNT + " login password '" + PASSWORD + "'",
                            "grant all on schema public to " + ACCOUNT);
                    default -> List.of();
                };
        if (!statements.isEmpty()) {
            run(config, statements);
            config.put("user", ACCOUNT);
            config.put("password", PASSWORD);
        }
    }

    /** Takes away the daemon's right to write, and at the databases to read too, or gives it back. */
    static void deny(AllStores stores, String store, String alias, boolean denied) {
        switch (store) {
            case "consul" -> denyConsul((ConsulServer) hand(stores, store).server(), denied);
            case "zk" -> denyZooKeeper(hand(stores, store), alias, denied);
            case "maria" -> run(
                    stores,
                    store,
                    denied
                            ? List.of("revoke all on heliograph.* from " + ACCOUNT, "kill user " + ACCOUNT)
                            : List.of("grant all on heliograph.* to " + ACCOUNT));
            default -> run(
                    stores, store, List.of("alter table kv_store owner to " + (denied ? "heliograph" : ACCOUNT)));
        }
    }

    /** Makes a database take no writes of accounts that are no administrator's, or take them again. */
    static void readOnly(AllStores stores, String store, boolean readOnly) {
        String value = readOnly ? "on" : "off";
        run(
                stores,
                store,
                store.equals("maria")
                        ? List.of("set global read_only = " + value)
                        : List.of(
                                "alter role " + ACCOUNT + " set default_transaction_read_only = " + value,
                                "select pg_terminate_backend(pid) from pg_stat_activity where usename = '" + ACCOUNT
                                        + "'"));
    }

    /** The anonymous token is the daemon's, which has none of its own. */
    private static void denyConsul(ConsulServer consul, boolean denied) {
        if (denied && !consul.call("GET", "/v1/acl/policies", "").contains("\"look\"")) {
            consul.call("PUT", "/v1/acl/policy", POLICY);
        }
        consul.call("PUT", ANONYMOUS, denied ? "{\"Policies\":[{\"Name\":\"look\"}]}" : "{\"Policies\":[]}");
    }

    /** Whoever may administer a node can give it away and have it back. */
    private static void denyZooKeeper(StoreHand hand, String alias, boolean denied) {
        List<ACL> acl = denied ? List.of(new ACL(Perms.READ | Perms.ADMIN, Ids.ANYONE_ID_UNSAFE)) : Ids.OPEN_ACL_UNSAFE;
        try (CuratorFramework client =
                CuratorFrameworkFactory.newClient("127.0.0.1:" + hand.port(), new RetryNTimes(20, 500))) {
            client.start();
            for (String path : List.of("/heliograph/fence/mysql/master/" + alias, "/mysql/master/" + alias)) {
                client.setACL().withACL(acl).forPath(path);
            }
        } catch (Exception e) {
            throw new IllegalStateException("cannot change the ACL of " + alias, e);
        }
    }

    private static StoreHand hand(AllStores stores, String store) {
        StoreHand hand = stores.hands().get(store);
        if (hand == null) {
            throw new IllegalArgumentException(store);
        }
        return hand;
    }

    private static void run(AllStores stores, String store, List<String> statements) {
        StoreHand hand = hand(stores, store);
        run(hand.config(hand.port()), statements);
    }

    private static void run(Map<String, Object> administrator, List<String> statements) {
        String url = String.valueOf(administrator.get("url"));
        try (Connection connection = DriverManager.getConnection(
                        url, String.valueOf(administrator.get("user")), String.valueOf(administrator.get("password")));
                Statement statement = connection.createStatement()) {
            for (String each : statements) {
                statement.execute(each);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(
                    "at " + URI.create(url.substring("jdbc:".length())).getPort(), e);
        }
    }
}
