package io.heliograph.daemon.http;

import io.heliograph.daemon.auth.Gate;
import io.heliograph.daemon.config.Configuration;
import io.heliograph.daemon.config.Configuration.Member;
import io.heliograph.daemon.config.Reload;
import io.heliograph.daemon.delivery.Delivery;
import io.heliograph.daemon.delivery.DriftSettings;
import io.heliograph.daemon.delivery.StoreEpochs;
import io.heliograph.daemon.fakes.Decisions;
import io.heliograph.daemon.fakes.FakeClock;
import io.heliograph.daemon.fakes.FakeLog;
import io.heliograph.daemon.fakes.FakeStore;
import io.heliograph.daemon.layout.KeyLayout;
import io.heliograph.daemon.masters.AddressResolver;
import io.heliograph.daemon.masters.FakeResolver;
import io.heliograph.daemon.masters.MasterControl;
import io.heliograph.daemon.metrics.Metrics;
import io.heliograph.raft.GroupMember;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** Everything behind a real HTTP door but Raft and the stores. */
final class TestNode implements AutoCloseable {

    static final Duration REQUEST_TIMEOUT = Duration.ofMillis(400);

    final Decisions decisions = new Decisions();
    final FakeStore store = new FakeStore();
    final FakeLog log;
    final Delivery delivery;
    volatile boolean caughtUp = true;
    volatile Reload reload = () -> new Reload.Done(List.of(), List.of());
    final Client client;
    private final HttpDoor door;
    private final int port;
    private final AddressResolver resolver = FakeResolver.create();

    /**
     * @param id this node's id
     * @param ports HTTP ports of all members by id; their Raft addresses are {@code 10.0.0.1:1} for the first and so on
     */
    TestNode(String id, Map<String, Integer> ports) throws IOException {
        this(id, ports, Gate.open(), null, true);
    }

    /**
     * @param gate who is let in
     * @param auth as configured; null for everybody
     * @param gets whether GETs may change something
     */
    TestNode(String id, Map<String, Integer> ports, Gate gate, Configuration.@Nullable Auth auth, boolean gets)
            throws IOException {
        Metrics metrics = new Metrics();
        log = new FakeLog(id, decisions.machine());
        delivery = new Delivery(decisions::desired, metrics);
        delivery.put("internal", "fake", store, KeyLayout.CLASSIC, DriftSettings.DEFAULT);
        delivery.keepTimes(decisions.machine()::state, "mysql/master");
        decisions.listen(delivery::changed, delivery::changedAll);
        Configuration configuration = configuration(id, ports, auth, gets);
        log.members(configuration.raft().members().entrySet().stream()
                .map(each -> new GroupMember(
                        each.getKey(), each.getValue().raft(), each.getValue().http(), true))
                .toList());
        StoreEpochs epochs = new StoreEpochs(delivery, "mysql/master");
        MasterControl masters = new MasterControl(
                log,
                decisions.machine()::state,
                () -> epochs.highest(REQUEST_TIMEOUT),
                resolver,
                new FakeClock(),
                "mysql/master",
                REQUEST_TIMEOUT);
        door = HttpDoor.open(configuration.http(), gate);
        port = ports.get(id);
        client = new Client(port);
        metrics.watchRaft(log::leadership);
        metrics.watchStores(delivery::status);
        metrics.watchWaits(delivery::waits);
        HttpApi.serve(
                door,
                configuration,
                NodeIdentity.of(configuration.http()),
                log,
                decisions.machine(),
                delivery,
                masters,
                metrics,
                () -> reload.run(),
                () -> caughtUp);
        delivery.start();
    }

    static TestNode alone() throws IOException {
        return new TestNode("dc1", Map.of("dc1", freePort()));
    }

    private static Configuration configuration(
            String id, Map<String, Integer> ports, Configuration.@Nullable Auth auth, boolean gets) {
        Map<String, Member> members = new java.util.TreeMap<>();
        new java.util.TreeMap<>(ports)
                .forEach((each, port) -> members.put(
                        each, new Member("10.0.0." + (members.size() + 1) + ":1", "http://127.0.0.1:" + port)));
        return new Configuration(
                "test",
                new Configuration.Node(id, Path.of("nowhere")),
                new Configuration.Raft("0.0.0.0:1", Duration.ofMillis(750), members, null),
                new Configuration.Http("127.0.0.1:" + ports.get(id), REQUEST_TIMEOUT, auth, null, gets),
                new Configuration.Kv("mysql/master"),
                new Configuration.Snapshot(Duration.ofSeconds(10)),
                Configuration.Log.DEFAULT,
                List.of());
    }

    /** A door that everybody may use. */
    static HttpDoor door(String listen) throws IOException {
        return HttpDoor.open(new Configuration.Http(listen, REQUEST_TIMEOUT), Gate.open());
    }

    /** From below the range of outgoing connections, so that none of them takes it before it is used. */
    static int freePort() throws IOException {
        for (int attempt = 1; ; attempt++) {
            int port = ThreadLocalRandom.current().nextInt(12_000, 32_000);
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (IOException e) {
                if (attempt == 1_000) {
                    throw e;
                }
            }
        }
    }

    int port() {
        return port;
    }

    List<Router.Known> routes() {
        return door.routes();
    }

    /** As before the end of the process. */
    void drain() {
        door.drain(Duration.ofSeconds(10));
    }

    @Override
    public void close() {
        door.close();
        delivery.close();
        resolver.close();
    }
}
