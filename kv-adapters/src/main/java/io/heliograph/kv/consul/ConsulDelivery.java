package io.heliograph.kv.consul;

import com.orbitz.consul.model.kv.Value;
import io.heliograph.kv.Deadline;
import io.heliograph.kv.Entry;
import io.heliograph.kv.Fence;
import io.heliograph.kv.Revision;
import io.heliograph.kv.StoreResult;
import io.heliograph.kv.WriteSet;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Brings one batch into Consul. What goes over heads as we wrote them last is sent at once. For all else, and where
 * somebody came between, it reads the owner, the heads, and the tombstones of those that have no revision; leaves out what
 * is current or fenced, and sends the rest in as few transactions as possible. A transaction that is refused is taken
 * apart, so that one write set's trouble stays its own. After the first sign that the agent is away nothing more is
 * sent.
 */
final class ConsulDelivery {

    private static final int ATTEMPTS = 5;

    private final ConsulHttp http;
    private final OwnerMark owner;
    private final WrittenHeads written;
    private final Fence fence;
    private final Deadline deadline;
    private final Map<String, StoreResult> results = new HashMap<>();
    private @Nullable StoreResult stopped;

    ConsulDelivery(ConsulHttp http, OwnerMark owner, WrittenHeads written, Fence fence, Deadline deadline) {
        this.http = http;
        this.owner = owner;
        this.written = written;
        this.fence = fence;
        this.deadline = deadline;
    }

    /** A result for each head of the batch. */
    Map<String, StoreResult> run(List<WriteSet> batch) {
        if (fence == Fence.OLDER) {
            sendOverOurs(batch);
        }
        List<WriteSet> left =
                batch.stream().filter(set -> !results.containsKey(set.head())).toList();
        if (hasStopped()) {
            left.forEach(set -> settle(set, notTried()));
            return results;
        }
        Transaction.pack(compare(left)).forEach(this::send);
        return results;
    }

    /** Without asking first. Leaves without a result what was refused for whatever reason: it is compared then. */
    private void sendOverOurs(List<WriteSet> batch) {
        List<Pending> known =
                batch.stream().flatMap(set -> written.over(set).stream()).toList();
        for (Transaction transaction : Transaction.pack(known)) {
            if (transaction.members().size() == 1 && !fits(transaction.members().get(0))) {
                continue;
            }
            StoreResult result = hasStopped() ? notTried() : transact(transaction);
            if (result.type() != StoreResult.Type.CONFLICT && result.type() != StoreResult.Type.REJECTED) {
                transaction.members().forEach(member -> settle(member.set(), result));
            }
        }
    }

    private void send(Transaction transaction) {
        List<Pending> members = transaction.members();
        if (members.size() == 1) {
            alone(members.get(0));
            return;
        }
        StoreResult result = hasStopped() ? notTried() : transact(transaction);
        if (result.type() == StoreResult.Type.CONFLICT || result.type() == StoreResult.Type.REJECTED) {
            members.forEach(this::alone);
        } else {
            members.forEach(member -> settle(member.set(), result));
        }
    }

    /** Sends one write set, and compares again as often as somebody else came between. */
    private void alone(Pending first) {
        List<Pending> pending = List.of(first);
        for (int attempt = 1; !pending.isEmpty(); attempt++) {
            StoreResult result = hasStopped() ? notTried() : write(pending.get(0));
            if (result.type() != StoreResult.Type.CONFLICT || attempt == ATTEMPTS) {
                settle(first.set(), result);
                return;
            }
            pending = compare(List.of(first.set()));
        }
    }

    private StoreResult write(Pending pending) {
        if (fits(pending)) {
            return transact(new Transaction(List.of(pending)));
        }
        if (pending.set().entries().size() == 1) {
            // Base64 makes a third more of a value; the plain endpoint takes it as it is, with the same check
            Entry entry = pending.set().entries().get(0);
            owner.forget();
            Optional<StoreResult> refusal = refusal();
            if (refusal.isPresent()) {
                return refusal.get();
            }
            written.forget(entry.key());
            return http.put(entry.key(), entry.value(), pending.set().revision().value(), pending.headIndex());
        }
        return new StoreResult.Rejected(
                "too large for one transaction: " + bytes(pending) + " bytes, the limit is " + Transaction.MAX_BYTES);
    }

    private static boolean fits(Pending pending) {
        return bytes(pending) <= Transaction.MAX_BYTES;
    }

