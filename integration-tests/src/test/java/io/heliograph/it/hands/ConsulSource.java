package io.heliograph.it.hands;

import io.heliograph.it.servers.ConsulServer;
import io.heliograph.it.servers.ConsulServer.Changed;
import io.heliograph.it.servers.ConsulServer.Stored;
import java.time.Duration;
import java.util.Map;

/** Blocking queries: Consul answers when a key at the prefix has changed. All keys come in one answer. */
final class ConsulSource implements Source {
    private static final Duration WAIT = Duration.ofSeconds(5);

    private final ConsulServer server;
    private final String head;
    private long index;

    ConsulSource(ConsulServer server, String head) {
        this.server = server;
        this.head = head;
    }

    @Override
    public Map<String, Stored> next() {
        Changed changed = server.awaitChange(head, index, WAIT);
        // an index that falls means that Consul counts anew
        index = changed.index() < index ? 0 : changed.index();
        return changed.entries();
    }

    @Override
    public void close() {
        // nothing is held between two queries
    }
}
