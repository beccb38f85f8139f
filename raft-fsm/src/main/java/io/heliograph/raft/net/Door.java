package io.heliograph.raft.net;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.ssl.OptionalSslHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.EOFException;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Where other members come in. Whoever has not introduced himself gets little: a place among {@link Strangers} for two
 * seconds and room for one short frame.
 */
final class Door {

    static final int MAX_STRANGERS = 256;

    private final MemberLink.Shared shared;
    private final Function<String, @Nullable HostAndPort> members;
    private final Map<String, Function<byte[], CompletableFuture<byte[]>>> handlers;
    private final Strangers strangers = new Strangers(MAX_STRANGERS, new Random());
    private final Acquaintances acquaintances;
    private final EventLoopGroup accepting = new NioEventLoopGroup(1, new DefaultThreadFactory("raft-door", true));
    private @Nullable Channel listening;

    /**
     * @param members where a member is, by its id; null for other ids
     */
    Door(
            MemberLink.Shared shared,
            Function<String, @Nullable HostAndPort> members,
            Map<String, Function<byte[], CompletableFuture<byte[]>>> handlers) {
        this.shared = shared;
        this.members = members;
        this.handlers = handlers;
        this.acquaintances = new Acquaintances(this::isMember);
    }

    private boolean isMember(String id) {
        return members.apply(id) != null;
    }

    /**
     * Netty throws the cause itself, checked or not.
     *
     * @throws Exception when the address cannot be listened on
     */
    @SuppressWarnings("java:S112")
    void open(HostAndPort address) throws Exception {
        listening = new ServerBootstrap()
                .group(accepting, shared.loops())
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childOption(ChannelOption.RCVBUF_ALLOCATOR, new AdaptiveRecvByteBufAllocator(64, 2048, 64 * 1024))
                .childHandler(initializer())
                .bind(new InetSocketAddress(address.host(), address.port()))
                .sync()
                .channel();
    }

    private ChannelInitializer<SocketChannel> initializer() {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(SocketChannel channel) {
                Channel dropped = strangers.add(channel);
                if (dropped != null) {
                    complain("", dropped, "too many connections that have not introduced themselves");
                    dropped.close();
                }
                channel.closeFuture().addListener(closed -> strangers.remove(channel));
                PeerTls tls = shared.tls();
                if (tls != null) {
                    channel.pipeline().addLast(new TlsOrNot(tls));
                }
                channel.pipeline().addLast(new FrameCodec());
                channel.pipeline().addLast(new Introduction(shared.cluster(), shared.self(), new Host()));
            }
        };
    }

    /** Lets a peer without TLS say who it is, so that it can be told why it is turned away. */
    private static final class TlsOrNot extends OptionalSslHandler {

        private final PeerTls tls;

        TlsOrNot(PeerTls tls) {
            super(tls.acceptingContext());
            this.tls = tls;
        }

        @Override
        protected SslHandler newSslHandler(ChannelHandlerContext context, SslContext unused) {
            return tls.accepting(context.alloc());
        }

        @Override
        protected @Nullable ChannelHandler newNonSslHandler(ChannelHandlerContext context) {
            return null;
        }
    }

    private final class Host implements Introduction.End {

        @Override
        public boolean calls() {
            return false;
        }

        @Override
        public @Nullable String objection(String peer, Channel channel) {
            if (peer.equals(shared.self())) {
                return "it calls itself '" + peer + "', which is this node's own id";
            }
            return shared.tls() == null ? null : objectionToCertificate(peer, channel);
        }

        /**
         * A certificate that names neither a member's host nor its id belongs to somebody else. Of a peer that is no
         * member, one that is to join or was removed, nothing more is known than that an authority vouches for it.
         */
        private @Nullable String objectionToCertificate(String peer, Channel channel) {
            SslHandler tls = channel.pipeline().get(SslHandler.class);
            if (tls == null) {
                return "it does not speak TLS and this node requires it; set raft.tls there, too";
            }
            X509Certificate shown = PeerTls.certificate(tls);
            if (shown == null) {
                return "it showed no certificate";
            }
            HostAndPort member = members.apply(peer);
            CertificateNames names = new CertificateNames(shown);
            return member == null || names.coverHost(member.host()) || names.coverNode(peer)
                    ? null
                    : "it calls itself '" + peer + "', and its certificate names neither that id nor " + member.host()
                            + ", but " + names;
        }

        @Override
        public void introduced(String peer, ChannelHandlerContext context) {
            Channel channel = context.channel();
            strangers.remove(channel);
            acquaintances.add(peer, channel).forEach(Channel::close);
            channel.closeFuture().addListener(closed -> acquaintances.remove(peer, channel));
            context.pipeline().replace(context.handler(), "attendant", new Attendant(handlers));
        }

        @Override
        public void refused(String peer, Channel channel, Throwable reason) {
            // whoever only knocks is looking whether the port is open
            if (!(reason instanceof EOFException) && !Wording.isLoss(reason)) {
                complain(peer, channel, Wording.of(reason));
            }
        }
    }

    private void complain(String peer, Channel channel, String why) {
        String from = channel.remoteAddress() instanceof InetSocketAddress remote
                ? remote.getAddress().getHostAddress()
                : String.valueOf(channel.remoteAddress());
        boolean member = isMember(peer);
        shared.complaints()
                .say(
                        member,
                        (member ? peer + " " : "") + from,
                        "Turned away a connection from " + from + (peer.isEmpty() ? "" : ", node '" + peer + "'") + ": "
                                + why);
    }

    int strangers() {
        return strangers.size();
    }

    int acquaintances() {
        return acquaintances.size();
    }

    /** The port is free again when this returns. */
    void close() {
        if (listening != null) {
            listening.close().awaitUninterruptibly();
        }
        accepting.shutdownGracefully(0, 2, TimeUnit.SECONDS);
    }
}
