package io.heliograph.it.hands;

import io.heliograph.it.servers.ConsulServer.Stored;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.api.CuratorWatcher;

/** A watch on the head and one on its fence, set again before each look. */
final class ZooKeeperSource implements Source {

    /** In case a watch went with its session. */
    private static final long AGAIN_SECONDS = 5;

    private final CuratorFramework client;
    private final ZooKeeperHand hand;
    private final String head;
    private final Semaphore events = new Semaphore(1);
    private final CuratorWatcher watcher = event -> events.release();

    ZooKeeperSource(CuratorFramework client, ZooKeeperHand hand, String head) {
        this.client = client;
        this.hand = hand;
        this.head = head;
    }

    @Override
    public Map<String, Stored> next() throws Exception {
        boolean told = events.tryAcquire(AGAIN_SECONDS, TimeUnit.SECONDS);
        if (told) {
            events.drainPermits();
        }
        try {
            client.checkExists().usingWatcher(watcher).forPath("/" + head);
            client.checkExists().usingWatcher(watcher).forPath(ZooKeeperHand.FENCES + head);
            return hand.entries(head);
        } catch (Exception e) {
            // the watch may not have been set
            events.release();
            throw e;
        }
    }

    @Override
    public void close() {
        // the client is the hand's
    }
}
