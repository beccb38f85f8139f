package io.heliograph.it.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A standalone ZooKeeper in a process of its own. */
public final class ZooKeeperServer extends RealServer {
    private static final String IMAGE = "zookeeper:3.9";
    private static final int INSIDE_PORT = 2181;
    private static final int PROBE_MILLIS = 2_000;

    private final int port;

    private ZooKeeperServer(ServerHost host, int port) {
        super("zookeeper", host);
        this.port = port;
    }

    /** Starts one and waits until it serves. */
    public static ZooKeeperServer start() {
        int port = FreePorts.next();
        Optional<String> classpath = ServerBinaries.zookeeperClasspath();
        ServerHost host = classpath.isPresent() ? process(classpath.get(), port) : container(port);
        ZooKeeperServer server = new ZooKeeperServer(host, port);
        server.startAndWait();
        return server;
    }

    private static ServerHost process(String classpath, int port) {
        TestDirectory directory = TestDirectory.create("zookeeper");
        Path config = directory.path().resolve("zoo.cfg");
        try {
            Files.writeString(config, config(directory.path().resolve("data"), port));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + config, e);
        }
        return new ProcessHost(
                directory,
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-XX:+UseSerialGC",
                        "-Dzookeeper.preAllocSize=1024",
                        "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                        "-cp",
                        classpath,
                        ServerBinaries.zookeeperMain(),
                        config.toString()));
    }

    private static String config(Path data, int port) {
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
                .formatted(data, port);
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
