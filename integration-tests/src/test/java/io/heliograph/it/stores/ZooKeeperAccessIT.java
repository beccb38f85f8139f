package io.heliograph.it.stores;

import static io.heliograph.it.stores.WriteSets.byKey;
import static io.heliograph.it.stores.WriteSets.cluster;
import static io.heliograph.it.stores.WriteSets.stored;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heliograph.it.servers.ZooKeeperServer;
import io.heliograph.kv.Owner;
import io.heliograph.kv.Revision;
import io.heliograph.kv.StoreAdapter;
import io.heliograph.kv.StoreException;
import io.heliograph.kv.StoreResult;
import io.heliograph.kv.WriteSet;
import io.heliograph.kv.zookeeper.ZooKeeperAccessSettings;
import io.heliograph.kv.zookeeper.ZooKeeperSettings;
import io.heliograph.kv.zookeeper.ZooKeeperStoreAdapter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryOneTime;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.data.ACL;
import org.apache.zookeeper.data.Id;
import org.apache.zookeeper.server.auth.DigestAuthenticationProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** Logins and the ACLs of the nodes that we make. Each test has a path of its own. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
class ZooKeeperAccessIT {

    private static final Owner US = new Owner("orders");
    private static final Duration PATIENT = Duration.ofSeconds(20);
    private static final String LOGIN = "helio:s3cret";
    private static final AtomicInteger TESTS = new AtomicInteger();

    private final ZooKeeperServer server = ZooKeeperServer.start();
    private String root = "";

    @BeforeEach
    void chooseRoot() {
        root = "/test" + TESTS.incrementAndGet();
    }

    @AfterAll
    void closeServer() {
        server.close();
    }

    private StoreAdapter open(@Nullable String login, boolean ours) {
        return ZooKeeperStoreAdapter.open(new ZooKeeperSettings(
                "test", US, server.connectString() + root, new ZooKeeperAccessSettings(login, ours, null), PATIENT));
    }

    private CuratorFramework client(@Nullable String login) {
        CuratorFrameworkFactory.Builder builder = CuratorFrameworkFactory.builder()
                .connectString(server.connectString())
                .retryPolicy(new RetryOneTime(500));
        if (login != null) {
            builder.authorization("digest", bytes(login));
        }
        CuratorFramework client = builder.build();
        client.start();
        return client;
    }

    @Test
    void when_nodes_belong_to_the_login_then_others_read_and_do_not_write() throws Exception {
        WriteSet set = cluster("mysql/master/a", 7);
        try (StoreAdapter store = open(LOGIN, true);
                CuratorFramework stranger = client(null)) {
            assertThat(store.deliver(List.of(set))).containsExactly(new StoreResult.Delivered());

            for (String node : List.of(
                    "/mysql",
                    "/mysql/master/a",
                    "/mysql/master/a/port",
                    "/heliograph",
                    "/heliograph/owner",
                    "/heliograph/fence",
                    "/heliograph/fence/mysql/master/a")) {
                stranger.getData().forPath(root + node);
                assertThatThrownBy(() -> stranger.setData().forPath(root + node, bytes("x")))
                        .as(node)
                        .isInstanceOf(KeeperException.NoAuthException.class);
                assertThatThrownBy(() -> stranger.create().forPath(root + node + "/x", bytes("x")))
                        .as(node)
                        .isInstanceOf(KeeperException.NoAuthException.class);
            }
            assertThatThrownBy(() -> stranger.delete().forPath(root + "/mysql/master/a/port"))
                    .isInstanceOf(KeeperException.NoAuthException.class);
            assertThat(stranger.getData().forPath(root + "/mysql/master/a/port"))
                    .isEqualTo(bytes("7"));
        }
    }

