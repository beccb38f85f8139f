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
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Forwards TCP connections of one loopback port to another one, until it is told to fail in one of the ways networks do. */
public final class TcpRelay implements AutoCloseable {
    private enum State {
        OPEN,
        /** No byte passes, no connection comes about. */
        BLOCKED,
        /** No byte passes, connections come about. */
        SILENT,
        CLOSED
    }

    private static final int CONNECT_MILLIS = 3_000;
    private static final int ACCEPT_MILLIS = 20;
    private static final int CHUNK = 16 * 1024;

    private final int targetPort;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final FullBacklog backlog;
    private final Object lock = new Object();
    /** How many bytes may still pass, both ways together, until all connections are cut. */
    private final AtomicLong untilCut = new AtomicLong(Long.MAX_VALUE);

    private volatile boolean freezes;
    private volatile long bytesOfEach = Long.MAX_VALUE;
    private volatile long answerDelayMillis;
    private volatile byte[] garbage = {};
    private State state = State.OPEN;
    private boolean accepting;

    private TcpRelay(ServerSocket listener, int targetPort) {
        this.targetPort = targetPort;
        this.backlog = new FullBacklog(listener);
    }

    /** Starts a relay between two ports of 127.0.0.1; 0 chooses the first one. */
    public static TcpRelay start(int listenPort, int targetPort) {
        try {
            ServerSocket listener = new ServerSocket(listenPort, FullBacklog.SIZE, InetAddress.getLoopbackAddress());
            listener.setSoTimeout(ACCEPT_MILLIS);
            TcpRelay relay = new TcpRelay(listener, targetPort);
            relay.thread("accept", () -> relay.acceptAll(listener));
            return relay;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot listen on port " + listenPort, e);
        }
    }

    public int port() {
        return backlog.port();
    }

    /** Closes all connections; attempts to connect get no answer, as behind a firewall that drops. */
    public void cut() {
        block();
        closeSockets();
    }

    /** Keeps all connections but lets no byte through, as a pulled cable does; attempts to connect get no answer. */
    public void freeze() {
        block();
    }

    /**
     * Closes all connections; new ones come about and stay silent, as with a process that hangs while its kernel still
     * accepts. {@link #heal} closes these.
     */
    public void hang() {
        change(State.SILENT);
        closeSockets();
    }

    /** Cuts all connections, once, after this many more bytes have passed, both ways together. New ones come about. */
    public void cutAfter(long bytes) {
        freezes = false;
        untilCut.set(bytes);
    }

    /** Freezes, as {@link #freeze} does, after this many more bytes have passed, both ways together. */
    public void freezeAfter(long bytes) {
        freezes = true;
        untilCut.set(bytes);
    }

    /** Whether what was last asked for with {@link #cutAfter} or {@link #freezeAfter} has come. */
    public boolean hasCut() {
        return untilCut.get() > Long.MAX_VALUE / 2;
    }

    /** Cuts each connection that comes about from now on after this many bytes, both ways together. */
    public void cutEachAfter(long bytes) {
        bytesOfEach = bytes;
    }

    /** Holds back every answer for so long. */
    public void slow(Duration delay) {
        answerDelayMillis = delay.toMillis();
    }

    /** Answers every connection with this, whatever it asks, and closes it. */
    public void babble(String answer) {
        garbage = answer.getBytes(StandardCharsets.UTF_8);
        closeSockets();
    }

    /** Ends whatever it was told to do. What was frozen goes on. */
    public void heal() {
        untilCut.set(Long.MAX_VALUE);
        bytesOfEach = Long.MAX_VALUE;
        answerDelayMillis = 0;
        garbage = new byte[0];
        boolean wasSilent;
        synchronized (lock) {
            wasSilent = state == State.SILENT;
        }
        if (wasSilent) {
            closeSockets();
        }
        backlog.drain();
        change(State.OPEN);
    }

    @Override
    public void close() {
        change(State.CLOSED);
        backlog.close();
        closeSockets();
    }

    private void block() {
        synchronized (lock) {
            change(State.BLOCKED);
            while (accepting) {
                waitForChange();
            }
        }
        backlog.fill();
    }

    private void change(State next) {
        synchronized (lock) {
            if (state != State.CLOSED) {
                state = next;
                lock.notifyAll();
            }
        }
    }

    private void waitForChange() {
        try {
            lock.wait();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private void acceptAll(ServerSocket listener) {
        while (beginAccepting()) {
            try {
                Socket client = listener.accept();
                if (backlog.isFiller(client)) {
                    closeQuietly(client);
                } else {
                    sockets.add(client);
                    thread("connect", () -> serve(client));
                }
            } catch (SocketTimeoutException e) {
                // time to look whether the state has changed
            } catch (IOException e) {
                // the client has given up, or the relay is closed, which the next round sees
            } finally {
                endAccepting();
            }
        }
    }

    /** False when the relay is closed. */
    private boolean beginAccepting() {
        synchronized (lock) {
            while (state == State.BLOCKED) {
                waitForChange();
            }
            accepting = true;
            return state != State.CLOSED;
        }
    }

    private void endAccepting() {
        synchronized (lock) {
            accepting = false;
            lock.notifyAll();
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
            if (garbage.length > 0) {
                client.getInputStream().read();
                client.getOutputStream().write(garbage);
                end(client, target);
                return;
            }
            AtomicLong own = new AtomicLong(bytesOfEach);
            thread("answers", () -> pump(target, client, true, own));
            pump(client, target, false, own);
        } catch (IOException e) {
            refuse(client);
            end(client, target);
        }
    }

    /** Nobody listens behind the relay: the client is to see a reset, as near to a refused connection as can be. */
    private static void refuse(Socket client) {
        try {
            client.setSoLinger(true, 0);
        } catch (IOException e) {
            // it is closed already
        }
    }

    /**
     * @param own how many bytes may still pass on this connection, both ways together
     */
    private void pump(Socket from, Socket to, boolean answers, AtomicLong own) {
        byte[] chunk = new byte[CHUNK];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int length = in.read(chunk); length >= 0; length = in.read(chunk)) {
                awaitOpen();
                if (answers && answerDelayMillis > 0) {
                    TimeUnit.MILLISECONDS.sleep(answerDelayMillis);
                }
                long left = untilCut.addAndGet(-length) + length;
                long ownLeft = own.addAndGet(-length) + length;
                out.write(chunk, 0, (int) Math.min(length, Math.max(0, Math.min(left, ownLeft))));
                if (left <= length) {
                    untilCut.set(Long.MAX_VALUE);
                    if (freezes) {
                        change(State.BLOCKED);
                    } else {
                        closeSockets();
                    }
                }
                if (ownLeft <= length) {
                    return;
                }
            }
            awaitOpen();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            // one end is gone: so is the other
        } finally {
            end(from, to);
        }
    }

    private void awaitOpen() {
        synchronized (lock) {
            while (state == State.BLOCKED || state == State.SILENT) {
                waitForChange();
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

    static void closeQuietly(Closeable closeable) {
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
