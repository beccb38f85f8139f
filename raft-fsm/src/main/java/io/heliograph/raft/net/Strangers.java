package io.heliograph.raft.net;

import io.netty.channel.Channel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Connections that have not introduced themselves. There may be so many; when there are more, the oldest of the address
 * that has most of them goes, so that a flood drops its own connections and a member's goes through. Connections that
 * have introduced themselves do not count. Threads: any.
 */
final class Strangers {

    private final int limit;
    private final Map<InetAddress, Set<Channel>> byAddress = new HashMap<>();
    private int size;

    Strangers(int limit) {
        this.limit = limit;
    }

    /** Counts a new connection in; the one that has to go for it, if any. */
    synchronized @Nullable Channel add(Channel channel) {
        Channel dropped = size < limit ? null : oldestOfTheMost();
        if (dropped != null) {
            remove(dropped);
        }
        if (byAddress
                .computeIfAbsent(addressOf(channel), address -> new LinkedHashSet<>())
                .add(channel)) {
            size++;
        }
        return dropped;
    }

    /** Counts a connection out: it has introduced itself, or is closed. */
    synchronized void remove(Channel channel) {
        InetAddress address = addressOf(channel);
        Set<Channel> channels = byAddress.get(address);
        if (channels != null && channels.remove(channel)) {
            size--;
            if (channels.isEmpty()) {
                byAddress.remove(address);
            }
        }
    }

    private @Nullable Channel oldestOfTheMost() {
        Set<Channel> most = Set.of();
        for (Set<Channel> channels : byAddress.values()) {
            if (channels.size() > most.size()) {
                most = channels;
            }
        }
        return most.isEmpty() ? null : most.iterator().next();
    }

    synchronized int size() {
        return size;
    }

    private static InetAddress addressOf(Channel channel) {
        return channel.remoteAddress() instanceof InetSocketAddress remote && remote.getAddress() != null
                ? remote.getAddress()
                : InetAddress.getLoopbackAddress();
    }
}
