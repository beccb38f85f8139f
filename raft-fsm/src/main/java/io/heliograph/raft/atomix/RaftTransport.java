package io.heliograph.raft.atomix;

import io.atomix.cluster.MemberId;
import io.atomix.cluster.messaging.ClusterCommunicationService;
import io.atomix.cluster.messaging.MessagingConfig;
import io.atomix.cluster.messaging.impl.DefaultClusterCommunicationService;
import io.atomix.cluster.messaging.impl.NettyMessagingService;
import io.atomix.utils.net.Address;
import io.heliograph.raft.RaftSettings;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/** Messages between the members, over TCP. A peer of another Heliograph cluster is turned away in the handshake. */
final class RaftTransport implements AutoCloseable {

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(1);
    private static final long START_SECONDS = 10;

    private final NettyMessagingService messaging;
    private final StaticMembership membership;
    private final ClusterCommunicationService communication;

    private RaftTransport(NettyMessagingService messaging, StaticMembership membership) {
        this.messaging = messaging;
        this.membership = membership;
        this.communication = new DefaultClusterCommunicationService(membership, messaging, new NoUnicast());
    }

    /**
     * Listens.
     *
     * @throws IOException when the address cannot be listened on; the message is one line
     */
    static RaftTransport open(RaftSettings settings) throws IOException {
        Address listen = Address.from(settings.listen());
        MessagingConfig config = new MessagingConfig()
                .setInterfaces(List.of(listen.host()))
                .setPort(listen.port())
                .setConnectTimeout(CONNECT_TIMEOUT);
        StaticMembership membership = new StaticMembership(settings);
        NettyMessagingService messaging = new NettyMessagingService(
                settings.cluster(), membership.getLocalMember().address(), config);
        try {
            messaging.start().get(START_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            Throwable cause = e instanceof ExecutionException && e.getCause() != null ? e.getCause() : e;
            throw new IOException("cannot listen on raft.listen " + settings.listen() + ": " + cause.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while opening raft.listen " + settings.listen(), e);
        }
        return new RaftTransport(messaging, membership);
    }

    StaticMembership membership() {
        return membership;
    }

    ClusterCommunicationService communication() {
        return communication;
    }

    /** Serves requests of other members that are not Raft's own. */
    void serve(String subject, Function<byte[], CompletableFuture<byte[]>> handler) {
        communication.subscribe(subject, bytes -> bytes, handler, bytes -> bytes);
    }

    /** Asks another member. */
    CompletableFuture<byte[]> ask(MemberId member, String subject, byte[] request, Duration timeout) {
        return communication.send(subject, request, bytes -> bytes, bytes -> bytes, member, timeout);
    }

    @Override
    public void close() {
        messaging.stop();
    }
}