    @Test
    void when_nodes_belong_to_the_login_then_it_writes_repairs_deletes_and_adopts() throws Exception {
        WriteSet set = cluster("mysql/master/a", 7);
        try (StoreAdapter first = open(LOGIN, true)) {
            first.deliver(List.of(set));
        }
        try (StoreAdapter store = open(LOGIN, true)) {
            assertThat(store.repair(List.of(set))).containsExactly(new StoreResult.Delivered());
            assertThat(byKey(store.read(""))).isEqualTo(stored(set));
            assertThat(store.owner()).contains("orders");
            assertThat(store.deliver(List.of(WriteSet.deletion(new Revision(8), set.keys()))))
                    .containsExactly(new StoreResult.Delivered());
            assertThat(store.read("")).isEmpty();
            assertThat(store.deliver(List.of(set))).containsExactly(new StoreResult.Fenced(new Revision(8)));
        }
        try (StoreAdapter stranger = ZooKeeperStoreAdapter.open(
                new ZooKeeperSettings("test", new Owner("payments"), server.connectString() + root, PATIENT))) {
            assertThatThrownBy(stranger::adopt)
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("NOAUTH");
        }
    }

    @Test
    void when_the_password_is_wrong_then_it_is_rejected_with_the_node_and_without_the_password() {
        try (StoreAdapter right = open(LOGIN, true);
                StoreAdapter wrong = open("helio:wr0ng", true);
                StoreAdapter none = open(null, false)) {
            right.deliver(List.of(cluster("mysql/master/a", 7)));

            for (StoreAdapter refused : List.of(wrong, none)) {
                assertThat(refused.deliver(List.of(cluster("mysql/master/a", 8), cluster("mysql/master/b", 8))))
                        .satisfiesExactly(
                                known -> assertThat(known)
                                        .isEqualTo(new StoreResult.Rejected("refused: NOAUTH: the ACL of " + root
                                                + "/heliograph/fence/mysql/master/a, or of the node above it, does not"
                                                + " let us write; compare the store's auth-file with whoever made it")),
                                fresh -> assertThat(fresh)
                                        .isEqualTo(
                                                new StoreResult.Rejected(
                                                        "refused: NOAUTH: the ACL of " + root
                                                                + "/heliograph/fence/mysql/master/b, or of the node above it, does not"
                                                                + " let us write; compare the store's auth-file with whoever made it")));
            }
            assertThat(right.deliver(List.of(cluster("mysql/master/a", 9))))
                    .containsExactly(new StoreResult.Delivered());
        }
    }

    @Test
    void when_the_path_above_is_somebody_elses_then_what_is_below_ours_is_written() throws Exception {
        List<ACL> readOnly = List.of(new ACL(ZooDefs.Perms.READ, ZooDefs.Ids.ANYONE_ID_UNSAFE));
        try (CuratorFramework administrator = client("root:root")) {
            administrator.create().forPath(root);
            administrator.create().forPath(root + "/mine", new byte[0]);
            administrator.setACL().withACL(readOnly).forPath(root);
        }
        try (StoreAdapter store = ZooKeeperStoreAdapter.open(new ZooKeeperSettings(
                "test",
                US,
                server.connectString() + root + "/mine",
                new ZooKeeperAccessSettings(LOGIN, true, null),
                PATIENT))) {
            assertThat(store.deliver(List.of(cluster("a", 1)))).containsExactly(new StoreResult.Delivered());
        }
    }

    @Test
    void when_the_login_has_the_rights_by_name_then_it_may_also_make_open_nodes() throws Exception {
        Id named = new Id("digest", DigestAuthenticationProvider.generateDigest(LOGIN));
        try (CuratorFramework administrator = client(null)) {
            administrator
                    .create()
                    .withACL(List.of(new ACL(ZooDefs.Perms.ALL, named)))
                    .forPath(root);
        }
        try (StoreAdapter store = open(LOGIN, false);
                CuratorFramework stranger = client(null)) {
            assertThat(store.deliver(List.of(cluster("a", 1)))).containsExactly(new StoreResult.Delivered());
            stranger.setData().forPath(root + "/a/port", bytes("by hand"));
        }
        try (StoreAdapter nobody = open(null, false)) {
            assertThat(nobody.deliver(List.of(cluster("b", 1))).get(0)).isInstanceOf(StoreResult.Rejected.class);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
