package io.heliograph.kv.zookeeper;

import io.heliograph.kv.Deadline;
import java.util.concurrent.TimeUnit;
import org.apache.curator.RetryPolicy;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryNTimes;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.client.ZKClientConfig;
import org.apache.zookeeper.common.ZKConfig;
import org.jspecify.annotations.Nullable;

/**
 * The connection to the ensemble, started when first needed. Curator keeps it: it follows the client through lost
 * connections and expired sessions. Requests go to ZooKeeper's own asynchronous interface, because Curator's blocks and
 * repeats where the caller wants one answer in a limited time.
 */
final class Link implements AutoCloseable {

    /** A server grants no less than two of its ticks, which are two seconds by default. */
    private static final int MIN_SESSION_MILLIS = 4_000;

    /**
     * The names of all nodes below one come in one answer; the client's own bound of 1 MiB is met by about ten thousand
     * long ones.
     */
    private static final int MOST_BYTES_OF_AN_ANSWER = 16 << 20;

    private static final RetryPolicy NO_RETRIES = new RetryNTimes(0, 0);

    private final String servers;
    private final ZooKeeperAccessSettings access;
    private final int timeoutMillis;
    private final @Nullable TlsClient tls;
    private @Nullable CuratorFramework curator;
    private boolean closed;

    Link(ZooKeeperSettings settings) {
        this.servers = ConnectString.parse(settings.connect()).hosts();
        this.access = settings.access();
        this.tls = access.tls() == null ? null : new TlsClient(access.tls());
        this.timeoutMillis = Math.toIntExact(settings.timeout().toMillis());
    }

    /** The client, as soon as it has a session. */
    ZooKeeper connected(Deadline deadline) throws AwayException {
        CuratorFramework started = started();
        try {
            int millis = Math.toIntExact(TimeUnit.NANOSECONDS.toMillis(deadline.remainingNanos()));
            if (!started.blockUntilConnected(Math.max(1, millis), TimeUnit.MILLISECONDS)) {
                throw new AwayException("not connected to " + servers);
            }
            return started.getZookeeperClient().getZooKeeper();
        } catch (AwayException e) {
            throw e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AwayException("interrupted while connecting to " + servers);
        } catch (Exception e) {
            throw new AwayException("not connected to " + servers + ": " + e.getMessage());
        }
    }

    private synchronized CuratorFramework started() throws AwayException {
        if (closed) {
            throw new AwayException("the store is closed");
        }
        if (curator == null) {
            ZKClientConfig config = new ZKClientConfig();
            config.setProperty(ZKClientConfig.ZOOKEEPER_REQUEST_TIMEOUT, Integer.toString(timeoutMillis));
            config.setProperty(ZKConfig.JUTE_MAXBUFFER, Integer.toString(MOST_BYTES_OF_AN_ANSWER));
            if (tls != null) {
                tls.configure(config);
            }
            CuratorFrameworkFactory.Builder builder = CuratorFrameworkFactory.builder()
                    .connectString(servers)
                    // the address that the operator gave stays the address, whatever the ensemble says of itself
                    .ensembleTracker(false)
                    .connectionTimeoutMs(timeoutMillis)
                    .sessionTimeoutMs(Math.max(MIN_SESSION_MILLIS, timeoutMillis))
                    .maxCloseWaitMs(timeoutMillis)
                    .retryPolicy(NO_RETRIES)
                    .zkClientConfig(config);
            if (access.login() != null) {
                builder.authorization("digest", access.digest());
            }
            curator = builder.build();
            curator.start();
        }
        return curator;
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (curator != null) {
            curator.close();
        }
        if (tls != null) {
            tls.close();
        }
    }
}
