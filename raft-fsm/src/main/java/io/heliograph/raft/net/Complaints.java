package io.heliograph.raft.net;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Lines about peers, few enough to be read: one about each peer in half a minute, and a dozen in all. Strangers must not
 * fill the log, nor keep the line about a member out of it. Threads: any.
 */
final class Complaints {

    private static final long EVERY_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final int MAX_LINES = 12;
    private static final int MAX_PEERS = 256;

    private static final class Peer {
        long saidNanos;
        int unsaid;
    }

    private final Consumer<String> log;
    private final LongSupplier nanoTime;
    private final Map<String, Peer> peers = new LinkedHashMap<>(16, 0.75f, true);
    private long windowNanos;
    private int linesInWindow;
    private int unsaid;

    /**
     * @param log gets the lines
     * @param nanoTime as {@link System#nanoTime}
     */
    Complaints(Consumer<String> log, LongSupplier nanoTime) {
        this.log = log;
        this.nanoTime = nanoTime;
        this.windowNanos = nanoTime.getAsLong();
    }

    /**
     * @param member whether the line is about a member; such lines have an allowance of their own for each member
     * @param peer whom the line is about
     */
    void say(boolean member, String peer, String line) {
        String said = line(member, peer, line);
        if (!said.isEmpty()) {
            log.accept(said);
        }
    }

    private synchronized String line(boolean member, String peer, String line) {
        long now = nanoTime.getAsLong();
        if (now - windowNanos >= EVERY_NANOS) {
            windowNanos = now;
            linesInWindow = 0;
        }
        String who = (member ? "member " : "stranger ") + peer;
        Peer known = peers.get(who);
        boolean allowed = known == null || now - known.saidNanos >= EVERY_NANOS;
        if (!allowed || (!member && linesInWindow >= MAX_LINES)) {
            if (known == null) {
                unsaid++;
            } else {
                known.unsaid++;
            }
            return "";
        }
        if (known == null) {
            known = new Peer();
            peers.put(who, known);
            forgetEldest();
        }
        if (!member) {
            linesInWindow++;
        }
        int more = known.unsaid + (member ? 0 : unsaid);
        known.saidNanos = now;
        known.unsaid = 0;
        unsaid = member ? unsaid : 0;
        return more == 0 ? line : line + " (" + more + " more of the kind were not logged)";
    }

    private void forgetEldest() {
        if (peers.size() > MAX_PEERS) {
            Iterator<String> eldest = peers.keySet().iterator();
            eldest.next();
            eldest.remove();
        }
    }
}
