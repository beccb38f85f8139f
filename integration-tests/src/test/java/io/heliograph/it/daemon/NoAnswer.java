package io.heliograph.it.daemon;

/**
 * A daemon did not answer in time, or could not be reached. A write that ends so may have been done or not, except when
 * {@link #neverSent()}.
 */
public final class NoAnswer extends RuntimeException {
    private final boolean neverSent;

    NoAnswer(String message, boolean neverSent, Throwable cause) {
        super(message, cause);
        this.neverSent = neverSent;
    }

    /** Whether no connection came about, so that nothing can have been done. */
    public boolean neverSent() {
        return neverSent;
    }
}
