package io.heliograph.it.faults;

import io.heliograph.it.servers.ConsulServer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A real Consul beside each node, with somebody who looks at it all the time. Threads: any. */
final class FaultStores implements AutoCloseable {
    private static final String NAME = "consul";

    private final Map<String, ConsulServer> consuls = new LinkedHashMap<>();
    private final List<StoreWatch> watches = new ArrayList<>();

    /** Starts one for each of these nodes; none where this machine has no Consul. */
    FaultStores(Network network, List<String> nodes, Findings findings) {
        for (String node : nodes) {
            Optional<ConsulServer> consul =
                    ConsulServer.startAt(network.commandPrefix(node), network.machine(node), node);
            if (consul.isEmpty()) {
                System.out.println("stores: the internal ones only; skipped: needs consul");
                return;
            }
            consuls.put(node, consul.get());
            watches.add(new StoreWatch(node, consul.get(), findings));
        }
        System.out.println("stores: a Consul beside each node, watched");
    }

    /** The {@code stores} list of a node. */
    List<Map<String, Object>> configuration(String node) {
        return consul(node)
                .map(consul -> List.<Map<String, Object>>of(Map.of(
                        "name",
                        NAME,
                        "type",
                        "consul",
                        "url",
                        consul.url(),
                        "timeout",
                        "2s",
                        "verify-interval",
                        "10s")))
                .orElse(List.of());
    }

    Optional<ConsulServer> consul(String node) {
        return Optional.ofNullable(consuls.get(node));
    }

    void startWatching() {
        watches.forEach(StoreWatch::start);
    }

    /** Nobody looks any more; every view so far has been judged. */
    void stopWatching() {
        watches.forEach(StoreWatch::close);
        if (!watches.isEmpty()) {
            System.out.println("stores: "
                    + watches.stream().mapToInt(StoreWatch::views).sum() + " different views of clusters in "
                    + watches.stream().mapToInt(StoreWatch::reads).sum() + " reads");
        }
    }

    @Override
    public void close() {
        watches.forEach(StoreWatch::close);
        consuls.values().forEach(ConsulServer::close);
    }
}
