package io.heliograph.raft.net;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/**
 * TLS between members, both sides with a certificate (RFC 8446; 1.2 is spoken, too). Whoever dials compares the peer's
 * certificate with the host it dialled. Arithmetic of handshakes is done on threads of its own, so that strangers who
 * begin many do not delay the members' messages.
 */
final class PeerTls {

    private static final String[] VERSIONS = {"TLSv1.3", "TLSv1.2"};
    private static final int THREADS = 2;

    /** A session is not taken up again later: each connection looks at the certificates anew. */
    private static final int SESSION_SECONDS = 1;

    /** A peer that does not read is not waited for longer when a connection is closed. */
    private static final long CLOSE_MILLIS = 500;

    private final SslContext dialling;
    private final SslContext accepting;
    private final ThreadPoolExecutor arithmetic;

    PeerTls(TlsMaterial material) throws IOException {
        X509Certificate[] chain = material.chain.toArray(new X509Certificate[0]);
        X509Certificate[] authorities = material.authorities.toArray(new X509Certificate[0]);
        dialling = SslContextBuilder.forClient()
                .sslProvider(SslProvider.JDK)
                .keyManager(material.key, chain)
                .trustManager(authorities)
                .endpointIdentificationAlgorithm("HTTPS")
                .protocols(VERSIONS)
                .sessionTimeout(SESSION_SECONDS)
                .build();
        accepting = SslContextBuilder.forServer(material.key, chain)
                .sslProvider(SslProvider.JDK)
                .trustManager(authorities)
                .clientAuth(ClientAuth.REQUIRE)
                .protocols(VERSIONS)
                .sessionTimeout(SESSION_SECONDS)
                .build();
        arithmetic = new ThreadPoolExecutor(
                THREADS,
                THREADS,
                10,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                new DefaultThreadFactory("raft-tls", true));
        arithmetic.allowCoreThreadTimeOut(true);
    }

    /** For a connection to this address. */
    SslHandler dialling(ByteBufAllocator buffers, HostAndPort address) {
        return unlimited(dialling.newHandler(buffers, address.host(), address.port(), arithmetic));
    }

    /** For a connection that came in. */
    SslHandler accepting(ByteBufAllocator buffers) {
        return unlimited(accepting.newHandler(buffers, arithmetic));
    }

    /** The introduction has a limit, and the handshake is part of it. */
    private static SslHandler unlimited(SslHandler handler) {
        handler.setHandshakeTimeoutMillis(0);
        handler.setCloseNotifyFlushTimeoutMillis(CLOSE_MILLIS);
        return handler;
    }

    SslContext acceptingContext() {
        return accepting;
    }

    /** The peer's own certificate; null when it has shown none. */
    static @Nullable X509Certificate certificate(@Nullable SslHandler handler) {
        try {
            return handler != null
                            && handler.engine().getSession().getPeerCertificates()[0] instanceof X509Certificate shown
                    ? shown
                    : null;
        } catch (SSLPeerUnverifiedException e) {
            return null;
        }
    }
}
