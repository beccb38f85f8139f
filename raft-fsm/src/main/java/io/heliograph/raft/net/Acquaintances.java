package io.heliograph.raft.net;

import io.netty.channel.Channel;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Connections that have introduced themselves, by the id they gave. A peer needs one; of some more the oldest is closed,
 * which is the one whose other end was lost. Peers that are no members may be few at a time. Threads: any.
 */
final class Acquaintances {

    static final int MAX_OF_ONE_PEER = 4;
    static final int MAX_OTHERS = 16;

    private final Predicate<String> isMember;
    private final Map<String, List<Channel>> byId = new LinkedHashMap<>();

    Acquaintances(Predicate<String> isMember) {
        this.isMember = isMember;
    }

    /** Counts a connection in; those that have to go for it. */
    synchronized List<Channel> add(String id, Channel channel) {
        List<Channel> dropped = new ArrayList<>();
        List<Channel> own = byId.remove(id);
        if (own == null) {
            own = new ArrayList<>();
        }
        if (own.size() >= MAX_OF_ONE_PEER) {
            dropped.add(own.remove(0));
        }
        own.add(channel);
        byId.put(id, own);
        long others = byId.keySet().stream().filter(isMember.negate()).count();
        Iterator<Map.Entry<String, List<Channel>>> eldest = byId.entrySet().iterator();
        while (others > MAX_OTHERS && eldest.hasNext()) {
            Map.Entry<String, List<Channel>> peer = eldest.next();
            if (!isMember.test(peer.getKey())) {
                dropped.addAll(peer.getValue());
                eldest.remove();
                others--;
            }
        }
        return dropped;
    }

    /** Counts a connection out that is closed. */
    synchronized void remove(String id, Channel channel) {
        List<Channel> own = byId.get(id);
        if (own != null && own.remove(channel) && own.isEmpty()) {
            byId.remove(id);
        }
    }

    synchronized int size() {
        return byId.values().stream().mapToInt(List::size).sum();
    }
}
