package io.heliograph.kv.consul;

import io.heliograph.kv.Entry;
import io.heliograph.kv.Limits;
import io.heliograph.kv.WriteSet;
import java.util.ArrayList;
import java.util.List;

/**
 * A write set that is newer than what Consul holds, in the form in which it goes into a transaction.
 *
 * <p>Where the head is there, its Flags are the fence. A deletion leaves a tombstone instead, an empty key whose Flags
 * are the fence; who makes the head again removes it.
 *
 * @param set the write set
 * @param headIndex the head's ModifyIndex when it was read, 0 when it was not there
 * @param operations JSON of the operations, separated by commas; ASCII, so that its length is its size
 * @param size number of operations
 */
record Pending(WriteSet set, long headIndex, String operations, int size) {

    private static final String TOMBSTONES = Limits.RESERVED + "/tombstone/";

    /** Key of the tombstone of {@code head}. */
    static String tombstone(String head) {
        return TOMBSTONES + head;
    }

    /**
     * @param headIndex the head's ModifyIndex, 0 when it is not there
     * @param tombstoneIndex the tombstone's ModifyIndex, 0 when it is not there; counts only where the head is not there
     */
    static Pending of(WriteSet set, long headIndex, long tombstoneIndex) {
        List<String> operations =
                set.isDeletion() ? deletion(set, headIndex, tombstoneIndex) : write(set, headIndex, tombstoneIndex);
        return new Pending(set, headIndex, String.join(",", operations), operations.size());
    }

    /** {@code cas} on the head, so that nobody can come between, and {@code set} on the others. */
    private static List<String> write(WriteSet set, long headIndex, long tombstoneIndex) {
        List<String> operations = new ArrayList<>();
        if (headIndex == 0) {
            String tombstone = tombstone(set.head());
            operations.add(
                    tombstoneIndex == 0
                            ? Operations.checkNotExists(tombstone)
                            : Operations.deleteCas(tombstone, tombstoneIndex));
        }
        long flags = set.revision().value();
        for (Entry entry : set.entries()) {
            operations.add(
                    entry.key().equals(set.head())
                            ? Operations.cas(entry.key(), entry.value(), flags, headIndex)
                            : Operations.set(entry.key(), entry.value(), flags));
        }
        return operations;
    }

    private static List<String> deletion(WriteSet set, long headIndex, long tombstoneIndex) {
        List<String> operations = new ArrayList<>();
        String tombstone = tombstone(set.head());
        long flags = set.revision().value();
        if (headIndex == 0) {
            operations.add(Operations.checkNotExists(set.head()));
            operations.add(Operations.cas(tombstone, "", flags, tombstoneIndex));
        } else {
            operations.add(Operations.deleteCas(set.head(), headIndex));
            operations.add(Operations.set(tombstone, "", flags));
        }
        set.keys().stream().skip(1).map(Operations::delete).forEach(operations::add);
        return operations;
    }
}
