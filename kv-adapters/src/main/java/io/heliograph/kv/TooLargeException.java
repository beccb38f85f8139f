package io.heliograph.kv;

/** More is there than is read at once. Ask for less: {@link StoreAdapter#readKeys}. */
public final class TooLargeException extends StoreException {

    private static final long serialVersionUID = 1L;

    /**
     * @param store name of the store
     * @param what what was to be read
     * @param bytes the bound
     */
    public TooLargeException(String store, String what, long bytes) {
        super("store '" + store + "': " + what + " is more than " + (bytes >> 20) + " MiB");
    }
}
