package io.heliograph.raft.net;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The connection to one member, opened when it is needed and opened again after it was lost. Threads: any. */
final class MemberLink {

    private static final int CONNECT_MILLIS = 1000;

    private final String cluster;
    private final String self;
    private final String member;
    private final HostAndPort address;
    private final EventLoopGroup loops;

    /** The connection, or the attempt at one; null before the first and after a loss. Guarded by this. */
    private @Nullable CompletableFuture<Conversation> current;

    /** For good. Guarded by this. */
    private boolean closed;

    MemberLink(String cluster, String self, String member, HostAndPort address, EventLoopGroup loops) {
        this.cluster = cluster;
        this.self = self;
        this.member = member;
        this.address = address;
        this.loops = loops;
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

    private synchronized CompletableFuture<Conversation> conversation() {
        if (closed) {
            return CompletableFuture.failedFuture(
                    new IOException("the link to " + member + " at " + address + " was closed"));
        }
        if (current == null) {
            current = connect();
        }
        return current;
    }

    private CompletableFuture<Conversation> connect() {
        CompletableFuture<Conversation> opened = new CompletableFuture<>();
        ChannelFuture connecting = new Bootstrap()
                .group(loops)
                .channel(NioSocketChannel.class)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_KEEPALIVE, true)
                .handler(initializer(opened))
                .connect(address.host(), address.port());
        connecting.addListener(connected -> {
            if (!connected.isSuccess()) {
                opened.completeExceptionally(connected.cause());
                // a channel that could not even be made is never closed
                forget(opened);
            }
        });
        connecting.channel().closeFuture().addListener(closed -> forget(opened));
        return opened;
    }

    private ChannelInitializer<SocketChannel> initializer(CompletableFuture<Conversation> opened) {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(SocketChannel channel) {
                channel.pipeline().addLast(new FrameCodec());
                channel.pipeline()
                        .addLast(new Introduction(
                                cluster,
                                self,
                                member,
                                true,
                                (context, peer) -> {
                                    Conversation conversation = new Conversation(context.channel());
                                    context.pipeline().replace(context.handler(), "conversation", conversation);
                                    opened.complete(conversation);
                                },
                                (context, reason) -> opened.completeExceptionally(reason)));
            }
        };
    }

    private synchronized void forget(CompletableFuture<Conversation> closed) {
        if (current == closed) {
            current = null;
        }
    }

    /** Closes the connection there is, also one that is being opened; there will be no other. */
    synchronized void close() {
        closed = true;
        if (current != null) {
            current.thenAccept(Conversation::close);
        }
    }
}
