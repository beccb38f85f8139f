package io.heliograph.it.stores;

import static org.assertj.core.api.Assertions.assertThat;

import io.heliograph.it.servers.RealServer;
import io.heliograph.it.servers.ZooKeeperServer;
import io.heliograph.kv.Owner;
import io.heliograph.kv.StoreAdapter;
import io.heliograph.kv.StoredEntry;
import io.heliograph.kv.WriteSet;
import io.heliograph.kv.zookeeper.ZooKeeperSettings;
import io.heliograph.kv.zookeeper.ZooKeeperStoreAdapter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryOneTime;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class ZooKeeperStoreIT extends ServerStoreContract {

    /** A session of a store with {@link #LIMIT} lives for four seconds without its server. */
    private static final Duration LONGER_THAN_A_SESSION = Duration.ofSeconds(5);

    private final ZooKeeperServer zooKeeper = ZooKeeperServer.start();

    @Override
    RealServer server() {
        return zooKeeper;
    }

    @Override
    StoreAdapter open(Owner owner, Duration limit) {
        return open("", owner, limit);
    }

    private StoreAdapter open(String root, Owner owner, Duration limit) {
        return ZooKeeperStoreAdapter.open(
                new ZooKeeperSettings("test", owner, zooKeeper.connectString() + root, limit));
    }

    @Override
    void writeByHand(String key, String value) throws Exception {
        try (CuratorFramework client = client()) {
            client.create().orSetData().creatingParentsIfNeeded().forPath("/" + key, bytes(value));
        }
    }

    @Override
    boolean readsAtomically() {
        return false;
    }

    @Test
    void when_parents_are_made_then_they_are_no_entries() throws Exception {
        deliver(WriteSets.cluster(tree() + "/deep/er/a", 1));

        assertThat(store().read(tree())).hasSize(5);
        try (CuratorFramework client = client()) {
            assertThat(client.getData().forPath("/" + tree() + "/deep/er")).isNull();
            assertThat(client.getData().forPath("/heliograph/fence/" + tree() + "/deep/er/a"))
                    .isEqualTo(bytes("1"));
        }
    }

    @Test
    void when_the_address_has_a_path_then_everything_is_below_it() throws Exception {
        try (StoreAdapter below = open("/" + tree() + "/chroot", US, PATIENT)) {
            assertThat(below.read("")).isEmpty();
            assertThat(below.deliver(List.of(WriteSets.cluster("a", 1)))).containsExactly(DELIVERED);

            assertThat(below.read("")).hasSize(5);
        }
        assertThat(store().read(tree())).extracting(StoredEntry::key).contains(tree() + "/chroot/a/port");
    }

    @Test
    void when_the_names_below_one_node_are_more_than_a_mebibyte_then_they_are_read_all_the_same() throws Exception {
        String name = "n".repeat(110);
        List<WriteSet> sets = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            sets.add(WriteSets.single(tree() + "/" + name + i, "1", 3));
        }
        for (int from = 0; from < sets.size(); from += 500) {
            assertThat(store().deliver(sets.subList(from, from + 500))).containsOnly(DELIVERED);
        }

        assertThat(store().read(tree())).hasSize(10_000);
        assertThat(store().highestFence().value()).isGreaterThanOrEqualTo(3);
    }

    @Test
    void when_a_child_is_a_write_set_of_its_own_then_it_has_a_fence_of_its_own() throws Exception {
        deliver(WriteSets.single(tree() + "/a/b/c", "1", 9));
        assertThat(deliver(WriteSets.single(tree() + "/a", "2", 7))).isEqualTo(DELIVERED);
        assertThat(deliver(WriteSets.single(tree() + "/a/b", "3", 8))).isEqualTo(DELIVERED);

        assertThat(store().read(tree()))
                .extracting(entry -> entry.revision().value())
                .containsExactly(7L, 8L, 9L);
    }

    @Test
    void when_the_server_hangs_for_longer_than_a_session_lives_then_it_is_written_to_afterwards() {
        StoreAdapter hurried = another(LIMIT);
        assertArrives(hurried, WriteSets.cluster(tree() + "/a", 1));
        WriteSet set = WriteSets.cluster(tree() + "/a", 2);
        zooKeeper.pause();
        try {
            Awaitility.await()
                    .atMost(RECOVERY)
                    .during(LONGER_THAN_A_SESSION)
                    .until(() ->
                            AWAY.contains(hurried.deliver(List.of(set)).get(0).type()));
        } finally {
            zooKeeper.resume();
        }
        assertArrives(hurried, set);
    }

    @Test
    void when_a_server_is_replaced_by_an_empty_one_that_knows_no_session_then_everything_can_be_delivered_again()
            throws Exception {
        List<WriteSet> all = batch(20, 5);
        try (ZooKeeperServer first = ZooKeeperServer.start();
                StoreAdapter store =
                        ZooKeeperStoreAdapter.open(new ZooKeeperSettings("test", US, first.connectString(), LIMIT))) {
            assertThat(store.deliver(all)).containsOnly(DELIVERED);
            first.stop();
            try (ZooKeeperServer empty = first.startEmptyInstead()) {
                // our client has seen more than this server has, which turns it away for that until it begins anew
                Awaitility.await().atMost(RECOVERY).until(() -> store.deliver(all).stream()
                        .allMatch(CURRENT::equals));
                assertThat(store.read("")).hasSize(5 * all.size());
            }
        }
    }

    private CuratorFramework client() {
        CuratorFramework client =
                CuratorFrameworkFactory.newClient(zooKeeper.connectString(), 10_000, 5_000, new RetryOneTime(500));
        client.start();
        return client;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
