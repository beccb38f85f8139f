package io.heliograph.raft.atomix;

import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The highest applied index, and who waits for one. */
final class AppliedIndex {

    private record Waiter(long index, CompletableFuture<Long> future) {}

    private final PriorityQueue<Waiter> waiters = new PriorityQueue<>(Comparator.comparingLong(Waiter::index));
    private long index;

    synchronized long get() {
        return index;
    }

    /** Completes when {@code target} has been applied; exceptionally when the limit is over first. */
    synchronized CompletableFuture<Long> await(long target, Duration limit) {
        if (index >= target) {
            return CompletableFuture.completedFuture(target);
        }
        Waiter waiter =
                new Waiter(target, new CompletableFuture<Long>().orTimeout(limit.toMillis(), TimeUnit.MILLISECONDS));
        waiters.add(waiter);
        waiter.future.whenComplete((done, error) -> {
            if (error != null) {
                forget(waiter);
            }
        });
        return waiter.future;
    }

    private synchronized void forget(Waiter waiter) {
        waiters.remove(waiter);
    }

    /** Says that everything up to {@code applied} has been applied. */
    void advance(long applied) {
        while (true) {
            Waiter due;
            synchronized (this) {
                index = Math.max(index, applied);
                if (waiters.isEmpty() || waiters.peek().index > index) {
                    return;
                }
                due = waiters.poll();
            }
            due.future.complete(due.index);
        }
    }
}
