package io.heliograph.daemon.delivery;

import io.heliograph.kv.StoreResult;
import java.time.Duration;

/** Is told of every attempt. Called on the worker's thread; must return at once. */
public interface DeliveryMetrics {

    void attempted(String store, StoreResult.Type result);

    /** A write set was found not to be as it was delivered. */
    void drifted(String store);

    /** A write set that was not as it was delivered was written again. */
    void repaired(String store);

    void took(String store, Duration duration);
}
