package io.heliograph.it.centres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.heliograph.it.daemon.ClusterBuilder;
import io.heliograph.it.daemon.HeliographCluster;
import io.heliograph.it.daemon.HeliographNode;
import io.heliograph.it.daemon.KeyWatcher;
import io.heliograph.it.daemon.Stores;
import io.heliograph.it.hands.ConsulHand;
import io.heliograph.it.servers.ConsulServer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One Consul for several nodes, and a Consul that gets its keys from another one besides. */
@Timeout(180)
class SharedConsulIT {

    private static final int FAILOVERS = 100;

    private static String master(int number) {
        return "127.0.1." + number % 250 + ":" + (10_000 + number);
    }

    @Test
    void when_three_nodes_write_to_one_consul_then_it_never_goes_back_and_ends_right() {
        try (ConsulServer consul = ConsulServer.start("shared");
                HeliographCluster cluster = shared(consul).start();
                KeyWatcher watcher = KeyWatcher.watch(consul, "shared")) {
            HeliographNode leader = cluster.awaitLeader();
            for (int i = 1; i <= FAILOVERS; i++) {
                leader.put("/v1/clusters/shared", Map.of("master", master(i))).orThrow();
                if (i % 25 == 0) {
                    HeliographNode other = cluster.others(leader).get(0);
                    other.kill9();
                    other.start();
                }
            }

            watcher.awaitMaster(master(FAILOVERS), DataCentres.SOON);
            for (HeliographNode node : cluster.nodes()) {
                await().atMost(DataCentres.SOON).until(() -> node.status()
                        .orElseThrow()
                        .path("stores")
                        .findValuesAsText("pending")
                        .equals(List.of("0", "0")));
            }
            watcher.awaitMaster(master(FAILOVERS), DataCentres.SOON);
            watcher.assertNeverHalf();
            watcher.assertNeverBackwards();

            leader.delete("/v1/clusters/shared?deleteKeys=true").orThrow();
            await().atMost(DataCentres.SOON)
                    .until(() -> consul.list("mysql/master/shared").isEmpty());
        }
    }

    private static ClusterBuilder shared(ConsulServer consul) {
        ClusterBuilder builder = HeliographCluster.builder();
        DataCentres.IDS.forEach(id -> builder.storeFor(id, Stores.consul("consul", consul)));
        return builder;
    }

    @Test
    void when_a_consul_is_filled_from_another_one_by_a_slow_copy_then_it_ends_right() throws Exception {
        try (ConsulHand source = new ConsulHand("source");
                ConsulHand copy = new ConsulHand("copy");
                HeliographCluster cluster = HeliographCluster.builder()
                        .nodes("dc1")
                        .storeFor("dc1", often(source))
                        .storeFor("dc1", often(copy))
                        .start()) {
            HeliographNode node = cluster.awaitLeader();
            node.put("/v1/clusters/copied", Map.of("master", master(0))).orThrow();
            AtomicBoolean over = new AtomicBoolean();
            Thread copying = new Thread(() -> copyWithDelay(source, copy, over));
            copying.start();
            for (int i = 1; i <= 2 * FAILOVERS; i++) {
                node.put("/v1/clusters/copied", Map.of("master", master(i))).orThrow();
            }
            over.set(true);
            copying.join();

            String head = "mysql/master/copied";
            for (ConsulHand hand : List.of(source, copy)) {
                // the copy puts key by key, so a delivery may come between two of its keys: repaired at the next look
                await(hand.name()).atMost(DataCentres.SOON).untilAsserted(() -> {
                    assertThat(hand.entries(head).get(head).value()).isEqualTo(master(2 * FAILOVERS));
                    assertThat(hand.entries(head).get(head + "/port").value()).isEqualTo("" + (10_000 + 2 * FAILOVERS));
                });
            }
        }
    }

    private static Map<String, Object> often(ConsulHand hand) {
        Map<String, Object> config = hand.config(hand.port());
        config.put("verify-interval", "1s");
        return config;
    }

    /** Copies what was there one round ago, flags and all: always late. */
    private static void copyWithDelay(ConsulHand from, ConsulHand to, AtomicBoolean over) {
        try {
            List<ConsulHand.Copy> late = from.backUp();
            while (!over.get()) {
                List<ConsulHand.Copy> now = from.backUp();
                to.putBack(late);
                late = now;
            }
            to.putBack(late);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
