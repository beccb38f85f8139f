package io.heliograph.daemon.masters;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Resolves hosts in bounded time, whatever the name service does.
 *
 * <p>The platform's resolver can block for as long as it likes and cannot be interrupted. It runs on threads of its own;
 * a caller waits for its deadline and goes on without. Of several addresses of a kind the lowest is taken, so that
 * asking twice gives the same answer.
 */
public final class AddressResolver implements AutoCloseable {

    /** Looks a name up; blocks. */
    interface Lookup {
        InetAddress[] all(String host) throws UnknownHostException;
    }

    private static final Logger LOG = LoggerFactory.getLogger(AddressResolver.class);
    private static final int THREADS = 16;
    private static final int QUEUE = 10_000;

    private final Lookup lookup;
    private final ExecutorService threads;
    private final Map<String, CompletableFuture<Addresses>> running = new ConcurrentHashMap<>();

    public AddressResolver() {
        this(InetAddress::getAllByName);
    }

    AddressResolver(Lookup lookup) {
        this.lookup = lookup;
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                THREADS, THREADS, 30, TimeUnit.SECONDS, new LinkedBlockingQueue<>(QUEUE), runnable -> {
                    Thread thread = new Thread(runnable, "resolve");
                    thread.setDaemon(true);
                    return thread;
                });
        pool.allowCoreThreadTimeOut(true);
        this.threads = pool;
    }

    /**
     * Resolves hosts.
     *
     * @param limit on all of them together
     * @return for each host its addresses, {@link Addresses#NONE} for a name that does not exist, empty when there was
     *     no answer in time
     */
    Map<String, Optional<Addresses>> resolve(Collection<String> hosts, Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        Map<String, CompletableFuture<Addresses>> asked = new LinkedHashMap<>();
        hosts.forEach(host -> asked.computeIfAbsent(host, this::ask));
        Map<String, Optional<Addresses>> answers = new HashMap<>();
        asked.forEach((host, future) -> answers.put(host, await(host, future, deadline)));
        return answers;
    }

    private CompletableFuture<Addresses> ask(String host) {
        CompletableFuture<Addresses> fresh = new CompletableFuture<>();
        CompletableFuture<Addresses> shared = running.putIfAbsent(host, fresh);
        if (shared != null) {
            return shared;
        }
        try {
            threads.execute(() -> {
                try {
                    fresh.complete(pick(lookup.all(host)));
                } catch (UnknownHostException e) {
                    fresh.complete(Addresses.NONE);
                } catch (RuntimeException e) {
                    fresh.completeExceptionally(e);
                } finally {
                    running.remove(host);
                }
            });
        } catch (RejectedExecutionException e) {
            running.remove(host);
            fresh.completeExceptionally(e);
        }
        return fresh;
    }

    private static Optional<Addresses> await(String host, CompletableFuture<Addresses> future, long deadline) {
        try {
            return Optional.of(future.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS));
        } catch (TimeoutException | ExecutionException e) {
            LOG.warn("No address of {} in time; going on without", host);
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    private static Addresses pick(InetAddress[] addresses) {
        String ipv4 = "";
        String ipv6 = "";
        for (InetAddress address : addresses) {
            String text = address.getHostAddress();
            if (address instanceof Inet4Address && (ipv4.isEmpty() || text.compareTo(ipv4) < 0)) {
                ipv4 = text;
            } else if (address instanceof Inet6Address) {
                String bare = text.replaceFirst("%.*", "");
                ipv6 = ipv6.isEmpty() || bare.compareTo(ipv6) < 0 ? bare : ipv6;
            }
        }
        return new Addresses(ipv4, ipv6);
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
