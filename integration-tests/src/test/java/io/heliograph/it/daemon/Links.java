package io.heliograph.it.daemon;

import io.heliograph.it.servers.FreePorts;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** The network between the nodes of a cluster: a relay for each direction of each pair, for Raft and for HTTP. */
final class Links implements AutoCloseable {
    private record Link(String from, String to, TcpRelay relay) {}

    private final List<Link> links = new ArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    /** The ports at which {@code from} is to reach the others instead of at their own. */
    Map<String, Ports> relaysFrom(String from, Map<String, Ports> ports) {
        Map<String, Ports> seen = new TreeMap<>();
        ports.forEach((to, own) -> seen.put(
                to, from.equals(to) ? own : new Ports(relay(from, to, own.raft()), relay(from, to, own.http()))));
        return seen;
    }

    private int relay(String from, String to, int targetPort) {
        TcpRelay relay = TcpRelay.start(FreePorts.next(), targetPort);
        links.add(new Link(from, to, relay));
        return relay.port();
    }

    void onLinksOf(String node, Consumer<TcpRelay> action) {
        each(link -> link.from().equals(node) || link.to().equals(node), action);
    }

    void onLinkBetween(String one, String other, Consumer<TcpRelay> action) {
        each(
                link -> (link.from().equals(one) && link.to().equals(other))
                        || (link.from().equals(other) && link.to().equals(one)),
                action);
    }

    void onAll(Consumer<TcpRelay> action) {
        each(link -> true, action);
    }

    private void each(Predicate<Link> which, Consumer<TcpRelay> action) {
        List<Link> found = links.stream().filter(which).toList();
        if (found.isEmpty()) {
            throw new IllegalStateException("no such links: was the cluster built withRaftRelays()?");
        }
        // all at once: what a link goes through takes a moment, and half a cut is another fault
        List<CompletableFuture<Void>> done = found.stream()
                .map(link -> CompletableFuture.runAsync(() -> action.accept(link.relay()), threads))
                .toList();
        done.forEach(CompletableFuture::join);
    }

    @Override
    public void close() {
        links.forEach(link -> link.relay().close());
        threads.shutdown();
    }
}
