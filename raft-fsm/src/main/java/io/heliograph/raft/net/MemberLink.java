package io.heliograph.raft.net;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The connection to one member, opened when it is needed and opened again after it was lost; the host's name is looked
 * up each time. Threads: any.
 */
final class MemberLink {

    /** What all links of a network share. */
    record Shared(
            String cluster,
            String self,
            EventLoopGroup loops,
            ChannelFactory<? extends Channel> sockets,
            NameLookup names,
            @Nullable PeerTls tls,
            Complaints complaints) {}

    private static final int CONNECT_MILLIS = 1000;

    /** For all of an attempt; each of its parts has a limit of its own, too. */
    private static final long ATTEMPT_MILLIS =
            NameLookup.LIMIT_MILLIS + CONNECT_MILLIS + Introduction.LIMIT_MILLIS + 500;

    /** A peer that refused this node is not asked again before: it would say the same. */
    private static final long REFUSED_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Shared shared;
    private final String member;
    private final HostAndPort address;

    /** The connection, or the attempt at one; null before the first and after a loss. Guarded by this. */
    private @Nullable CompletableFuture<Conversation> current;

    /** For good. Guarded by this. */
    private boolean closed;

    /** Counts attempts, which take a host's addresses in turn. Guarded by this. */
    private int attempts;

    /** The last refusal; guarded by this. */
    private @Nullable IOException refusal;

    private long refusedNanos;

    MemberLink(Shared shared, String member, HostAndPort address) {
        this.shared = shared;
        this.member = member;
        this.address = address;
    }

    String member() {
        return member;
    }

    HostAndPort address() {
        return address;
    }

    /** Completes within the limit and the time a connection takes, which is bounded too. */
    CompletableFuture<byte[]> ask(String subject, byte[] request, Duration limit) {
        return conversation().thenCompose(conversation -> conversation.ask(subject, request, limit));
    }

    private CompletableFuture<Conversation> conversation() {
        CompletableFuture<Conversation> opened;
        int attempt;
        synchronized (this) {
            if (closed) {
                return CompletableFuture.failedFuture(
                        new IOException("the link to " + member + " at " + address + " was closed"));
            }
            // one that has just failed is about to be forgotten
            if (current != null && !current.isCompletedExceptionally()) {
                return current;
            }
            if (refusal != null && System.nanoTime() - refusedNanos < REFUSED_NANOS) {
                return CompletableFuture.failedFuture(refusal);
            }
            opened = new CompletableFuture<>();
            current = opened;
            attempt = attempts++;
        }
        connect(opened, attempt);
        return opened;
    }

    private void connect(CompletableFuture<Conversation> opened, int attempt) {
        opened.orTimeout(ATTEMPT_MILLIS, TimeUnit.MILLISECONDS).whenComplete((conversation, failure) -> {
            if (failure != null) {
                forget(opened);
            }
        });
        shared.names().addresses(address.host()).whenComplete((found, failure) -> {
            if (failure != null) {
                opened.completeExceptionally(failure);
                return;
            }
            try {
                dial(opened, found.get(Math.floorMod(attempt, found.size())));
            } catch (RuntimeException e) { // Netty's, when it is out of threads or shut down
                opened.completeExceptionally(e);
            }
        });
    }

    private void dial(CompletableFuture<Conversation> opened, InetAddress host) {
        ChannelFuture connecting = new Bootstrap()
                .group(shared.loops())
                .channelFactory(shared.sockets())
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_KEEPALIVE, true)
                .handler(initializer(opened))
                .connect(new InetSocketAddress(host, address.port()));
        connecting.addListener(connected -> {
            if (!connected.isSuccess()) {
                opened.completeExceptionally(connected.cause());
            }
        });
        Channel channel = connecting.channel();
        channel.closeFuture().addListener(done -> forget(opened));
        opened.whenComplete((conversation, failure) -> {
            if (failure != null && channel.isRegistered()) {
                channel.close();
            }
        });
    }

    private ChannelInitializer<SocketChannel> initializer(CompletableFuture<Conversation> opened) {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(SocketChannel channel) {
                PeerTls tls = shared.tls();
                if (tls != null) {
                    channel.pipeline().addLast(tls.dialling(channel.alloc(), address));
                }
                channel.pipeline().addLast(new FrameCodec());
                channel.pipeline().addLast(new Introduction(shared.cluster(), shared.self(), caller(opened)));
            }
        };
    }

    private Introduction.End caller(CompletableFuture<Conversation> opened) {
        return new Introduction.End() {
            @Override
            public boolean calls() {
                return true;
            }

            @Override
            public @Nullable String objection(String peer, Channel channel) {
                return peer.equals(member) ? null : "it is node '" + peer + "', not '" + member + "'";
            }

            @Override
            public void introduced(String peer, ChannelHandlerContext context) {
                Conversation conversation = new Conversation(context.channel());
                context.pipeline().replace(context.handler(), "conversation", conversation);
                if (!opened.complete(conversation)) {
                    context.close();
                }
            }

            @Override
            public void refused(String peer, Channel channel, Throwable reason) {
                String why = Wording.of(reason);
                IOException worded = new IOException(member + " at " + address + ": " + why, reason);
                // a peer that ends at this moment is no news; its end is noticed elsewhere
                if (!(reason instanceof EOFException) && !Wording.isLoss(reason)) {
                    remember(worded);
                    shared.complaints()
                            .say(true, member, "No connection to member " + member + " at " + address + ": " + why);
                }
                opened.completeExceptionally(worded);
            }
        };
    }

    private synchronized void remember(IOException reason) {
        refusal = reason;
        refusedNanos = System.nanoTime();
    }

    private synchronized void forget(CompletableFuture<Conversation> lost) {
        if (current == lost) {
            current = null;
        }
    }

    /** Closes the connection there is, also one that is being opened; there will be no other. */
    void close() {
        CompletableFuture<Conversation> last;
        synchronized (this) {
            closed = true;
            last = current;
        }
        if (last != null) {
            last.completeExceptionally(new IOException("the link to " + member + " at " + address + " was closed"));
            last.thenAccept(Conversation::close);
        }
    }
}
