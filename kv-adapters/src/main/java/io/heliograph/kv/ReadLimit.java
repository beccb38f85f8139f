package io.heliograph.kv;

/** How much an adapter reads at once: what others put into a store must not use up our memory. */
public final class ReadLimit {

    private static final long LEAST = 16L << 20;

    /** In bytes; a sixteenth of the memory that this process may use, and 16 MiB at least. */
    public static final long BYTES = Math.max(LEAST, Runtime.getRuntime().maxMemory() / 16);

    private ReadLimit() {}
}
