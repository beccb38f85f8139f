package io.heliograph.daemon.delivery;

import io.heliograph.kv.StoreResult;
import java.time.Duration;

/** Is told of every attempt. Called on the worker's thread; must return at once. */
public interface DeliveryMetrics {

    void attempted(String store, StoreResult.Type result);

    void took(String store, Duration duration);
}
