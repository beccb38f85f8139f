package io.heliograph.it.daemon;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Forwards TCP connections of one loopback port to another one, until it is cut.
 *
 * <p>A cut relay still accepts connections, since a test cannot drop packets without being root: they stay silent, as
 * they would behind a firewall that drops.
 */
public final class TcpRelay implements AutoCloseable {
    private enum State {
        OPEN,
        FROZEN,
        CUT,
        CLOSED
    }

    private static final int CONNECT_MILLIS = 3_000;
    private static final int CHUNK = 16 * 1024;

    private final ServerSocket listener;
    private final int targetPort;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final Object lock = new Object();
    private State state = State.OPEN;

    private TcpRelay(ServerSocket listener, int targetPort) {
        this.listener = listener;
        this.targetPort = targetPort;
    }

    /** Starts a relay between two ports of 127.0.0.1. */
    public static TcpRelay start(int listenPort, int targetPort) {
        try {
            ServerSocket listener = new ServerSocket(listenPort, 50, InetAddress.getLoopbackAddress());
            TcpRelay relay = new TcpRelay(listener, targetPort);
            relay.thread("accept", relay::acceptAll);
            return relay;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot listen on port " + listenPort, e);
        }
    }

    public int port() {
        return listener.getLocalPort();
    }

    /** Closes all connections; new ones get no answer. */
    public void cut() {
        change(State.CUT);
        closeSockets();
    }

    /** Keeps all connections and lets no byte through, as a pulled cable does; new ones get no answer. */
    public void freeze() {
        change(State.FROZEN);
    }

    /** Ends a cut or a freeze: frozen connections go on, those made while cut are closed so that clients try again. */
    public void heal() {
        boolean wasCut;
        synchronized (lock) {
            wasCut = state == State.CUT;
        }
        if (wasCut) {
            closeSockets();
        }
        change(State.OPEN);
    }

    @Override
    public void close() {
        change(State.CLOSED);
        closeQuietly(listener);
        closeSockets();
    }

    private void change(State next) {
        synchronized (lock) {
            if (state != State.CLOSED) {
                state = next;
                lock.notifyAll();
            }
        }
    }

    private void acceptAll() {
        while (true) {
            try {
                Socket client = listener.accept();
                sockets.add(client);
                thread("connect", () -> serve(client));
            } catch (IOException e) {
                if (listener.isClosed()) {
                    return;
                }
            }
        }
    }

    private void serve(Socket client) {
        Socket target = new Socket();
        try {
            awaitOpen();
            sockets.add(target);
            client.setTcpNoDelay(true);
            target.setTcpNoDelay(true);
            target.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), targetPort), CONNECT_MILLIS);
            thread("answers", () -> pump(target, client));
            pump(client, target);
        } catch (IOException e) {
            end(client, target);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void pump(Socket from, Socket to) {
        byte[] chunk = new byte[CHUNK];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int length = in.read(chunk); length >= 0; length = in.read(chunk)) {
                awaitOpen();
                out.write(chunk, 0, length);
            }
            awaitOpen();
        } catch (IOException e) {
            // one end is gone: so is the other
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            end(from, to);
        }
    }

    private void awaitOpen() throws InterruptedException {
        synchronized (lock) {
            while (state != State.OPEN && state != State.CLOSED) {
                lock.wait();
            }
        }
    }

    private void end(Socket one, Socket other) {
        for (Socket socket : new Socket[] {one, other}) {
            sockets.remove(socket);
            closeQuietly(socket);
        }
    }

    private void closeSockets() {
        for (Socket socket : sockets) {
            sockets.remove(socket);
            closeQuietly(socket);
        }
    }

    private static void closeQuietly(Closeable closeable) {
        try {
            closeable.close();
        } catch (IOException e) {
            // it is of no use any more either way
        }
    }

    private void thread(String name, Runnable body) {
        Thread thread = new Thread(body, "relay-" + port() + "-" + name);
        thread.setDaemon(true);
        thread.start();
    }
}
