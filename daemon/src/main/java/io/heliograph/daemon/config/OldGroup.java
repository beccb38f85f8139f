package io.heliograph.daemon.config;

import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The raft group of an {@code orchestrator.conf.json}, in our words.
 *
 * @param self id of the node whose file it is
 * @param listen Raft address to listen on
 * @param members by id, as the configuration writes them
 * @param httpListen HTTP address to listen on
 */
record OldGroup(String self, String listen, Map<String, Object> members, String httpListen) {

    private static final int HTTP_PORT = 3000;

    static OldGroup read(OrchestratorImport old) {
        int port = old.number("DefaultRaftPort", 10008);
        String bind = withPort(old.text("RaftBind", "127.0.0.1"), port);
        String advertised = withPort(old.text("RaftAdvertise", bind), port);
        List<String> nodes = new ArrayList<>();
        old.texts("RaftNodes").forEach(node -> nodes.add(withPort(node, port)));
        if (!old.yes("RaftEnabled")) {
            old.note("RaftEnabled", "is false: a group of one node");
            nodes.clear();
        }
        if (nodes.isEmpty()) {
            nodes.add(advertised);
        }
        String listenHttp = old.text("ListenAddress", ":" + HTTP_PORT);
        String host = "0.0.0.0";
        if (!old.text("ListenSocket", "").isEmpty()) {
            // it was no address that others could reach, and must not become one
            host = "127.0.0.1";
            listenHttp = ":" + HTTP_PORT;
            old.note("ListenSocket", "has no counterpart; http.listen is an address of this machine only");
        }
        String httpListen = listenHttp.startsWith(":") ? host + listenHttp : listenHttp;
        String scheme = old.yes("UseSSL") ? "https" : "http";
        String httpPort = httpListen.substring(httpListen.lastIndexOf(':') + 1);
        String ownUrl = old.text("HTTPAdvertise", "");
        int own = ownPlace(old, nodes, advertised, bind);
        Map<String, Object> members = new LinkedHashMap<>();
        for (int i = 0; i < nodes.size(); i++) {
            String url = i == own && !ownUrl.isEmpty()
                    ? ownUrl.replaceAll("/+$", "")
                    : scheme + "://" + host(nodes.get(i)) + ":" + portOf(ownUrl, httpPort);
            members.put("dc" + (i + 1), OrchestratorImport.map("raft", nodes.get(i), "http", url));
        }
        if (nodes.size() > 1) {
            old.note(
                    "RaftNodes",
                    "they are dc1, dc2 and so on, in this order; their HTTP addresses are assumed to be like this"
                            + " node's: raft.members should be the same on every node");
        }
        return new OldGroup("dc" + (own + 1), bind, members, httpListen);
    }

    private static int ownPlace(OrchestratorImport old, List<String> nodes, String advertised, String bind) {
        int own = nodes.indexOf(advertised) >= 0 ? nodes.indexOf(advertised) : nodes.indexOf(bind);
        if (own < 0) {
            old.note(
                    "RaftNodes",
                    "neither RaftAdvertise nor RaftBind is among them, so which of them this node is, is a"
                            + " guess: see node.id");
            return 0;
        }
        return own;
    }

    private static String portOf(String url, String fallback) {
        try {
            int port = URI.create(url).getPort();
            return port < 0 ? fallback : Integer.toString(port);
        } catch (IllegalArgumentException e) {
            return fallback;
        }
    }

    private static String withPort(String address, int port) {
        return address.matches(".*[^:]:[0-9]+") || address.matches("\\[.*]:[0-9]+") ? address : address + ":" + port;
    }

    private static String host(String address) {
        return address.substring(0, address.lastIndexOf(':'));
    }
}
