package io.heliograph.it.hands;

import io.heliograph.it.servers.ConsulServer.Stored;
import java.util.Map;

/** What a reader reads a store's keys with, in the way that the store's own readers do. One thread. */
interface Source extends AutoCloseable {

    /**
     * Waits until there may be something new, but no longer than some seconds.
     *
     * @return what is there at one moment; a key's revision stands as its flags
     * @throws Exception when the store does not answer, or the thread was interrupted; it may be called again
     */
    Map<String, Stored> next() throws Exception;

    @Override
    void close() throws Exception;
}
