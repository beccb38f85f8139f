package io.heliograph.it.faults;

import io.heliograph.it.daemon.TcpRelay;
import io.heliograph.it.servers.FreePorts;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;

/** All nodes on 127.0.0.1, each reaching the others through relays that can be frozen. A cut is always both ways. */
final class LoopbackNetwork implements Network {
    private final Map<String, Integer> raftPorts = new TreeMap<>();
    private final Map<String, Integer> httpPorts = new TreeMap<>();
    private final Map<Cuts.Pair, List<TcpRelay>> relays = new TreeMap<>();
    private Set<Cuts.Pair> frozen = new TreeSet<>();

    LoopbackNetwork(List<String> nodes) {
        nodes.forEach(node -> {
            raftPorts.put(node, FreePorts.next());
            httpPorts.put(node, FreePorts.next());
        });
        for (String from : nodes) {
            for (String to : nodes) {
                if (!from.equals(to)) {
                    relays.put(new Cuts.Pair(from, to), List.of(relay(raftPorts, to), relay(httpPorts, to)));
                }
            }
        }
    }

    private static TcpRelay relay(Map<String, Integer> ports, String to) {
        return TcpRelay.start(FreePorts.next(), port(ports, to));
    }

    private static int port(Map<String, Integer> ports, String node) {
        Integer port = ports.get(node);
        if (port == null) {
            throw new IllegalArgumentException("no node " + node + " among " + ports.keySet());
        }
        return port;
    }

    private static Endpoint endpoint(int raft, int http) {
        return new Endpoint("127.0.0.1:" + raft, "http://127.0.0.1:" + http);
    }

    @Override
    public String describe() {
        return "on loopback, not in network namespaces: a link is cut both ways or not at all, and members stay";
    }

    @Override
    public boolean cutsOneWay() {
        return false;
    }

    @Override
    public List<String> commandPrefix(String node) {
        return List.of();
    }

    @Override
    public String machine(String node) {
        return "127.0.0.1";
    }

    @Override
    public Endpoint own(String node) {
        return endpoint(port(raftPorts, node), port(httpPorts, node));
    }

    @Override
    public Map<String, Endpoint> seenFrom(String node) {
        Map<String, Endpoint> seen = new TreeMap<>();
        seen.put(node, own(node));
        relays.forEach((pair, both) -> {
            if (pair.from().equals(node)) {
                seen.put(pair.to(), endpoint(both.get(0).port(), both.get(1).port()));
            }
        });
        return seen;
    }

    @Override
    public void apply(Set<Cuts.Pair> cuts) {
        Set<Cuts.Pair> wanted = new TreeSet<>();
        cuts.forEach(pair -> {
            wanted.add(pair);
            wanted.add(new Cuts.Pair(pair.to(), pair.from()));
        });
        List<CompletableFuture<Void>> changes = relays.entrySet().stream()
                .filter(link -> wanted.contains(link.getKey()) != frozen.contains(link.getKey()))
                .flatMap(link -> link.getValue().stream()
                        .map(relay -> CompletableFuture.runAsync(
                                wanted.contains(link.getKey()) ? relay::freeze : relay::heal)))
                .toList();
        changes.forEach(CompletableFuture::join);
        frozen = wanted;
    }

    @Override
    public void close() {
        relays.values().forEach(both -> both.forEach(TcpRelay::close));
    }
}
