package io.heliograph.kv;

import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * One store of one node.
 *
 * <h2>Atomicity and fencing</h2>
 *
 * A write set is written as one transaction of the store: a reader sees all of it or nothing. It is written only when
 * the revision the store keeps for its head is lower than its own; the check and the write are one atomic step in the
 * store, so that two nodes writing to one store cannot put it back.
 *
 * The revision outlives the keys: after a deletion the store still turns away what is older.
 *
 * <h2>Owner</h2>
 *
 * A store belongs to one Heliograph cluster, whose name it holds. The first write claims a store without an owner.
 * Nothing is written, in the same atomic step, to a store of somebody else: every result is {@code Rejected}, naming the
 * owner, until {@link #adopt}.
 *
 * <h2>Threads</h2>
 *
 * {@link #deliver} and {@link #repair} are called by one thread at a time. {@link #read}, {@link #readKeys}, {@link #owner},
 * {@link #adopt} and {@link #close} may be called by any thread at any time. An adapter starts no threads of its own beyond what its client library needs.
 *
 * <h2>Time and failures</h2>
 *
 * Every call ends within a small multiple of the time limit the adapter was made with, whatever the store does. An
 * adapter never retries a store that is down: that is the caller's decision. It does repeat a read-and-compare a few
 * times when somebody else's write came between. Creating an adapter does not contact the store.
 */
public interface StoreAdapter extends AutoCloseable {

    /**
     * Writes each write set unless the store holds the same or a newer revision of it.
     *
     * @param batch at most a few hundred write sets with distinct heads
     * @return one result for each write set, in the order of the batch
     */
    List<StoreResult> deliver(List<WriteSet> batch);

    /**
     * As {@link #deliver}, but writes a write set also where the store holds this very revision of it: what somebody
     * changed by hand under a revision is put right.
     */
    List<StoreResult> repair(List<WriteSet> batch);

    /**
     * Reads what the store holds, in one range read where the store has such a thing.
     *
     * @param prefix path prefix without a trailing slash; matches the key itself and every key below it; the empty
     *     prefix matches every key. What the adapter keeps for itself, see {@link Limits#isReserved}, is left out
     * @return sorted by key
     * @throws TooLargeException when it is more than {@link ReadLimit#BYTES}; no more than about that was kept in memory
     * @throws StoreException when the store cannot be read
     */
    List<StoredEntry> read(String prefix) throws StoreException;

    /**
     * Reads exactly these keys, whatever else is in the store, in as many requests as that takes.
     *
     * @return those that are there, in no particular order
     * @throws StoreException when the store cannot be read
     */
    List<StoredEntry> readKeys(Collection<String> keys) throws StoreException;

    /**
     * The highest revision that the store keeps for heads whose keys were deleted, {@link Revision#NONE} for none. A
     * store that keeps one for every head may count those, too.
     *
     * @throws StoreException when the store cannot be read
     */
    Revision highestFence() throws StoreException;

    /**
     * Who owns the store, whatever the name of our own cluster is; empty for nobody.
     *
     * @throws StoreException when the store cannot be read
     */
    Optional<String> owner() throws StoreException;

    /**
     * Makes our cluster the owner of the store, whoever owned it. What the other one wrote keeps its revisions.
     *
     * @throws StoreException when the store does not take it, or the answer was lost; asking again does no harm
     */
    void adopt() throws StoreException;

    /** Releases connections; a call in progress ends soon with {@link StoreResult.Unavailable} or similar. */
    @Override
    void close();
}
