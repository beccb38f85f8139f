package io.heliograph.it.daemon;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Makes a listening port answer to nobody, without being root: the kernel drops attempts to connect while the queue of
 * connections that wait to be accepted is full, so it is filled with connections of our own.
 */
final class FullBacklog implements AutoCloseable {
    /** A listener needs this as its backlog: enough for a burst, and soon full. */
    static final int SIZE = 8;

    private static final int CONNECT_MILLIS = 150;
    private static final int MOST_FILLERS = 64;

    private final ServerSocket listener;
    private final List<Socket> fillers = new ArrayList<>();
    private final Set<Integer> fillerPorts = new HashSet<>();

    FullBacklog(ServerSocket listener) {
        this.listener = listener;
    }

    int port() {
        return listener.getLocalPort();
    }

    /** Fills the queue; nobody may be accepting. */
    synchronized void fill() {
        boolean full = false;
        while (!full && fillers.size() < MOST_FILLERS) {
            Socket filler = new Socket();
            try {
                filler.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                fillerPorts.add(filler.getLocalPort());
                filler.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port()), CONNECT_MILLIS);
                fillers.add(filler);
            } catch (IOException e) {
                full = true;
                TcpRelay.closeQuietly(filler);
            }
        }
    }

    /** Gives up the places in the queue, once the connections in it are accepted again. */
    synchronized void drain() {
        fillers.forEach(TcpRelay::closeQuietly);
        fillers.clear();
    }

    /** Whether this accepted connection was only there to fill the queue. */
    synchronized boolean isFiller(Socket accepted) {
        return fillerPorts.remove(accepted.getPort());
    }

    @Override
    public synchronized void close() {
        drain();
        TcpRelay.closeQuietly(listener);
    }
}
