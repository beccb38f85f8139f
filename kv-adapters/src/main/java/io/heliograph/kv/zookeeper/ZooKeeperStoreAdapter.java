package io.heliograph.kv.zookeeper;

import io.heliograph.kv.Causes;
import io.heliograph.kv.Deadline;
import io.heliograph.kv.Entry;
import io.heliograph.kv.Fence;
import io.heliograph.kv.ReadLimit;
import io.heliograph.kv.Revision;
import io.heliograph.kv.StoreAdapter;
import io.heliograph.kv.StoreException;
import io.heliograph.kv.StoreResult;
import io.heliograph.kv.StoredEntry;
import io.heliograph.kv.TooLargeException;
import io.heliograph.kv.WriteSet;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.ZooKeeper;
import org.jspecify.annotations.Nullable;

/**
 * ZooKeeper. Key {@code a/b} is the persistent node {@code /a/b}; nodes that only lead to others have no data and are no
 * entries. The revision of a write set is kept in a node of its own, {@code /heliograph/fence/} and the head's key, as a
 * decimal number; it stays when the keys are deleted. The owner's name is in {@code /heliograph/owner}, whose version every
 * transaction checks. {@link ZooKeeperAccessSettings} says with which ACL nodes are made.
 *
 * <h2>Reading</h2>
 *
 * ZooKeeper has no range read, so {@link #read} walks the tree and can see a write set half changed. An entry's revision
 * is that of the fence at its own path or the nearest one above.
 *
 * <h2>Threads</h2>
 *
 * As {@link StoreAdapter} says. ZooKeeper's client and Curator keep some daemon threads from the first call on.
 *
 * <h2>Time and failures</h2>
 *
 * A batch takes a few rounds of requests, each bounded by the settings' time limit. Without a connection within that
 * time it is {@code Unavailable}. A lost answer to a transaction is {@code Indeterminate}, unless the fence shows
 * afterwards that it was carried out. The client may still send a transaction that it held back while the connection was
 * down; its version check keeps it from undoing anything newer.
 */
public final class ZooKeeperStoreAdapter implements StoreAdapter {

    private static final int CALL_LIMITS = 3;

    /** Write sets that are under way together. */
    private static final int MAX_TOGETHER = 100;

    /** Bytes that are under way together. */
    private static final int MAX_BYTES_TOGETHER = 4_000_000;

    /** A server drops the connection at a request of 1,048,575 bytes, its {@code jute.maxbuffer}. */
    private static final int MAX_TRANSACTION_BYTES = 1_000_000;

    private static final int OVERHEAD_BYTES = 128;

    private final ZooKeeperSettings settings;
    private final Paths paths;
    private final Link link;

    private ZooKeeperStoreAdapter(ZooKeeperSettings settings) {
        this.settings = settings;
        this.paths = new Paths(
                ConnectString.parse(settings.connect()).root(),
                settings.access().nodes());
        this.link = new Link(settings);
    }

    /** Makes an adapter; does not contact the ensemble. */
    public static ZooKeeperStoreAdapter open(ZooKeeperSettings settings) {
        return new ZooKeeperStoreAdapter(settings);
    }

    @Override
    public List<StoreResult> deliver(List<WriteSet> batch) {
        return write(batch, Fence.OLDER);
    }

    @Override
    public List<StoreResult> repair(List<WriteSet> batch) {
        return write(batch, Fence.OLDER_OR_SAME);
    }

    private List<StoreResult> write(List<WriteSet> batch, Fence fence) {
        Deadline deadline = Deadline.in(settings.timeout().multipliedBy(CALL_LIMITS));
        Map<String, StoreResult> results = new HashMap<>();
        List<WriteSet> together = new ArrayList<>();
        int bytes = 0;
        for (WriteSet set : batch) {
            Optional<StoreResult> refused = refuse(set);
            if (refused.isPresent()) {
                results.put(set.head(), refused.get());
                continue;
            }
            if (together.size() == MAX_TOGETHER || bytes + size(set) > MAX_BYTES_TOGETHER) {
                writeTogether(together, fence, deadline, results);
                together.clear();
                bytes = 0;
            }
            together.add(set);
            bytes += size(set);
        }
        writeTogether(together, fence, deadline, results);
        return batch.stream()
                .map(set -> Objects.requireNonNull(results.get(set.head()), set.head()))
                .toList();
    }

