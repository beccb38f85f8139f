package io.heliograph.it.servers;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;

/** Consul servers that are one data centre, on loopback. */
public final class ConsulEnsemble implements AutoCloseable {
    private static final Duration ELECTION_LIMIT = Duration.ofSeconds(60);

    private final List<ConsulServer> servers;

    private ConsulEnsemble(List<ConsulServer> servers) {
        this.servers = servers;
    }

    /** Starts them and waits until each of them takes writes. */
    public static ConsulEnsemble start(String datacenter, int size) {
        ConsulEnsemble ensemble = new ConsulEnsemble(ConsulServer.together(datacenter, size));
        // none has a leader without the others
        ensemble.servers.forEach(RealServer::launch);
        ensemble.servers.forEach(RealServer::awaitReady);
        return ensemble;
    }

    /** The one that leads, waited for. All have to be up. */
    public ConsulServer leader() {
        return leaderOf(servers);
    }

    /** The one that leads, waited for, of those that are up. */
    public ConsulServer leaderOf(Collection<ConsulServer> up) {
        Callable<List<ConsulServer>> leading =
                () -> up.stream().filter(ConsulServer::leads).toList();
        return Awaitility.await("one leader")
                .atMost(ELECTION_LIMIT)
                .pollInterval(Duration.ofMillis(100))
                .ignoreExceptions()
                .until(leading, found -> found.size() == 1)
                .get(0);
    }

    /** Those that do not lead at the moment. All have to be up. */
    public List<ConsulServer> followers() {
        return except(leader());
    }

    /** All but one. */
    public List<ConsulServer> except(ConsulServer one) {
        return servers.stream().filter(each -> each != one).toList();
    }

    /** Starts those again that are not running, with their data, and waits until each one takes writes. */
    public void heal() {
        servers.forEach(RealServer::startAgainIfEnded);
        servers.forEach(RealServer::awaitReady);
    }

    @Override
    public void close() {
        servers.forEach(RealServer::close);
    }
}
