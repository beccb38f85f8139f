package io.heliograph.daemon.fakes;

import io.heliograph.kv.Entry;
import io.heliograph.kv.Fence;
import io.heliograph.kv.Owner;
import io.heliograph.kv.Revision;
import io.heliograph.kv.StoreAdapter;
import io.heliograph.kv.StoreException;
import io.heliograph.kv.StoreResult;
import io.heliograph.kv.StoreResult.Delivered;
import io.heliograph.kv.StoredEntry;
import io.heliograph.kv.TooLargeException;
import io.heliograph.kv.WriteSet;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A store in memory that fences like a real one, and answers as a test wants it to. */
public final class FakeStore implements StoreAdapter {

    /** What the store answers for one write set. {@link FakeStore#take} is what a healthy store does. */
    public interface Answering {
        StoreResult answer(FakeStore store, WriteSet set);
    }

    private static final Owner US = new Owner("test");

    private final Map<String, WriteSet> sets = new TreeMap<>();
    private final Map<String, Optional<String>> edits = new TreeMap<>();
    private volatile boolean repairing;
    private final List<WriteSet> taken = new ArrayList<>();
    private final List<List<WriteSet>> batches = new ArrayList<>();
    private volatile Answering answering = FakeStore::take;
    private volatile boolean closed;
    private Optional<String> owner = Optional.empty();
    private int reads;
    private boolean filled;
    private boolean unreadable;
    private Runnable duringRead = () -> {};

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

    @Override
    public List<StoreResult> repair(List<WriteSet> batch) {
        repairing = true;
        try {
            return deliver(batch);
        } finally {
            repairing = false;
        }
    }

    /** Changes or, for null, deletes a key under its revision, as a person would. */
    public synchronized void editByHand(String key, @Nullable String value) {
        edits.put(key, Optional.ofNullable(value));
    }

    /** Writes unless what is there is newer, or as new and this is no repair. */
    public synchronized StoreResult take(WriteSet set) {
        Optional<StoreResult> foreign = US.refusal(owner.orElse(""));
        if (foreign.isPresent()) {
            return foreign.get();
        }
        owner = Optional.of(US.name());
        WriteSet before = sets.get(set.head());
        Revision found = before == null ? Revision.NONE : before.revision();
        Fence fence = repairing ? Fence.OLDER_OR_SAME : Fence.OLDER;
        if (!fence.lets(set.revision(), found)) {
            return fence.refusal(set.revision(), found);
        }
        set.entries().forEach(entry -> edits.remove(entry.key()));
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

    /** Something that happens, once, after the store was read and before anybody has what was. */
    public synchronized void whileReading(Runnable event) {
        duringRead = event;
    }

    @Override
    public synchronized List<StoredEntry> read(String prefix) throws StoreException {
        reads++;
        if (closed || unreadable) {
            throw new StoreException("store is away", new IllegalStateException("closed or unreadable"));
        }
        if (filled) {
            throw new TooLargeException("store", "what is below '" + prefix + "'", 1);
        }
        List<StoredEntry> found = new ArrayList<>();
        for (WriteSet set : sets.values()) {
            if (set.isDeletion()) {
                continue;
            }
            for (Entry entry : set.entries()) {
                Optional<String> value = edits.getOrDefault(entry.key(), Optional.of(entry.value()));
                boolean asked = prefix.isEmpty()
                        || entry.key().equals(prefix)
                        || entry.key().startsWith(prefix + "/");
                if (asked && value.isPresent()) {
                    found.add(new StoredEntry(entry.key(), value.get(), set.revision()));
                }
            }
        }
        Runnable event = duringRead;
        duringRead = () -> {};
        event.run();
        return found;
    }

    /** The next reads fail. */
    public synchronized void failReads(boolean fail) {
        unreadable = fail;
    }

    /** Holds this and nothing else from now on, as after a restore from a backup; belongs to nobody, where it is empty. */
    public synchronized void restore(Map<String, WriteSet> backup) {
        sets.clear();
        sets.putAll(backup);
        edits.clear();
        owner = backup.isEmpty() ? Optional.empty() : owner;
    }

    /** The next reads of ranges are too large. */
    public synchronized void fill(boolean full) {
        filled = full;
    }

    @Override
    public synchronized List<StoredEntry> readKeys(Collection<String> keys) throws StoreException {
        boolean was = filled;
        filled = false;
        try {
            return read("").stream().filter(entry -> keys.contains(entry.key())).toList();
        } finally {
            filled = was;
        }
    }

    @Override
    public synchronized Revision highestFence() {
        return sets.values().stream()
                .filter(WriteSet::isDeletion)
                .map(WriteSet::revision)
                .reduce(Revision.NONE, (a, b) -> a.isNewerThan(b) ? a : b);
    }

    /** Belongs to this cluster from now on. */
    public synchronized void belongTo(String other) {
        owner = Optional.of(other);
    }

    @Override
    public synchronized Optional<String> owner() {
        return owner;
    }

    @Override
    public synchronized void adopt() {
        owner = Optional.of(US.name());
    }

    /** How often it was read. */
    public synchronized int reads() {
        return reads;
    }

    /** Whether anything is not as it was delivered. */
    public synchronized boolean isEdited() {
        return !edits.isEmpty();
    }

    /** The heads of the write sets that are not as they were delivered. */
    public synchronized Set<String> edited() {
        return sets.values().stream()
                .filter(set -> set.entries().stream().anyMatch(entry -> edits.containsKey(entry.key())))
                .map(WriteSet::head)
                .collect(Collectors.toSet());
    }

    public boolean isClosed() {
        return closed;
    }

    @Override
    public void close() {
        closed = true;
    }
}
