package io.heliograph.kv.zookeeper;

import io.heliograph.kv.Deadline;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;

/**
 * A request that is under way and, later, its answer. ZooKeeper answers the requests of one connection in the order in
 * which they were made, so that many of them cost hardly more time than one.
 */
final class Reply<T> {

    private record Answer<T>(Code code, @Nullable T value) {}

    private final CompletableFuture<Answer<T>> future = new CompletableFuture<>();

    private Reply() {}

    /** What is in a node. */
    static Reply<Node> node(ZooKeeper client, String path) {
        Reply<Node> reply = new Reply<>();
        client.getData(
                path,
                false,
                (int rc, String p, Object context, byte @Nullable [] data, @Nullable Stat stat) ->
                        reply.complete(rc, stat == null ? null : Node.of(data, stat.getVersion())),
                null);
        return reply;
    }

    static Reply<Stat> exists(ZooKeeper client, String path) {
        Reply<Stat> reply = new Reply<>();
        client.exists(path, false, (rc, p, context, stat) -> reply.complete(rc, stat), null);
        return reply;
    }

    /** Names of the nodes directly below a node. */
    static Reply<List<String>> children(ZooKeeper client, String path) {
        Reply<List<String>> reply = new Reply<>();
        client.getChildren(
                path,
                false,
                (int rc, String p, Object context, @Nullable List<String> names) -> reply.complete(rc, names),
                null);
        return reply;
    }

    /** Makes a node without data. */
    static Reply<String> create(ZooKeeper client, String path) {
        Reply<String> reply = new Reply<>();
        client.create(
                path,
                null,
                ZooDefs.Ids.OPEN_ACL_UNSAFE,
                CreateMode.PERSISTENT,
                (int rc, String p, Object context, @Nullable String name) -> reply.complete(rc, name),
                null);
        return reply;
    }

    /** Makes the server that we are connected to as new as the leader is now. */
    static Reply<Void> sync(ZooKeeper client, String path) {
        Reply<Void> reply = new Reply<>();
        client.sync(path, (rc, p, context) -> reply.complete(rc, null), null);
        return reply;
    }

    static Reply<Void> multi(ZooKeeper client, List<Op> operations) {
        Reply<Void> reply = new Reply<>();
        client.multi(operations, (rc, p, context, results) -> reply.complete(rc, null), null);
        return reply;
    }

    /** Waits for the answer; a missing one has the code {@link Code#OPERATIONTIMEOUT}. */
    Code code(Deadline deadline) {
        return answer(deadline).code();
    }

    /** Waits for the answer; null when it was an error. */
    @Nullable
    T value(Deadline deadline) {
        return answer(deadline).value();
    }

    private void complete(int rc, @Nullable T value) {
        Code code = Code.get(rc);
        future.complete(new Answer<>(code == null ? Code.SYSTEMERROR : code, value));
    }

    private Answer<T> answer(Deadline deadline) {
        try {
            return future.get(deadline.remainingNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException | ExecutionException e) {
            return new Answer<>(Code.OPERATIONTIMEOUT, null);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Answer<>(Code.OPERATIONTIMEOUT, null);
        }
    }
}
