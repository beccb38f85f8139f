package io.heliograph.it.centres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.heliograph.it.daemon.CliResult;
import io.heliograph.it.daemon.HeliographNode;
import io.heliograph.it.hands.AllStores;
import io.heliograph.it.hands.StoreHand;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two groups, one after the other, begin with the same snapshot and write to the same stores. */
@Timeout(180)
class RestoredTwiceIT {

    private static final String OLD = "127.0.0.21:3306";
    private static final String FIRST = "127.0.0.22:3306";
    private static final String SECOND = "127.0.0.23:3306";

    @TempDir
    private Path directory;

    @Test
    void when_one_snapshot_is_restored_twice_then_every_acknowledged_failover_counts_and_nothing_goes_back()
            throws Exception {
        try (AllStores stores = AllStores.start((name, config) -> config.put("verify-interval", "1s"), c -> c)) {
            stores.set("busy", OLD);
            stores.set("quiet", OLD);
            Path saved = directory.resolve("saved");
            expectDone(stores.cluster().cli("snapshot", "save", saved.toString(), "-e", endpoint(stores)));

            beginWith(saved, stores);
            stores.set("quiet", FIRST);
            setEverywhere(stores, "busy", FIRST);
            awaitEverywhere(stores, "quiet", FIRST);

            beginWith(saved, stores);
            assertThat(states(stores)).isNotEmpty();
            setEverywhere(stores, "busy", SECOND);
            awaitEverywhere(stores, "busy", SECOND);
            assertThat(states(stores)).containsOnly("fenced");
            awaitEverywhere(stores, "quiet", FIRST);

            expectDone(stores.cluster().cli("adopt", "-e", endpoint(stores)));
            awaitEverywhere(stores, "quiet", OLD);
            awaitEverywhere(stores, "busy", SECOND);
            await().atMost(DataCentres.SOON).until(() -> states(stores).stream().allMatch("up"::equals));
        }
    }

    private static String endpoint(AllStores stores) {
        return stores.node().httpUri().toString();
    }

    private static void expectDone(CliResult result) {
        assertThat(result.exitCode()).as(result.toString()).isZero();
    }

    private static void beginWith(Path saved, AllStores stores) throws IOException {
        HeliographNode node = stores.node();
        node.kill9();
        node.wipeData();
        String config = node.configFile().toString();
        expectDone(stores.cluster()
                .cli(
                        "snapshot",
                        "restore",
                        "-f",
                        config,
                        "--file",
                        saved.toString(),
                        "--give-up-the-old-group-of",
                        "orders"));
        node.start();
        await().atMost(DataCentres.SOON)
                .until(() -> node.get("/v1/clusters/quiet").status() == 200);
    }

    /** Status 200: all stores hold it. */
    private static void setEverywhere(AllStores stores, String alias, String master) {
        assertThat(stores.node()
                        .put("/v1/clusters/" + alias + "?wait=all&timeout=20s", Map.of("master", master))
                        .status())
                .isEqualTo(200);
    }

    private static void awaitEverywhere(AllStores stores, String alias, String master) {
        String head = "mysql/master/" + alias;
        for (StoreHand hand : stores.hands().values()) {
            await(hand.name() + " " + alias)
                    .atMost(Duration.ofSeconds(20))
                    .ignoreExceptions()
                    .until(() -> hand.entries(head).get(head).value(), master::equals);
        }
    }

    /** Of all stores but the internal one, which was wiped with the node. */
    private static List<String> states(AllStores stores) {
        return stores.hands().keySet().stream()
                .map(name -> stores.status(name, "state"))
                .toList();
    }
}
