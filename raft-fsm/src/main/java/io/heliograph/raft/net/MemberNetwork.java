package io.heliograph.raft.net;

import io.heliograph.raft.TlsFiles;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This member's side of the network: listens for the others and asks them.
 *
 * <p>Threads: any. Handlers run on the network's threads and must not block. Every request completes, with a reply or
 * exceptionally, within its limit and the time a connection takes (at most a second to look up a name, one to connect,
 * two to be introduced).
 */
public final class MemberNetwork implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(MemberNetwork.class);
    private static final int THREADS = 2;

    private final String self;
    private final EventLoopGroup loops = new NioEventLoopGroup(THREADS, new DefaultThreadFactory("raft-net", true));
    private final Map<String, Function<byte[], CompletableFuture<byte[]>>> handlers = new ConcurrentHashMap<>();
    private final Map<String, MemberLink> links = new ConcurrentHashMap<>();
    private final MemberLink.Shared shared;
    private final Door door;

    private MemberNetwork(String cluster, String self, @Nullable PeerTls tls, NameLookup names) {
        this.self = self;
        Complaints complaints = new Complaints(line -> LOG.warn("{}", line), System::nanoTime);
        this.shared = new MemberLink.Shared(cluster, self, loops, NioSocketChannel::new, names, tls, complaints);
        this.door = new Door(shared, this::addressOf, handlers);
    }

    /**
     * Listens, without encryption.
     *
     * @see #open(String, String, String, Map, TlsFiles)
     */
    public static MemberNetwork open(String cluster, String self, String listen, Map<String, String> members)
            throws IOException {
        return open(cluster, self, listen, members, null);
    }

    /**
     * Listens.
     *
     * @param cluster peers of another cluster are turned away
     * @param self this member's id
     * @param listen {@code host:port} to listen on
     * @param members {@code host:port} of every member by id
     * @param tls with these, members speak TLS and show each other certificates; null for plain TCP
     * @throws TlsFilesException when a certificate or key cannot be used
     * @throws IOException when the address cannot be listened on
     * @throws IllegalArgumentException when an address is not {@code host:port}
     */
    public static MemberNetwork open(
            String cluster, String self, String listen, Map<String, String> members, @Nullable TlsFiles tls)
            throws IOException {
        return open(cluster, self, listen, members, tls, InetAddress::getAllByName);
    }

    static MemberNetwork open(
            String cluster,
            String self,
            String listen,
            Map<String, String> members,
            @Nullable TlsFiles tls,
            NameLookup.Service names)
            throws IOException {
        HostAndPort address = HostAndPort.parse(listen);
        PeerTls peerTls = tls == null ? null : new PeerTls(TlsMaterial.read(tls, Instant.now()));
        MemberNetwork network = new MemberNetwork(cluster, self, peerTls, new NameLookup(names));
        try {
            network.setMembers(members);
            network.door.open(address);
            return network;
        } catch (InterruptedException e) {
            network.close();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while opening " + listen, e);
        } catch (IllegalArgumentException e) {
            network.close();
            throw e;
        } catch (Exception e) { // Netty throws the cause itself, checked or not
            network.close();
            throw new IOException(e.getMessage(), e);
        }
    }

    private @Nullable HostAndPort addressOf(String id) {
        MemberLink link = links.get(id);
        return link == null ? null : link.address();
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
            wanted.forEach((id, address) -> links.computeIfAbsent(id, added -> new MemberLink(shared, added, address)));
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

    /** What came in and is open. */
    Door door() {
        return door;
    }

    /** The port is free again when this returns. */
    @Override
    public void close() {
        door.close();
        links.values().forEach(MemberLink::close);
        shared.names().close();
        loops.shutdownGracefully(0, 2, TimeUnit.SECONDS);
    }
}
