package io.heliograph.daemon.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The keys that count after a restart only. */
public final class RestartKeys {

    private static final Map<String, Function<Configuration, @Nullable Object>> KEYS = keys();

    private RestartKeys() {}

    private static Map<String, Function<Configuration, @Nullable Object>> keys() {
        Map<String, Function<Configuration, @Nullable Object>> keys = new LinkedHashMap<>();
        keys.put("cluster", Configuration::cluster);
        keys.put("node.id", now -> now.node().id());
        keys.put("node.data-dir", now -> now.node().dataDir());
        keys.put("raft.listen", now -> now.raft().listen());
        keys.put("raft.election-timeout", now -> now.raft().electionTimeout());
        keys.put("raft.members", now -> now.raft().members());
        keys.put("raft.tls", now -> now.raft().tls());
        keys.put("http.listen", now -> now.http().listen());
        keys.put("http.request-timeout", now -> now.http().requestTimeout());
        keys.put("http.auth", now -> now.http().auth());
        keys.put("http.tls", now -> now.http().tls());
        keys.put("http.state-changing-gets", now -> now.http().stateChangingGets());
        keys.put("kv.master-prefix", now -> now.kv().masterPrefix());
        return keys;
    }

    /** All of them; a block stands for what is in it. */
    static Set<String> all() {
        return KEYS.keySet();
    }

    /** Those of them that are not as they were. */
    public static List<String> changed(Configuration running, Configuration next) {
        return KEYS.entrySet().stream()
                .filter(key -> !Objects.equals(
                        key.getValue().apply(running), key.getValue().apply(next)))
                .map(Map.Entry::getKey)
                .toList();
    }
}
