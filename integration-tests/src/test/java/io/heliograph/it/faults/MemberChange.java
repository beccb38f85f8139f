package io.heliograph.it.faults;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A node that joins the group, or leaves it for good, as an operator does it: asked again, at any node, until it is
 * certain. One thread of its own.
 */
final class MemberChange {
    private static final long PAUSE_MILLIS = 300;

    private final FaultNode node;
    private final boolean joins;
    private final Group group;
    private final Client client;
    private final Requests requests;
    private final Network network;
    private final Runnable whenDone;
    private final CountDownLatch done = new CountDownLatch(1);

    MemberChange(
            FaultNode node,
            boolean joins,
            Group group,
            Client client,
            Requests requests,
            Network network,
            Runnable whenDone) {
        this.node = node;
        this.joins = joins;
        this.group = group;
        this.client = client;
        this.requests = requests;
        this.network = network;
        this.whenDone = whenDone;
    }

    void start() {
        Thread thread = new Thread(this::run, "members-" + node);
        thread.setDaemon(true);
        thread.start();
    }

    boolean isDone() {
        return done.getCount() == 0;
    }

    boolean awaitDone(Duration limit) throws InterruptedException {
        return done.await(limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public String toString() {
        return node + (joins ? " joins" : " leaves");
    }

    private void run() {
        try {
            if (joins) {
                join();
            } else {
                leave();
            }
            whenDone.run();
            done.countDown();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void join() throws InterruptedException {
        Set<String> members = new TreeSet<>(group.activeIds());
        members.add(node.id());
        node.configure(members, FaultRun.ELECTION_TIMEOUT);
        group.launch(node);
        Network.Endpoint at = network.own(node.id());
        String body = Client.json(Map.of("id", node.id(), "raft", at.raft(), "http", at.http()));
        until(true, "POST", "/v1/members", body);
        group.activate(node);
    }

    private void leave() throws InterruptedException {
        group.deactivate(node);
        until(false, "DELETE", "/v1/members/" + node.id(), null);
        node.kill9();
        node.wipe();
    }

    private void until(boolean member, String method, String path, @Nullable String body) throws InterruptedException {
        for (int attempt = 0; ; attempt++) {
            List<FaultNode> active = group.active();
            FaultNode asked = active.get(attempt % active.size());
            Client.Reply reply =
                    client.send(asked.url(), method, path, body, Client.LIMIT).join();
            if (reply.status() == 200 || isCertain(member, asked)) {
                return;
            }
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        }
    }

    /** The leader's list may not be committed yet; it is when a write after it was, and it still is the list. */
    private boolean isCertain(boolean member, FaultNode asked) {
        return isListed().equals(Optional.of(member))
                && requests.put(asked, "faults/after-members").join().isCommitted()
                && isListed().equals(Optional.of(member));
    }

    private Optional<Boolean> isListed() {
        return group.leader().flatMap(leader -> {
            Client.Reply reply = client.get(leader, "/v1/members").join();
            if (reply.status() != 200) {
                return Optional.empty();
            }
            boolean listed = false;
            for (JsonNode each : reply.body()) {
                listed |= each.path("id").asText().equals(node.id());
            }
            return Optional.of(listed);
        });
    }
}
