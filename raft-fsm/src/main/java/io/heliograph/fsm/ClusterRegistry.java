package io.heliograph.fsm;

import java.util.Collection;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * The clusters that are known, by alias.
 *
 * <p>Threads: written by the state machine's thread only; read by any thread at any time.
 */
public final class ClusterRegistry {

    private static final int DEFAULT_PORT = 3306;

    private final NavigableMap<String, RegisteredCluster> byAlias = new ConcurrentSkipListMap<>();

    public Optional<RegisteredCluster> get(String alias) {
        return Optional.ofNullable(byAlias.get(alias));
    }

    /** The cluster whose write set is named by {@code head}. */
    public Optional<RegisteredCluster> ofHead(String head) {
        return get(head.substring(head.lastIndexOf('/') + 1))
                .filter(cluster -> cluster.head().equals(head));
    }

    /**
     * The cluster meant by {@code hint}: its alias, its name, or its master's {@code host:port}, tried in this order. A
     * host alone is one at MySQL's port, as scripts name the machine that they run on.
     */
    public Optional<RegisteredCluster> find(String hint) {
        Optional<RegisteredCluster> found = findExactly(hint);
        return found.isPresent() || hint.contains(":") ? found : findExactly(hint + ":" + DEFAULT_PORT);
    }

    private Optional<RegisteredCluster> findExactly(String hint) {
        RegisteredCluster exact = byAlias.get(hint);
        if (exact != null) {
            return Optional.of(exact);
        }
        Optional<RegisteredCluster> named = byAlias.values().stream()
                .filter(cluster -> cluster.name().toString().equals(hint))
                .findFirst();
        return named.isPresent()
                ? named
                : byAlias.values().stream()
                        .filter(cluster -> cluster.master().address().toString().equals(hint))
                        .findFirst();
    }

    /** Every cluster, sorted by alias; a live view. */
    public Collection<RegisteredCluster> all() {
        return byAlias.values();
    }

    void put(RegisteredCluster cluster) {
        byAlias.put(cluster.alias(), cluster);
    }

    void remove(String alias) {
        byAlias.remove(alias);
    }
}
