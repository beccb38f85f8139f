package io.heliograph.kv.zookeeper;

import java.util.Arrays;
import java.util.List;

/**
 * A connect string, taken apart.
 *
 * @param servers each with its port
 * @param root path under which everything is kept, without a trailing slash; empty for the top
 */
record ConnectString(List<String> servers, String root) {

    private static final String DEFAULT_PORT = ":2181";

    ConnectString {
        servers = List.copyOf(servers);
    }

    /**
     * @throws IllegalArgumentException when there is no server, or a port that is not a number
     */
    static ConnectString parse(String text) {
        int slash = text.indexOf('/');
        String hosts = slash < 0 ? text : text.substring(0, slash);
        String root = slash < 0 ? "" : text.substring(slash).replaceAll("/+$", "");
        if (root.contains("//")) {
            throw new IllegalArgumentException("not a path for ZooKeeper: '" + root + "'");
        }
        List<String> servers = Arrays.stream(hosts.split(",", -1))
                .map(String::strip)
                .map(ConnectString::withPort)
                .toList();
        return new ConnectString(servers, root);
    }

    /** Whether a server is given by its address and not by a name. */
    boolean hasAddress() {
        return servers.stream().anyMatch(server -> server.startsWith("[") || server.matches("[0-9.]+:[0-9]+"));
    }

    /** In the form that ZooKeeper's client takes; without the path. */
    String hosts() {
        return String.join(",", servers);
    }

    private static String withPort(String server) {
        int colon = server.lastIndexOf(':');
        // the last part of an address in brackets is not a port
        boolean hasPort = colon > server.lastIndexOf(']');
        String host = hasPort ? server.substring(0, colon) : server;
        String port = hasPort ? server.substring(colon) : DEFAULT_PORT;
        if (host.isEmpty() || !port.matches(":[0-9]{1,5}")) {
            throw new IllegalArgumentException("not a ZooKeeper server: '" + server + "'; write host or host:port");
        }
        return host + port;
    }
}
