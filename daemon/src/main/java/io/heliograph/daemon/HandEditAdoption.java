package io.heliograph.daemon;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heliograph.command.HostPort;
import io.heliograph.daemon.auth.Caller;
import io.heliograph.daemon.auth.Role;
import io.heliograph.daemon.config.Configuration;
import io.heliograph.daemon.delivery.HandEdits;
import io.heliograph.daemon.http.NodeIdentity;
import io.heliograph.fsm.RegisteredCluster;
import io.heliograph.fsm.ReplicatedState;
import io.heliograph.kv.WriteSet;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a hand edit of a master a failover like any other, by way of this node's own HTTP door, which passes it to the
 * leader, where the cluster still has the master that had been delivered: whatever was decided meanwhile wins. A few at a
 * time; the others wait for the next look.
 *
 * <p>Threads: any; answers come on the HTTP client's.
 */
final class HandEditAdoption implements HandEdits, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(HandEditAdoption.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration EXTRA = Duration.ofSeconds(2);
    private static final int MAX_REMEMBERED = 1_000;
    private static final int MAX_UNDER_WAY = 8;

    private enum Fate {
        UNDER_WAY,
        REFUSED
    }

    /** Head, its revision and the value that it was given by hand. */
    private record Edit(String head, long revision, String value) {}

    private final String self;
    private final String base;
    private final Duration limit;
    private final Supplier<ReplicatedState> state;
    private final NodeIdentity identity;
    private final HttpClient client;
    /** The last edits. */
    private final Map<Edit, Fate> fates = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Edit, Fate> eldest) {
            return size() > MAX_REMEMBERED;
        }
    };

    private int underWay;
    private boolean closed;

    HandEditAdoption(Configuration configuration, NodeIdentity identity, Supplier<ReplicatedState> state) {
        this.identity = identity;
        this.client = identity.client().build();
        this.self = configuration.node().id();
        this.base = Optional.ofNullable(configuration.raft().members().get(self))
                .map(Configuration.Member::http)
                .orElse("http://" + configuration.http().listen());
        this.limit = configuration.http().requestTimeout().plus(EXTRA);
        this.state = state;
    }

    @Override
    public boolean adopt(String store, WriteSet was, String value) {
        Edit edit = new Edit(was.head(), was.revision().value(), value);
        Optional<HttpRequest> request = request(store, was, value);
        synchronized (this) {
            Fate fate = fates.get(edit);
            if (closed || request.isEmpty() || fate == Fate.REFUSED) {
                return false;
            }
            if (fate == Fate.UNDER_WAY || underWay >= MAX_UNDER_WAY) {
                return true;
            }
            underWay++;
            fates.put(edit, Fate.UNDER_WAY);
        }
        client.sendAsync(request.get(), BodyHandlers.ofString())
                .whenComplete(
                        (answer, failure) -> settle(store, edit, answer == null ? 0 : answer.statusCode(), failure));
        return true;
    }

    /** An edit that was neither taken nor refused is tried again at the next look. */
    private synchronized void settle(String store, Edit edit, int status, @Nullable Throwable failure) {
        underWay--;
        if (status == 200 || status == 202) {
            LOG.info("Store {}: the hand edit of {} is taken over", store, edit.head());
            fates.remove(edit);
        } else if (status >= 400 && status < 500) {
            LOG.warn(
                    "Store {}: the hand edit of {} is refused with status {}; it is repaired",
                    store,
                    edit.head(),
                    status);
            fates.put(edit, Fate.REFUSED);
        } else {
            LOG.warn(
                    "Store {}: the hand edit of {} is not taken over yet: {}",
                    store,
                    edit.head(),
                    failure == null ? "status " + status : String.valueOf(failure.getMessage()));
            fates.remove(edit);
        }
    }

    /** Empty for what cannot be taken over. */
    private Optional<HttpRequest> request(String store, WriteSet was, String value) {
        Optional<RegisteredCluster> cluster = state.get().clusters().ofHead(was.head());
        if (cluster.isPresent()) {
            return isMaster(value) ? Optional.of(failover(cluster.get().alias(), was, value, store)) : Optional.empty();
        }
        // a plain key has no "expected": what was decided meanwhile would be lost
        return Optional.empty();
    }

    private HttpRequest failover(String alias, WriteSet was, String master, String store) {
        ObjectNode body = JSON.createObjectNode()
                .put("master", master)
                .put("expected", was.entries().get(0).value())
                .put("reason", "changed by hand in " + store + " of " + self);
        return identity.sign(to("/v1/clusters/" + encoded(alias) + "/failover"), new Caller("drift", Role.WRITE, store))
                .POST(BodyPublishers.ofString(body.toString()))
                .build();
    }

    private HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(URI.create(base + path))
                .timeout(limit)
                .header("Content-Type", "application/json");
    }

    private static String encoded(String segment) {
        return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static boolean isMaster(String value) {
        try {
            HostPort.parse(value);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
    }
}
