package io.heliograph.daemon.delivery;

import io.heliograph.kv.WriteSet;

/** Makes what somebody wrote into a store by hand what every store should hold. */
public interface HandEdits {

    /** Takes nothing over. */
    HandEdits NONE = (store, was, value) -> false;

    /**
     * Asks for the head of a write set to be {@code value} from now on. Called on a worker's thread; returns at once.
     *
     * @param store the store in which it was found
     * @param was what had been delivered
     * @param value what the head's key holds now
     * @return whether it is being taken over, or will be tried again; otherwise it is to be repaired
     */
    boolean adopt(String store, WriteSet was, String value);
}
