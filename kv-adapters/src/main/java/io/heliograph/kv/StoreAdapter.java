package io.heliograph.kv;

import java.util.List;

/**
 * One store of one node.
 *
 * <h2>Atomicity and fencing</h2>
 *
 * A write set is written as one transaction of the store: a reader sees all of it or nothing. It is written only when
 * the revision the store keeps for its head is lower than its own; the check and the write are one atomic step in the
 * store, so that two nodes writing to one store cannot put it back.
 *
 * <h2>Threads</h2>
 *
 * {@link #deliver} is called by one thread at a time. {@link #read} and {@link #close} may be called by any thread at
 * any time. An adapter starts no threads of its own beyond what its client library needs.
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
     *     prefix matches every key
     * @return sorted by key
     * @throws StoreException when the store cannot be read
     */
    List<StoredEntry> read(String prefix) throws StoreException;

    /** Releases connections; a call in progress ends soon with {@link StoreResult.Unavailable} or similar. */
    @Override
    void close();
}
