package io.heliograph.daemon;

import io.heliograph.raft.TlsFiles;
import io.heliograph.raft.net.ClientTls;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;

/**
 * The PEM files by which a client of our HTTP API knows the server, and the server the client.
 *
 * @param ca the authorities that the server's certificate may be signed by; empty: those that this Java trusts
 * @param certificate the client's own, empty to show none
 * @param key of that certificate, given when it is
 */
public record HttpsFiles(Optional<Path> ca, Optional<Path> certificate, Optional<Path> key) {

    /** Nothing of one's own. */
    public static final HttpsFiles NONE = new HttpsFiles(Optional.empty(), Optional.empty(), Optional.empty());

    /**
     * Makes sockets that verify the server; its name is for whoever opens one to check.
     *
     * @param now certificates must be valid at this time
     * @throws IOException with one line that names the file, when one is missing, is no PEM, or does not fit to the others
     */
    public SSLSocketFactory sockets(Instant now) throws IOException {
        return context(now).getSocketFactory();
    }

    private SSLContext context(Instant now) throws IOException {
        if (ca.isPresent()) {
            Optional<TlsFiles> own = certificate.map(file -> new TlsFiles(file, key.orElseThrow(), ca.get()));
            return ClientTls.read(ca.get(), own, now).context();
        }
        if (certificate.isPresent()) {
            return ClientTls.showing(certificate.get(), key.orElseThrow(), now);
        }
        try {
            return SSLContext.getDefault();
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IOException("this Java cannot speak TLS: " + e.getMessage(), e);
        }
    }
}
