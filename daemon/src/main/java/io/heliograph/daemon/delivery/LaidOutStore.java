package io.heliograph.daemon.delivery;

import io.heliograph.daemon.layout.KeyLayout;
import io.heliograph.kv.StoreAdapter;
import io.heliograph.kv.StoreResult;
import io.heliograph.kv.WriteSet;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Writes the write sets of the desired state with the keys that a store's layout gives them. */
record LaidOutStore(StoreAdapter adapter, KeyLayout layout) {

    /**
     * As {@link StoreAdapter#deliver}; a write set that the layout has no room for is {@code Rejected}, and its deletion
     * {@code AlreadyCurrent}, for it never was there; likewise what the layout leaves out.
     */
    List<StoreResult> deliver(List<WriteSet> batch) {
        return write(batch, adapter::deliver);
    }

    /** As {@link StoreAdapter#repair}, likewise. */
    List<StoreResult> repair(List<WriteSet> batch) {
        return write(batch, adapter::repair);
    }

    /** The write set as the store has it; empty where the layout leaves it out or has no room for it. */
    Optional<WriteSet> arranged(WriteSet set) {
        try {
            return layout.arrange(set);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private List<StoreResult> write(List<WriteSet> batch, Function<List<WriteSet>, List<StoreResult>> call) {
        List<WriteSet> arranged = new ArrayList<>();
        List<Optional<StoreResult>> refused = new ArrayList<>();
        for (WriteSet set : batch) {
            try {
                Optional<WriteSet> there = layout.arrange(set);
                there.ifPresent(arranged::add);
                refused.add(there.isPresent() ? Optional.empty() : Optional.of(new StoreResult.AlreadyCurrent()));
            } catch (IllegalArgumentException e) {
                refused.add(Optional.of(
                        set.isDeletion()
                                ? new StoreResult.AlreadyCurrent()
                                : new StoreResult.Rejected(String.valueOf(e.getMessage()))));
            }
        }
        List<StoreResult> answers = arranged.isEmpty() ? List.of() : call.apply(arranged);
        if (answers.size() != arranged.size()) {
            throw new IllegalStateException(answers.size() + " results for " + arranged.size() + " write sets");
        }
        Iterator<StoreResult> next = answers.iterator();
        return refused.stream().map(refusal -> refusal.orElseGet(next::next)).toList();
    }
}
