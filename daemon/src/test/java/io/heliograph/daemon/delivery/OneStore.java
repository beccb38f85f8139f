package io.heliograph.daemon.delivery;

import io.heliograph.daemon.fakes.Decisions;
import io.heliograph.daemon.fakes.FakeClock;
import io.heliograph.daemon.fakes.FakeStore;
import io.heliograph.daemon.layout.KeyLayout;
import java.util.Random;

/** A worker with its store, somebody who decides what it should hold, and the clock that they all go by. */
final class OneStore {

    final FakeClock clock = new FakeClock();
    final FakeStore store = new FakeStore();
    final Decisions decisions = new Decisions();
    final Attempts metrics = new Attempts();
    final DeliveryWorker worker;

    OneStore() {
        this(KeyLayout.CLASSIC, DriftSettings.DEFAULT);
    }

    OneStore(KeyLayout layout, DriftSettings drift) {
        worker = new DeliveryWorker(
                "consul", "fake", store, layout, drift, decisions::desired, metrics, clock, new Random(7));
        decisions.listen(worker::changed, worker::changedAll);
    }
}
