package io.heliograph.daemon.delivery;

import io.heliograph.kv.StoreResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Metrics that remember. */
final class Attempts implements DeliveryMetrics {

    final List<String> results = new ArrayList<>();
    int timed;

    @Override
    public synchronized void attempted(String store, StoreResult.Type result) {
        results.add(store + " " + result);
    }

    @Override
    public synchronized void drifted(String store) {
        results.add(store + " drifted");
    }

    @Override
    public synchronized void repaired(String store) {
        results.add(store + " repaired");
    }

    @Override
    public synchronized void took(String store, Duration duration) {
        timed++;
    }
}
