package io.heliograph.kv.consul;

import io.heliograph.kv.Causes;
import io.heliograph.kv.StoreResult;
import java.io.IOException;

/** The agent could not be read. */
final class ReadFailure extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient StoreResult result;
    private final boolean tooLarge;

    /** Nothing can be compared at the moment. */
    ReadFailure(StoreResult.Unavailable result) {
        this(result, false);
    }

    private ReadFailure(StoreResult.Unavailable result, boolean tooLarge) {
        super(result.cause());
        this.result = result;
        this.tooLarge = tooLarge;
    }

    /** There was no whole answer. */
    static ReadFailure of(IOException failure) {
        return new ReadFailure(
                new StoreResult.Unavailable("reading: " + Causes.oneLine(failure)), BoundedBody.isTooLarge(failure));
    }

    /** The agent will not let us read. */
    ReadFailure(StoreResult.Rejected result) {
        super(result.reason());
        this.result = result;
        this.tooLarge = false;
    }

    /** Whether the agent is there and will not let us. */
    boolean isRefusal() {
        return result instanceof StoreResult.Rejected;
    }

    /** Whether there is more than is read at once. */
    boolean isTooLarge() {
        return tooLarge;
    }

    StoreResult result() {
        return result;
    }
}
