package io.heliograph.raft.net;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.EOFException;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This member's side of the network: listens for the others and asks them.
 *
 * <p>Threads: any. Handlers run on the network's threads and must not block. Every request completes, with a reply or
 * exceptionally, within its limit and the time a connection takes (at most a second to connect, two to be introduced).
 */
public final class MemberNetwork implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(MemberNetwork.class);
    private static final int THREADS = 2;
    private static final int MAX_CONNECTIONS = 256;
    private static final long COMPLAIN_EVERY_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final String cluster;
    private final String self;
    private final EventLoopGroup loops = new NioEventLoopGroup(THREADS, new DefaultThreadFactory("raft-net", true));
    private final Map<String, Function<byte[], CompletableFuture<byte[]>>> handlers = new ConcurrentHashMap<>();
    private final Map<String, MemberLink> links = new ConcurrentHashMap<>();
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicLong complainedNanos = new AtomicLong(System.nanoTime() - COMPLAIN_EVERY_NANOS);

    private volatile @Nullable Channel door;

    private MemberNetwork(String cluster, String self, Map<String, String> members) {
        this.cluster = cluster;
        this.self = self;
        setMembers(members);
    }

    /**
     * Listens.
     *
     * @param cluster peers of another cluster are turned away
     * @param self this member's id
     * @param listen {@code host:port} to listen on
     * @param members {@code host:port} of every member by id
     * @throws IOException when the address cannot be listened on
     * @throws IllegalArgumentException when an address is not {@code host:port}
     */
    public static MemberNetwork open(String cluster, String self, String listen, Map<String, String> members)
            throws IOException {
        HostAndPort address = HostAndPort.parse(listen);
        MemberNetwork network = new MemberNetwork(cluster, self, members);
        try {
            network.door = new ServerBootstrap()
                    .group(network.loops)
                    .channel(NioServerSocketChannel.class)
                    .option(ChannelOption.SO_REUSEADDR, true)
                    .childOption(ChannelOption.TCP_NODELAY, true)
                    .childOption(ChannelOption.SO_KEEPALIVE, true)
                    .childHandler(network.incoming())
                    .bind(address.host(), address.port())
                    .sync()
                    .channel();
            return network;
        } catch (InterruptedException e) {
            network.close();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while opening " + listen, e);
        } catch (Exception e) { // Netty throws the cause itself, checked or not
            network.close();
            throw new IOException(e.getMessage(), e);
        }
    }

    private ChannelInitializer<SocketChannel> incoming() {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(SocketChannel channel) {
                channel.closeFuture().addListener(closed -> connections.decrementAndGet());
                if (connections.incrementAndGet() > MAX_CONNECTIONS) {
                    complain("a connection from " + channel.remoteAddress() + ": there are " + MAX_CONNECTIONS);
                    channel.close();
                    return;
                }
                channel.pipeline().addLast(new FrameCodec());
                channel.pipeline()
                        .addLast(new Introduction(
                                cluster,
                                self,
                                null,
                                false,
                                (context, peer) -> context.pipeline()
                                        .replace(context.handler(), "attendant", new Attendant(handlers)),
                                (context, reason) -> {
                                    // whoever only knocks is looking whether the port is open
                                    if (!(reason instanceof EOFException)) {
                                        complain("a connection from "
                                                + context.channel().remoteAddress() + ": " + reason.getMessage());
                                    }
                                }));
            }
        };
    }

    /** One line, and not more than one in ten seconds: strangers must not fill the log. */
    private void complain(String what) {
        long last = complainedNanos.get();
        long now = System.nanoTime();
        if (now - last >= COMPLAIN_EVERY_NANOS && complainedNanos.compareAndSet(last, now)) {
            LOG.warn("Turned away {}", what);
        }
    }

    /**
     * From now on these are the members. The link to one that is new, or at another address than before, is opened when
     * it is needed; the link to one that is gone is closed, and what waits for an answer on it fails. The links to all
     * others stay as they are. Requests of peers that are no members are answered all the same: it is not for the
     * network to say who takes part.
     *
     * @param addressesById {@code host:port} of every member by id, this one included or not
     * @throws IllegalArgumentException when an address is not {@code host:port}; nothing has changed then
     */
    public void setMembers(Map<String, String> addressesById) {
        Map<String, HostAndPort> wanted = new HashMap<>();
        addressesById.forEach((id, address) -> wanted.put(id, HostAndPort.parse(address)));
        wanted.remove(self);
        synchronized (links) {
            links.values().removeIf(link -> {
                boolean stays = link.address().equals(wanted.get(link.member()));
                if (!stays) {
                    link.close();
                }
                return !stays;
            });
            wanted.forEach((id, address) ->
                    links.computeIfAbsent(id, added -> new MemberLink(cluster, self, added, address, loops)));
        }
    }

    /** Has {@code handler} answer requests with this subject from now on. */
    public void serve(String subject, Function<byte[], CompletableFuture<byte[]>> handler) {
        handlers.put(subject, handler);
    }

    public void stopServing(String subject) {
        handlers.remove(subject);
    }

    /**
     * Asks a member; this one itself is asked without the network.
     *
     * @param limit on the reply once there is a connection
     */
    public CompletableFuture<byte[]> ask(String member, String subject, byte[] request, Duration limit) {
        if (member.equals(self)) {
            Function<byte[], CompletableFuture<byte[]>> handler = handlers.get(subject);
            return handler == null
                    ? CompletableFuture.failedFuture(new IOException("nobody answers " + subject))
                    : handler.apply(request);
        }
        MemberLink link = links.get(member);
        return link == null
                ? CompletableFuture.failedFuture(new IOException("no member has the id " + member))
                : link.ask(subject, request, limit);
    }

    /** The port is free again when this returns. */
    @Override
    public void close() {
        Channel listening = door;
        if (listening != null) {
            listening.close().awaitUninterruptibly();
        }
        links.values().forEach(MemberLink::close);
        loops.shutdownGracefully(0, 2, TimeUnit.SECONDS);
    }
}
