package io.heliograph.kv.consul;

import com.orbitz.consul.model.kv.Value;
import io.heliograph.kv.Owner;
import io.heliograph.kv.StoreResult;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * The key that says whose the store is. It is read once and kept in mind with its ModifyIndex, which every transaction
 * checks; after one that failed it is read again.
 *
 * <p>Threads: {@link #refusal}, {@link #guard} and {@link #forget} belong to the thread that delivers.
 */
final class OwnerMark {

    private static final long UNKNOWN = -1;

    private final ConsulHttp http;
    private final Owner owner;
    /** ModifyIndex of the key while it names us, 0 while it is not there. */
    private long index = UNKNOWN;

    OwnerMark(ConsulHttp http, Owner owner) {
        this.http = http;
        this.owner = owner;
    }

    /** Why we may not write; empty when we may. */
    Optional<StoreResult> refusal() throws ReadFailure {
        if (index != UNKNOWN) {
            return Optional.empty();
        }
        Optional<Value> found = read();
        Optional<StoreResult> refusal = owner.refusal(found.map(OwnerMark::name).orElse(""));
        if (refusal.isEmpty()) {
            index = found.map(Value::getModifyIndex).orElse(0L);
        }
        return refusal;
    }

    /** The operation that makes a transaction fail when the owner is another one by now. After {@link #refusal} only. */
    String guard() {
        return index == 0 ? Operations.cas(Owner.KEY, owner.name(), 0, 0) : Operations.checkIndex(Owner.KEY, index);
    }

    /** Whether the next transaction claims the store. */
    boolean isClaim() {
        return index == 0;
    }

    void forget() {
        index = UNKNOWN;
    }

    /** What the key says; empty where it is not there. */
    Optional<String> name() throws ReadFailure {
        return read().map(OwnerMark::name);
    }

    /** Writes our name, whatever is there. */
    StoreResult take() throws ReadFailure {
        Optional<Value> found = read();
        if (found.map(OwnerMark::name).filter(owner.name()::equals).isPresent()) {
            return new StoreResult.AlreadyCurrent();
        }
        return http.put(
                Owner.KEY, owner.name(), 0, found.map(Value::getModifyIndex).orElse(0L));
    }

    private Optional<Value> read() throws ReadFailure {
        List<Value> found = http.read(Owner.KEY, false);
        return found.isEmpty() ? Optional.empty() : Optional.of(found.get(0));
    }

    private static String name(Value value) {
        return value.getValueAsString(StandardCharsets.UTF_8).orElse("").strip();
    }
}
