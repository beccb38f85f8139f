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
import org.apache.zookeeper.OpResult;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.ACL;
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

    /** Names of the nodes directly below a node, and how much it holds itself. */
    static Reply<Listing> listing(ZooKeeper client, String path) {
        Reply<Listing> reply = new Reply<>();
        client.getChildren(
                path,
                false,
                (int rc, String p, Object context, @Nullable List<String> names, @Nullable Stat stat) -> reply.complete(
                        rc, names == null || stat == null ? null : new Listing(names, stat.getDataLength())),
                null);
        return reply;
    }

    /** Makes a node without data. */
    static Reply<String> create(ZooKeeper client, String path, List<ACL> acl) {
        Reply<String> reply = new Reply<>();
        client.create(
                path,
                null,
                acl,
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

    /** Carries out all operations or none; the value is the path of the first one that failed. */
    static Reply<String> multi(ZooKeeper client, List<Op> operations) {
        Reply<String> reply = new Reply<>();
        client.multi(
                operations,
                (int rc, String p, Object context, @Nullable List<OpResult> results) ->
                        reply.complete(rc, rc == 0 || results == null ? null : failed(operations, results)),
                null);
        return reply;
    }

    /** Those before the one that failed are called good in the answer, although they were undone. */
    private static @Nullable String failed(List<Op> operations, List<OpResult> results) {
        for (int i = 0; i < Math.min(operations.size(), results.size()); i++) {
            if (results.get(i) instanceof OpResult.ErrorResult error && error.getErr() != Code.OK.intValue()) {
                return operations.get(i).getPath();
            }
        }
        return null;
    }

    /** Waits for the answer; a missing one has the code {@link Code#OPERATIONTIMEOUT}. */
    Code code(Deadline deadline) {
        return answer(deadline).code();
    }

    /** Waits for the answer; null when it was an error that tells no more than its code. */
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
