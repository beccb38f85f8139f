package io.heliograph.kv.consul;

import com.orbitz.consul.model.kv.Value;
import io.heliograph.kv.Deadline;
import io.heliograph.kv.Fence;
import io.heliograph.kv.Limits;
import io.heliograph.kv.ReadLimit;
import io.heliograph.kv.Revision;
import io.heliograph.kv.StoreAdapter;
import io.heliograph.kv.StoreException;
import io.heliograph.kv.StoreResult;
import io.heliograph.kv.StoredEntry;
import io.heliograph.kv.TooLargeException;
import io.heliograph.kv.WriteSet;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Consul's key-value store. Every key of a write set carries its revision in {@code Flags}; the head's is the fence. When
 * the keys are deleted, {@code heliograph/tombstone/} and the head stays behind with the fence in its Flags. The owner is
 * the value of {@code heliograph/owner}, and every transaction checks that it is still the same.
 *
 * Flags that are no revision, that is beyond 2<sup>53</sup> - 1 as an unsigned number, are somebody else's and count as
 * none. So are flags that happen to be a small number somebody set by hand: they are lower than any real revision.
 *
 * <h2>Threads</h2>
 *
 * As {@link StoreAdapter} says. Requests run on the caller's thread; OkHttp keeps a daemon thread or two for time limits
 * and idle connections.
 *
 * <h2>Time and failures</h2>
 *
 * One HTTP call is bounded by the settings' time limit, a batch by four times that. Reads ask for
 * {@code consistent} mode: the answer comes from a leader that is sure of itself. A failure before a transaction's body
 * was written is {@code Unavailable}, one after it {@code Indeterminate}. A write set of several entries whose
 * transaction would be larger than 511 KiB in JSON, about 380 KiB of values, is {@code Rejected}; one that has a single
 * entry goes another way and may have 512 KiB, but then owner and tombstone are looked at beforehand and not in the same
 * step.
 */
public final class ConsulStoreAdapter implements StoreAdapter {

    private static final int BATCH_LIMITS = 3;

    private final ConsulSettings settings;
    private final long mostBytes;
    private final ConsulHttp http;
    private final OwnerMark owner;
    private final WrittenHeads written = new WrittenHeads();

    private ConsulStoreAdapter(ConsulSettings settings, long mostBytes) {
        this.settings = settings;
        this.mostBytes = mostBytes;
        this.http = new ConsulHttp(settings, mostBytes);
        this.owner = new OwnerMark(http, settings.owner());
    }

    /** Makes an adapter; does not contact the agent. */
    public static ConsulStoreAdapter open(ConsulSettings settings) {
        return open(settings, ReadLimit.BYTES);
    }

    /**
     * @param mostBytes that are read at once
     */
    static ConsulStoreAdapter open(ConsulSettings settings, long mostBytes) {
        return new ConsulStoreAdapter(settings, mostBytes);
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
        Deadline deadline = Deadline.in(settings.timeout().multipliedBy(BATCH_LIMITS));
        Map<String, StoreResult> results = new ConsulDelivery(http, owner, written, fence, deadline).run(batch);
        return batch.stream()
                .map(set -> Objects.requireNonNull(results.get(set.head()), set.head()))
                .toList();
    }

    /** Leaves out keys that end in a slash: Consul's user interface makes them as folders, without a value. */
    @Override
    public List<StoredEntry> read(String prefix) throws StoreException {
        try {
            return http.read(prefix, true).stream()
                    .filter(value -> isBelow(prefix, value.getKey()))
                    .map(ConsulStoreAdapter::entry)
                    .sorted(Comparator.comparing(StoredEntry::key))
                    .toList();
        } catch (ReadFailure e) {
            if (e.isTooLarge()) {
                throw new TooLargeException(settings.name(), "what is below '" + prefix + "'", mostBytes);
            }
            throw unreadable(e);
        }
    }

    /** Within three times the settings' time limit and one. */
    @Override
    public List<StoredEntry> readKeys(Collection<String> keys) throws StoreException {
        Deadline deadline = Deadline.in(settings.timeout().multipliedBy(BATCH_LIMITS));
        try {
            Heads read = Heads.read(http, List.copyOf(keys), deadline);
            Optional<StoreResult> refused = read.refused().values().stream().findFirst();
            if (refused.isPresent()) {
                throw new StoreException("store '" + settings.name() + "': a key is not shown: " + refused.get());
            }
            return read.found().values().stream().map(ConsulStoreAdapter::entry).toList();
        } catch (ReadFailure e) {
            throw unreadable(e);
        }
    }

    private static StoredEntry entry(Value value) {
        return new StoredEntry(
                value.getKey(), value.getValueAsString(StandardCharsets.UTF_8).orElse(""), revisionOf(value));
    }

    @Override
    public Revision highestFence() throws StoreException {
        try {
            return http.read(Pending.tombstone(""), true).stream()
                    .map(ConsulStoreAdapter::revisionOf)
                    .max(Comparator.comparingLong(Revision::value))
                    .orElse(Revision.NONE);
        } catch (ReadFailure e) {
            throw unreadable(e);
        }
    }

    private StoreException unreadable(ReadFailure e) {
        return new StoreException("store '" + settings.name() + "': " + e.getMessage(), e);
    }

    @Override
    public Optional<String> owner() throws StoreException {
        try {
            return new OwnerMark(http, settings.owner()).name();
        } catch (ReadFailure e) {
            throw unreadable(e);
        }
    }

    @Override
    public void adopt() throws StoreException {
        try {
            StoreResult result = new OwnerMark(http, settings.owner()).take();
            if (result.type() != StoreResult.Type.DELIVERED && result.type() != StoreResult.Type.ALREADY_CURRENT) {
                throw new StoreException("store '" + settings.name() + "': the owner was not written: " + result);
            }
        } catch (ReadFailure e) {
            throw unreadable(e);
        }
    }

    @Override
    public void close() {
        http.close();
    }

    static Revision revisionOf(Value value) {
        long flags = value.getFlags();
        return flags < 0 || flags > Revision.MAX_VALUE ? Revision.NONE : new Revision(flags);
    }

    private static boolean isBelow(String prefix, String key) {
        return !key.endsWith("/")
                && !Limits.isReserved(key)
                && (prefix.isEmpty() || key.equals(prefix) || key.startsWith(prefix + "/"));
    }
}
