package io.heliograph.raft.atomix;

import io.atomix.cluster.messaging.UnicastService;
import io.atomix.utils.net.Address;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;

/** Datagrams, which Raft does not use. */
final class NoUnicast implements UnicastService {

    @Override
    public void unicast(Address address, String subject, byte[] message) {
        // nobody listens
    }

    @Override
    public void addListener(String subject, BiConsumer<Address, byte[]> listener, Executor executor) {
        // nothing arrives
    }

    @Override
    public void removeListener(String subject, BiConsumer<Address, byte[]> listener) {
        // nothing was added
    }
}
