package io.heliograph.raft.net;

import io.netty.util.NetUtil;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Addresses of host names, looked up on threads of its own: a name service that hangs holds up nobody else. Threads:
 * any.
 */
final class NameLookup implements AutoCloseable {

    /** Asks the name service and waits for the answer. */
    interface Service {
        InetAddress[] addresses(String host) throws UnknownHostException;
    }

    static final long LIMIT_MILLIS = 1000;

    private final Service service;
    private final ExecutorService threads = Executors.newCachedThreadPool(new DefaultThreadFactory("raft-names", true));
    /** One for each host at most: a question that hangs is not asked again beside itself. */
    private final Map<String, CompletableFuture<List<InetAddress>>> asked = new ConcurrentHashMap<>();

    NameLookup(Service service) {
        this.service = service;
    }

    /**
     * Completes within {@value #LIMIT_MILLIS} ms, with at least one address.
     *
     * @param host a name, or a literal address, for which nobody is asked
     */
    CompletableFuture<List<InetAddress>> addresses(String host) {
        InetAddress literal = NetUtil.createInetAddressFromIpAddressString(host);
        if (literal != null) {
            return CompletableFuture.completedFuture(List.of(literal));
        }
        CompletableFuture<List<InetAddress>> fresh = new CompletableFuture<>();
        CompletableFuture<List<InetAddress>> running = asked.putIfAbsent(host, fresh);
        if (running == null) {
            threads.execute(() -> ask(host, fresh));
        }
        return (running == null ? fresh : running)
                .copy()
                .orTimeout(LIMIT_MILLIS, TimeUnit.MILLISECONDS)
                .exceptionallyCompose(error -> CompletableFuture.failedFuture(
                        error instanceof TimeoutException
                                ? new IOException("the host name " + host + " could not be looked up within "
                                        + LIMIT_MILLIS + " ms")
                                : error));
    }

    private void ask(String host, CompletableFuture<List<InetAddress>> answer) {
        try {
            List<InetAddress> addresses = List.of(service.addresses(host));
            asked.remove(host, answer);
            answer.complete(addresses);
        } catch (UnknownHostException | RuntimeException e) {
            asked.remove(host, answer);
            answer.completeExceptionally(
                    new IOException("the host name " + host + " could not be looked up: " + e.getMessage(), e));
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
