package io.heliograph.raft.net;

import io.netty.channel.Channel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Connections that have not introduced themselves. There may be so many; when there are more, one of the address that
 * has most of them goes, so that a flood drops its own connections and a member's goes through. Which one is left to
 * chance: a member that shares its address with a flood gets through at some attempt, where the oldest one's turn would
 * always come before its handshake is over. Connections that have introduced themselves do not count. Threads: any.
 */
final class Strangers {

    private final int limit;
    private final RandomGenerator random;
    private final Map<InetAddress, List<Channel>> byAddress = new HashMap<>();
    private int size;

    Strangers(int limit, RandomGenerator random) {
        this.limit = limit;
        this.random = random;
    }

    /** Counts a new connection in; the one that has to go for it, if any. */
    synchronized @Nullable Channel add(Channel channel) {
        Channel dropped = size < limit ? null : oneOfTheMost();
        if (dropped != null) {
            remove(dropped);
        }
        byAddress
                .computeIfAbsent(addressOf(channel), address -> new ArrayList<>())
                .add(channel);
        size++;
        return dropped;
    }

    /** Counts a connection out: it has introduced itself, or is closed. */
    synchronized void remove(Channel channel) {
        InetAddress address = addressOf(channel);
        List<Channel> channels = byAddress.get(address);
        if (channels != null && channels.remove(channel)) {
            size--;
            if (channels.isEmpty()) {
                byAddress.remove(address);
            }
        }
    }

    private @Nullable Channel oneOfTheMost() {
        List<Channel> most = List.of();
        for (List<Channel> channels : byAddress.values()) {
            if (channels.size() > most.size()) {
                most = channels;
            }
        }
        return most.isEmpty() ? null : most.get(random.nextInt(most.size()));
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
