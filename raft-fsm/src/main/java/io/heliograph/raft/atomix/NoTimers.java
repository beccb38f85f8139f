package io.heliograph.raft.atomix;

import io.atomix.utils.concurrent.Scheduled;
import io.atomix.utils.concurrent.ThreadContext;
import java.time.Duration;

/** A thread that runs what it is given at once and never later. Keeps the library's own snapshot timer from starting. */
final class NoTimers implements ThreadContext {

    private static final Scheduled NEVER = () -> {};

    private final ThreadContext delegate;

    NoTimers(ThreadContext delegate) {
        this.delegate = delegate;
    }

    @Override
    public void execute(Runnable command) {
        delegate.execute(command);
    }

    @Override
    public Scheduled schedule(Duration delay, Runnable callback) {
        return NEVER;
    }

    @Override
    public Scheduled schedule(Duration initialDelay, Duration interval, Runnable callback) {
        return NEVER;
    }

    @Override
    public boolean isCurrentContext() {
        return delegate.isCurrentContext();
    }

    @Override
    public void checkThread() {
        delegate.checkThread();
    }

    @Override
    public boolean isBlocked() {
        return delegate.isBlocked();
    }

    @Override
    public void block() {
        delegate.block();
    }

    @Override
    public void unblock() {
        delegate.unblock();
    }

    @Override
    public void close() {
        delegate.close();
    }
}
