package io.heliograph.kv.consul;

import io.heliograph.kv.StoreResult;

/** The agent could not be read. */
final class ReadFailure extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient StoreResult result;

    /** Nothing can be compared at the moment. */
    ReadFailure(StoreResult.Unavailable result) {
        super(result.cause());
        this.result = result;
    }

    /** The agent will not let us read. */
    ReadFailure(StoreResult.Rejected result) {
        super(result.reason());
        this.result = result;
    }

    /** Whether the agent is there and will not let us. */
    boolean isRefusal() {
        return result instanceof StoreResult.Rejected;
    }

    StoreResult result() {
        return result;
    }
}
