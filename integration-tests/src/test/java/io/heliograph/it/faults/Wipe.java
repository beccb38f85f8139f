package io.heliograph.it.faults;

import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A node that lost its disk, until it holds again everything that was acknowledged before it returned.
 *
 * <p>To know that, a write is committed after the return: everything acknowledged before is at lower indexes, so the node
 * has it all when it has applied this one. What nodes say of their commit index would not do: after restarts all of them
 * may know of less than was acknowledged.
 */
final class Wipe {
    private static final long INDEX_MASK = (1L << 40) - 1;
    private static final long PAUSE_MILLIS = 200;

    private final FaultNode node;
    private final Group group;
    private final Client client;
    private final Requests requests;
    private volatile boolean over;

    Wipe(FaultNode node, Group group, Client client, Requests requests) {
        this.node = node;
        this.group = group;
        this.client = client;
        this.requests = requests;
    }

    boolean isOver() {
        return over;
    }

    /** Watches in a thread of its own. */
    void awaitReturn() {
        Thread thread = new Thread(this::watch, "wipe-" + node);
        thread.setDaemon(true);
        thread.start();
    }

    private void watch() {
        try {
            long index = commitMark();
            while (applied() < index) {
                TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            }
            over = true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private long commitMark() throws InterruptedException {
        for (int attempt = 0; ; attempt++) {
            List<FaultNode> active = group.active();
            FaultNode asked = active.get(attempt % active.size());
            Operation done = requests.put(asked, "faults/after-wipe").join();
            if (done.isCommitted()) {
                return done.revision() & INDEX_MASK;
            }
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        }
    }

    private long applied() {
        return client.get(node, "/v1/node").join().body().path("lastApplied").asLong();
    }
}
