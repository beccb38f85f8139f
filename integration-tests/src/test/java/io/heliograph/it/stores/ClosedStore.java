package io.heliograph.it.stores;

import io.heliograph.kv.Revision;
import io.heliograph.kv.StoreAdapter;
import io.heliograph.kv.StoreResult;
import io.heliograph.kv.StoredEntry;
import io.heliograph.kv.WriteSet;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Nothing is here: stands in where a test has no store. */
final class ClosedStore implements StoreAdapter {

    @Override
    public List<StoreResult> deliver(List<WriteSet> batch) {
        return batch.stream()
                .map(set -> (StoreResult) new StoreResult.Unavailable("closed"))
                .toList();
    }

    @Override
    public List<StoreResult> repair(List<WriteSet> batch) {
        return deliver(batch);
    }

    @Override
    public List<StoredEntry> read(String prefix) {
        return List.of();
    }

    @Override
    public List<StoredEntry> readKeys(Collection<String> keys) {
        return List.of();
    }

    @Override
    public Revision highestFence() {
        return Revision.NONE;
    }

    @Override
    public Optional<String> owner() {
        return Optional.empty();
    }

    @Override
    public void adopt() {}

    @Override
    public void close() {}
}
