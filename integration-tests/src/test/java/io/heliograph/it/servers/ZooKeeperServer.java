package io.heliograph.it.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A ZooKeeper in a process of its own: alone, or one of an ensemble. */
public final class ZooKeeperServer extends RealServer {
    private static final String IMAGE = "zookeeper:3.9";
    private static final int INSIDE_PORT = 2181;
    private static final int PROBE_MILLIS = 2_000;

    private final int port;
    private final int securePort;

    private ZooKeeperServer(ServerHost host, int port, int securePort) {
        super("zookeeper", host);
        this.port = port;
        this.securePort = securePort;
    }

    /** Starts one and waits until it serves. */
    public static ZooKeeperServer start() {
        return start(FreePorts.next());
    }

    /** Starts one that knows nothing, at the address of this one, which is no longer running. */
    public ZooKeeperServer startEmptyInstead() {
        return start(port);
    }

    private static ZooKeeperServer start(int port) {
        Optional<String> classpath = ServerBinaries.zookeeperClasspath();
        ServerHost host = classpath.isPresent()
                ? process(classpath.get(), directory -> standalone(directory, port))
                : container(port);
        ZooKeeperServer server = new ZooKeeperServer(host, port, 0);
        server.startAndWait();
        return server;
    }

    /**
     * Starts some that are one ensemble and waits until each of them serves. Only as processes, since they have to reach
     * one another.
     */
    public static List<ZooKeeperServer> ensemble(int size) {
        String classpath = ServerBinaries.zookeeperClasspath().orElseThrow(() -> ServerBinaries.missing("zookeeper"));
        StringBuilder members = new StringBuilder("initLimit=20\nsyncLimit=10\n");
        for (int id = 1; id <= size; id++) {
            members.append("server.%d=127.0.0.1:%d:%d%n".formatted(id, FreePorts.next(), FreePorts.next()));
        }
        List<ZooKeeperServer> servers = new ArrayList<>();
        for (int id = 1; id <= size; id++) {
            int port = FreePorts.next();
            String number = Integer.toString(id);
            ServerHost host = process(classpath, directory -> {
                Path data = Files.createDirectories(directory.resolve("data"));
                Files.writeString(data.resolve("myid"), number);
                return standalone(directory, port) + members;
            });
            servers.add(new ZooKeeperServer(host, port, 0));
        }
        // no one serves without the others
        servers.forEach(RealServer::launch);
        servers.forEach(RealServer::awaitReady);
        return servers;
    }

    /**
     * Starts one that also speaks TLS, and wants certificates from those who do. It is the one of the tests' own class
     * path: Debian's has not all that it needs for it.
     *
     * @param identity certificate and key in one file, and the authority in another one beside it, {@code ca.pem}
     */
    public static ZooKeeperServer startWithTls(Path identity) {
        int port = FreePorts.next();
        int securePort = FreePorts.next();
        String tls =
                """
                secureClientPort=%d
                secureClientPortAddress=127.0.0.1
                serverCnxnFactory=org.apache.zookeeper.server.NettyServerCnxnFactory
                ssl.keyStore.location=%s
                ssl.keyStore.type=PEM
                ssl.trustStore.location=%s
                ssl.trustStore.type=PEM
                """
                        .formatted(securePort, identity, identity.resolveSibling("ca.pem"));
        ServerHost host =
                process(System.getProperty("java.class.path"), directory -> standalone(directory, port) + tls);
        ZooKeeperServer server = new ZooKeeperServer(host, port, securePort);
        server.startAndWait();
        return server;
    }

    private static ServerHost process(String classpath, Configurer configurer) {
        TestDirectory directory = TestDirectory.create("zookeeper");
        Path config = directory.path().resolve("zoo.cfg");
        try {
            Files.writeString(config, configurer.config(directory.path()));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + config, e);
        }
        return new ProcessHost(
                directory,
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx1g",
                        "-XX:+UseSerialGC",
                        "-Dzookeeper.preAllocSize=1024",
                        "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                        "-cp",
                        classpath,
                        ServerBinaries.zookeeperMain(),
                        config.toString()));
    }

    private interface Configurer {
        String config(Path directory) throws IOException;
    }

    private static String standalone(Path directory, int port) {
        return """
                dataDir=%s
                clientPort=%d
                clientPortAddress=127.0.0.1
                tickTime=500
                minSessionTimeout=500
                maxSessionTimeout=60000
                maxClientCnxns=0
                admin.enableServer=false
                4lw.commands.whitelist=srvr
                """
                .formatted(directory.resolve("data"), port);
    }

    private static ServerHost container(int port) {
        Map<String, String> environment = Map.of(
                "ZOO_4LW_COMMANDS_WHITELIST", "srvr",
                "ZOO_ADMINSERVER_ENABLED", "false",
                "ZOO_TICK_TIME", "500",
                "ZOO_MAX_CLIENT_CNXNS", "0",
                "ZOO_CFG_EXTRA", "minSessionTimeout=500 maxSessionTimeout=60000");
        return new ContainerHost("zookeeper", IMAGE, port, INSIDE_PORT, environment);
    }

    /** Where clients connect. */
    public String connectString() {
        return "127.0.0.1:" + port;
    }

    /** Where clients connect that speak TLS: by name, as they have to. */
    public String secureConnectString() {
        return "localhost:" + securePort;
    }

    @Override
    boolean isReady() throws IOException {
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(PROBE_MILLIS);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PROBE_MILLIS);
            socket.getOutputStream().write("srvr".getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).contains("Mode:");
        }
    }
}
