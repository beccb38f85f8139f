package io.heliograph.raft.atomix;

import io.atomix.cluster.MemberId;
import io.atomix.cluster.messaging.ClusterCommunicationService;
import io.heliograph.raft.net.MemberNetwork;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The library's Raft messages on our network. The library's own messaging is not used: a connection that is accepted
 * and then neither answered nor refused, as by a paused peer, wedges it for good.
 */
final class NetworkCommunication implements ClusterCommunicationService {

    private final MemberNetwork network;
    private final Duration limit;

    /**
     * @param limit on each message's reply
     */
    NetworkCommunication(MemberNetwork network, Duration limit) {
        this.network = network;
        this.limit = limit;
    }

    @Override
    public <M, R> CompletableFuture<R> send(
            String subject,
            M message,
            Function<M, byte[]> encoder,
            Function<byte[], R> decoder,
            MemberId to,
            @Nullable Duration timeout) {
        return network.ask(to.id(), subject, encoder.apply(message), timeout == null ? limit : timeout)
                .thenApply(decoder);
    }

    @Override
    public <M, R> CompletableFuture<Void> subscribe(
            String subject,
            Function<byte[], M> decoder,
            Function<M, CompletableFuture<R>> handler,
            Function<R, byte[]> encoder) {
        // the library forgets a request whose handling throws: its answer would be owed for ever
        network.serve(subject, bytes -> handler.apply(decoder.apply(bytes))
                .thenApply(encoder)
                .orTimeout(2 * limit.toMillis(), TimeUnit.MILLISECONDS));
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public <M, R> CompletableFuture<Void> subscribe(
            String subject,
            Function<byte[], M> decoder,
            Function<M, R> handler,
            Function<R, byte[]> encoder,
            Executor executor) {
        network.serve(
                subject, bytes -> CompletableFuture.supplyAsync(() -> handler.apply(decoder.apply(bytes)), executor)
                        .thenApply(encoder));
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public void unsubscribe(String subject) {
        network.stopServing(subject);
    }

    private static IllegalStateException notUsed() {
        return new IllegalStateException("a Raft server asks one member and waits for its reply");
    }

    @Override
    public <M> void broadcast(String subject, M message, Function<M, byte[]> encoder, boolean reliable) {
        throw notUsed();
    }

    @Override
    public <M> void broadcastIncludeSelf(String subject, M message, Function<M, byte[]> encoder, boolean reliable) {
        throw notUsed();
    }

    @Override
    public <M> CompletableFuture<Void> unicast(
            String subject, M message, Function<M, byte[]> encoder, MemberId to, boolean reliable) {
        throw notUsed();
    }

    @Override
    public <M> void multicast(
            String subject, M message, Function<M, byte[]> encoder, Set<MemberId> members, boolean reliable) {
        throw notUsed();
    }

    /** Events of the library's client sessions, which nobody listens to. */
    @Override
    public <M> CompletableFuture<Void> subscribe(
            String subject, Function<byte[], M> decoder, Consumer<M> handler, Executor executor) {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public <M> CompletableFuture<Void> subscribe(
            String subject, Function<byte[], M> decoder, BiConsumer<MemberId, M> handler, Executor executor) {
        return CompletableFuture.completedFuture(null);
    }
}
