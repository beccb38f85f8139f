package io.heliograph.daemon.fakes;

import io.heliograph.kv.Entry;
import io.heliograph.kv.StoreAdapter;
import io.heliograph.kv.StoreException;
import io.heliograph.kv.StoreResult;
import io.heliograph.kv.StoreResult.AlreadyCurrent;
import io.heliograph.kv.StoreResult.Delivered;
import io.heliograph.kv.StoreResult.Fenced;
import io.heliograph.kv.StoredEntry;
import io.heliograph.kv.WriteSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A store in memory that fences like a real one, and answers as a test wants it to. */
public final class FakeStore implements StoreAdapter {

    /** What the store answers for one write set. {@link FakeStore#take} is what a healthy store does. */
    public interface Answering {
        StoreResult answer(FakeStore store, WriteSet set);
    }

    private final Map<String, WriteSet> sets = new TreeMap<>();
    private final List<WriteSet> taken = new ArrayList<>();
    private final List<List<WriteSet>> batches = new ArrayList<>();
    private volatile Answering answering = FakeStore::take;
    private volatile boolean closed;

    /** Answers like this from now on. */
    public void answer(Answering next) {
        answering = next;
    }

    /** Is healthy from now on. */
    public void heal() {
        answering = FakeStore::take;
    }

    @Override
    public List<StoreResult> deliver(List<WriteSet> batch) {
        synchronized (this) {
            batches.add(List.copyOf(batch));
        }
        Answering now = answering;
        return batch.stream().map(set -> now.answer(this, set)).toList();
    }

    /** Writes unless what is there is as new or newer. */
    public synchronized StoreResult take(WriteSet set) {
        WriteSet before = sets.get(set.head());
        if (before != null && !set.revision().isNewerThan(before.revision())) {
            return before.revision().equals(set.revision()) ? new AlreadyCurrent() : new Fenced(before.revision());
        }
        sets.put(set.head(), set);
        taken.add(set);
        return new Delivered();
    }

    /** What it holds, by head. */
    public synchronized Map<String, WriteSet> sets() {
        return new TreeMap<>(sets);
    }

    /** Everything it ever wrote, oldest first. */
    public synchronized List<WriteSet> taken() {
        return List.copyOf(taken);
    }

    /** Every batch that came in, whatever became of it. */
    public synchronized List<List<WriteSet>> batches() {
        return List.copyOf(batches);
    }

    public synchronized int attempts() {
        return batches.size();
    }

    @Override
    public synchronized List<StoredEntry> read(String prefix) throws StoreException {
        if (closed) {
            throw new StoreException("store is away", new IllegalStateException("closed"));
        }
        List<StoredEntry> found = new ArrayList<>();
        for (WriteSet set : sets.values()) {
            for (Entry entry : set.entries()) {
                if (prefix.isEmpty()
                        || entry.key().equals(prefix)
                        || entry.key().startsWith(prefix + "/")) {
                    found.add(new StoredEntry(entry.key(), entry.value(), set.revision()));
                }
            }
        }
        return found;
    }

    public boolean isClosed() {
        return closed;
    }

    @Override
    public void close() {
        closed = true;
    }
}
