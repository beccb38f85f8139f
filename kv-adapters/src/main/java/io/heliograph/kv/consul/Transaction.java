package io.heliograph.kv.consul;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Write sets that travel in one transaction.
 *
 * @param members at least one
 */
record Transaction(List<Pending> members) {

    /** Most operations that Consul takes in one transaction, less the one that guards the owner. */
    static final int MAX_OPERATIONS = 64 - 1;

    /** Longest request body that Consul takes, {@code txn_max_req_len}, in bytes. */
    static final int MAX_BYTES = 512 * 1024;

    /** Room for the brackets and the operation that guards the owner. */
    static final int OVERHEAD_BYTES = 1024;

    Transaction {
        members = List.copyOf(members);
    }

    /** Fills as few transactions as the limits allow, in the given order. */
    static List<Transaction> pack(List<Pending> pending) {
        List<Transaction> packed = new ArrayList<>();
        List<Pending> open = new ArrayList<>();
        int operations = 0;
        int bytes = 0;
        for (Pending next : pending) {
            int size = next.operations().length() + 1;
            if (!open.isEmpty()
                    && (operations + next.size() > MAX_OPERATIONS || bytes + size > MAX_BYTES - OVERHEAD_BYTES)) {
                packed.add(new Transaction(open));
                open.clear();
                operations = 0;
                bytes = 0;
            }
            open.add(next);
            operations += next.size();
            bytes += size;
        }
        if (!open.isEmpty()) {
            packed.add(new Transaction(open));
        }
        return packed;
    }

    /**
     * The request's body; ASCII.
     *
     * @param guard one more operation, to be carried out before all others
     */
    String json(String guard) {
        return members.stream().map(Pending::operations).collect(Collectors.joining(",", "[" + guard + ",", "]"));
    }
}
