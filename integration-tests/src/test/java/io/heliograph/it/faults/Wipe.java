package io.heliograph.it.faults;

import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A node that lost its disk, until it holds again everything that was acknowledged before it returned, and has its vote:
 * before that the others are the group, and cannot do without one more.
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
            awaitApplied(commitMark());
            while (!hasVote() && isMember()) {
                TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            }
            // its vote counts once the list that says so is committed
            awaitApplied(commitMark());
            over = true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void awaitApplied(long index) throws InterruptedException {
        while (applied() < index && isMember()) {
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        }
    }

    /** Once it was removed nobody waits for it. */
    private boolean isMember() {
        return group.active().contains(node);
    }

    private boolean hasVote() {
        for (var member : client.get(node, "/v1/node").join().body().path("members")) {
            if (member.path("id").asText().equals(node.id())) {
                return member.path("voting").asBoolean();
            }
        }
        return false;
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
