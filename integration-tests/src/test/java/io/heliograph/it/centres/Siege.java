package io.heliograph.it.centres;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Strangers that connect to ports, a few hundred in a second to each: half stay silent, the others send bytes that mean
 * nothing or begin a TLS handshake.
 */
final class Siege implements AutoCloseable {

    /** Connections to one port that are held open at once. */
    private static final int HELD = 500;

    private static final int AT_ONCE = 5;
    private static final int EVERY_MILLIS = 20;
    private static final byte[] HALF_A_HANDSHAKE = {22, 3, 1, 2, 0, 1};

    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
    private final Deque<Socket> held = new ArrayDeque<>();
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger shutOut = new AtomicInteger();
    private final Random random = new Random(20261123);
    private int ports;

    /** Begins at one more port, with as many as will be held at once. */
    void of(String address) {
        int port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
        thread.execute(() -> {
            ports++;
            approach(port, HELD);
        });
        thread.scheduleAtFixedRate(() -> approach(port, AT_ONCE), EVERY_MILLIS, EVERY_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** How many there have been. */
    int connections() {
        return connections.get();
    }

    private void approach(int port, int count) {
        for (int i = 0; i < count; i++) {
            try {
                connections.incrementAndGet();
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
                held.add(socket);
                byte[] bytes = new byte[random.nextInt(500)];
                random.nextBytes(bytes);
                switch (random.nextInt(4)) {
                    case 0 -> socket.getOutputStream().write(bytes);
                    case 1 -> socket.getOutputStream().write(HALF_A_HANDSHAKE);
                    default -> socket.setTcpNoDelay(true);
                }
            } catch (IOException e) {
                shutOut.incrementAndGet();
            } finally {
                while (held.size() > ports * HELD) {
                    close(held.remove());
                }
            }
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws InterruptedException {
        thread.shutdown();
        if (!thread.awaitTermination(20, TimeUnit.SECONDS)) {
            throw new IllegalStateException("the siege does not end");
        }
        held.forEach(Siege::close);
    }
}
