package io.heliograph.daemon;

import io.heliograph.daemon.config.Configuration;
import io.heliograph.daemon.config.Loopback;
import java.util.Optional;

/** What an operator should know about a configuration that works. */
final class Warnings {

    private Warnings() {}

    /** Present when the nodes' own traffic leaves this machine without encryption. */
    static Optional<String> unencrypted(Configuration configuration) {
        Configuration.Raft raft = configuration.raft();
        if (raft.tls() != null || Loopback.isLoopback(raft.listen())) {
            return Optional.empty();
        }
        return Optional.of("NO ENCRYPTION BETWEEN NODES: raft.listen " + raft.listen()
                + " can be reached from other machines and raft.tls is not set, so whoever reaches it can read every"
                + " master and change it; set raft.tls (certificate, key, ca) on every node, see docs/tls.md");
    }
}