    private static int bytes(Pending pending) {
        return pending.operations().length() + Transaction.OVERHEAD_BYTES;
    }

    private StoreResult transact(Transaction transaction) {
        Optional<StoreResult> refusal = refusal();
        if (refusal.isPresent()) {
            return refusal.get();
        }
        Map<String, Long> indexes = new HashMap<>();
        StoreResult result = http.transact(transaction.json(owner.guard()), indexes::put);
        if (result.type() == StoreResult.Type.DELIVERED && !isCarriedOut(transaction, indexes)) {
            result = new StoreResult.Indeterminate("writing: the answer does not name what was written");
        }
        if (result.type() == StoreResult.Type.DELIVERED) {
            written.written(transaction, indexes);
        } else {
            transaction.members().forEach(member -> written.forget(member.set().head()));
        }
        if (owner.isClaim() || result.type() != StoreResult.Type.DELIVERED) {
            owner.forget();
        }
        return result;
    }

    /** Whether Consul itself answered: something in between can say 200 to everything. */
    private static boolean isCarriedOut(Transaction transaction, Map<String, Long> indexes) {
        return transaction.members().stream()
                .map(Pending::set)
                .map(set -> set.isDeletion() ? Pending.tombstone(set.head()) : set.head())
                .allMatch(indexes::containsKey);
    }

    /** Why we may not write; empty when we may. */
    private Optional<StoreResult> refusal() {
        try {
            return owner.refusal();
        } catch (ReadFailure e) {
            return Optional.of(e.result());
        }
    }

    /** Settles those of {@code sets} that need no write, or cannot be compared; returns the others. */
    private List<Pending> compare(List<WriteSet> sets) {
        List<Pending> newer = new ArrayList<>();
        try {
            Optional<StoreResult> foreign = owner.refusal();
            if (foreign.isPresent()) {
                sets.forEach(set -> settle(set, foreign.get()));
                return newer;
            }
            Heads heads = Heads.read(http, sets.stream().map(WriteSet::head).toList(), deadline);
            Heads tombstones = Heads.read(
                    http,
                    sets.stream()
                            .map(WriteSet::head)
                            .filter(head -> revision(heads.found().get(head)).equals(Revision.NONE))
                            .map(Pending::tombstone)
                            .toList(),
                    deadline);
            sets.forEach(set -> compare(set, heads, tombstones).ifPresent(newer::add));
        } catch (ReadFailure e) {
            sets.forEach(set -> settle(set, e.result()));
            newer.clear();
        }
        return newer;
    }

    private Optional<Pending> compare(WriteSet set, Heads heads, Heads tombstones) {
        StoreResult refused = heads.refused().get(set.head());
        if (refused == null) {
            refused = tombstones.refused().get(Pending.tombstone(set.head()));
        }
        if (refused != null) {
            settle(set, refused);
            return Optional.empty();
        }
        Value head = heads.found().get(set.head());
        Value tombstone = tombstones.found().get(Pending.tombstone(set.head()));
        // whoever made the head by hand after it was deleted did not lift the deletion's fence
        Revision held = revision(head).equals(Revision.NONE) ? revision(tombstone) : revision(head);
        if (!fence.lets(set.revision(), held)) {
            settle(set, fence.refusal(set.revision(), held));
            return Optional.empty();
        }
        return Optional.of(Pending.of(
                set, head == null ? 0 : head.getModifyIndex(), tombstone == null ? 0 : tombstone.getModifyIndex()));
    }

    private static Revision revision(@Nullable Value value) {
        return value == null ? Revision.NONE : ConsulStoreAdapter.revisionOf(value);
    }

    private void settle(WriteSet set, StoreResult result) {
        results.put(set.head(), result);
        boolean isAway =
                result.type() == StoreResult.Type.UNAVAILABLE || result.type() == StoreResult.Type.INDETERMINATE;
        if (isAway && stopped == null) {
            stopped = result;
        }
    }

    private boolean hasStopped() {
        if (stopped == null && deadline.hasPassed()) {
            stopped = new StoreResult.Unavailable("the agent is too slow");
        }
        return stopped != null;
    }

    private StoreResult notTried() {
        if (stopped instanceof StoreResult.Unavailable unavailable) {
            return unavailable;
        }
        return new StoreResult.Unavailable("not tried, because an answer was missing before: "
                + (stopped instanceof StoreResult.Indeterminate lost ? lost.cause() : ""));
    }
}
