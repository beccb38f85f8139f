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

    /** Present when tokens leave this machine without encryption. */
    static Optional<String> tokensInTheClear(Configuration configuration) {
        Configuration.Http http = configuration.http();
        if (http.auth() == null || http.tls() != null || Loopback.isLoopback(http.listen())) {
            return Optional.empty();
        }
        return Optional.of("TOKENS IN THE CLEAR: http.listen " + http.listen()
                + " can be reached from other machines and http.tls is not set, so whoever listens in on the network can"
                + " read tokens and use them; set http.tls (certificate, key, ca), or put a proxy with TLS in front of a"
                + " loopback address, see docs/access.md");
    }
}