    /** After the first sign that the ensemble is away nothing more is sent. */
    private void writeTogether(
            List<WriteSet> together, Fence fence, Deadline deadline, Map<String, StoreResult> results) {
        boolean isAway = results.values().stream()
                .anyMatch(result -> result.type() == StoreResult.Type.UNAVAILABLE
                        || result.type() == StoreResult.Type.INDETERMINATE);
        if (isAway || (!results.isEmpty() && deadline.hasPassed())) {
            together.forEach(set -> results.put(
                    set.head(), new StoreResult.Unavailable("not tried: the ensemble is away or too slow")));
        } else if (!together.isEmpty()) {
            results.putAll(new ZooKeeperDelivery(link, paths, settings.owner(), fence, settings.timeout(), deadline)
                    .run(together));
        }
    }

    /** Never leaves out part of an entry, but can mix two moments; see above. */
    @Override
    public List<StoredEntry> read(String prefix) throws StoreException {
        try {
            return reader()
                    .read(prefix)
                    .orElseThrow(() ->
                            new TooLargeException(settings.name(), "what is below '" + prefix + "'", ReadLimit.BYTES))
                    .stream()
                    .sorted(Comparator.comparing(StoredEntry::key))
                    .toList();
        } catch (AwayException e) {
            throw new StoreException("store '" + settings.name() + "': reading: " + Causes.oneLine(e), e);
        }
    }

    @Override
    public List<StoredEntry> readKeys(Collection<String> keys) throws StoreException {
        try {
            return reader().readKeys(List.copyOf(keys));
        } catch (AwayException e) {
            throw new StoreException("store '" + settings.name() + "': reading: " + Causes.oneLine(e), e);
        }
    }

    private TreeReader reader() throws AwayException {
        ZooKeeper client = link.connected(Deadline.in(settings.timeout()));
        return new TreeReader(
                client, paths, Deadline.in(settings.timeout().multipliedBy(CALL_LIMITS)), ReadLimit.BYTES);
    }

    @Override
    public Revision highestFence() throws StoreException {
        try {
            return reader().highestFence();
        } catch (AwayException e) {
            throw new StoreException("store '" + settings.name() + "': reading the fences: " + Causes.oneLine(e), e);
        }
    }

    @Override
    public Optional<String> owner() throws StoreException {
        try {
            Node found = ownerNode(link.connected(Deadline.in(settings.timeout())));
            return found == null ? Optional.empty() : Optional.of(found.line());
        } catch (AwayException e) {
            throw new StoreException("store '" + settings.name() + "': reading the owner: " + Causes.oneLine(e), e);
        }
    }

    private @Nullable Node ownerNode(ZooKeeper client) throws AwayException {
        Deadline limit = Deadline.in(settings.timeout());
        Reply.sync(client, paths.top());
        Reply<Node> reply = Reply.node(client, paths.owner());
        Code code = reply.code(limit);
        if (code != Code.OK && code != Code.NONODE) {
            throw new AwayException("no answer: " + code);
        }
        return reply.value(limit);
    }

    @Override
    public void adopt() throws StoreException {
        try {
            ZooKeeper client = link.connected(Deadline.in(settings.timeout()));
            Node found = ownerNode(client);
            Deadline limit = Deadline.in(settings.timeout());
            if (found != null && found.line().equals(settings.owner().name())) {
                return;
            }
            Paths.above(paths.owner()).forEach(path -> Reply.create(client, path, paths.acl()));
            Code code = Reply.multi(client, List.of(Plan.owner(paths, settings.owner(), found)))
                    .code(limit);
            if (code != Code.OK) {
                throw new AwayException("no: " + code);
            }
        } catch (AwayException e) {
            throw new StoreException("store '" + settings.name() + "': writing the owner: " + Causes.oneLine(e), e);
        }
    }

    @Override
    public void close() {
        link.close();
    }

    private Optional<StoreResult> refuse(WriteSet set) {
        int bytes = size(set);
        if (bytes > MAX_TRANSACTION_BYTES) {
            return Optional.of(new StoreResult.Rejected(
                    "too large for one transaction: about " + bytes + " bytes, the limit is " + MAX_TRANSACTION_BYTES));
        }
        return Optional.empty();
    }

    private static int size(WriteSet set) {
        int bytes = OVERHEAD_BYTES;
        for (Entry entry : set.entries()) {
            bytes += OVERHEAD_BYTES
                    + entry.key().getBytes(StandardCharsets.UTF_8).length
                    + entry.value().getBytes(StandardCharsets.UTF_8).length;
        }
        return bytes;
    }
}
