package io.heliograph.it.hands;

import io.heliograph.it.servers.ConsulServer.Stored;
import io.heliograph.it.servers.RealServer;
import java.util.List;
import java.util.Map;

/** A real store, and somebody who gets at it with its own tools. */
public interface StoreHand extends AutoCloseable {

    /**
     * Something in a store, with whatever the store needs to make it again.
     *
     * @param place key or path
     * @param number flags or revision; 0 where the store has neither
     */
    record Copy(String place, String value, long number) {}

    /** Name of the store in the configuration. */
    String name();

    RealServer server();

    /** The server's port on 127.0.0.1. */
    int port();

    /** An entry of the {@code stores} list that reaches the server by way of this port of 127.0.0.1. */
    Map<String, Object> config(int throughPort);

    /** What is at {@code head} and below, at one moment; the fence of the head's write set stands as its flags. */
    Map<String, Stored> entries(String head) throws Exception;

    /** Reads what is at {@code head} and below in the way of the store's own readers. */
    Source source(String head);

    /** Everything there is, the daemon's own keeping too. */
    List<Copy> backUp() throws Exception;

    /** Makes the store hold what a backup holds, and nothing else. */
    default void restore(List<Copy> backup) throws Exception {
        wipe();
        putBack(backup);
    }

    /** Puts things back, over what is there. */
    void putBack(List<Copy> backup) throws Exception;

    /** Deletes everything. */
    void wipe() throws Exception;

    @Override
    void close();
}
