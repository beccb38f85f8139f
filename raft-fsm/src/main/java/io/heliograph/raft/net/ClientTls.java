package io.heliograph.raft.net;

import io.heliograph.raft.TlsFiles;
import io.heliograph.raft.net.TlsFilesException.Part;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * What a client of somebody else's server needs, from PEM files.
 *
 * @param context for sockets; with a certificate of our own where there is one
 * @param trust the authorities
 */
public record ClientTls(SSLContext context, X509TrustManager trust) {

    private static final char[] NO_PASSWORD = {};

    /**
     * @param ca file with the authorities that the server's certificate may be signed by
     * @param own our certificate and key, empty to show none
     * @param now certificates must be valid at this time
     * @throws TlsFilesException when a file is missing, is no PEM, or does not fit to the others
     */
    public static ClientTls read(Path ca, Optional<TlsFiles> own, Instant now) throws TlsFilesException {
        List<X509Certificate> authorities = TlsMaterial.authorities(ca, now);
        try {
            X509TrustManager trust = TlsMaterial.judge(authorities);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(own.isEmpty() ? null : keys(own.get(), now), new TrustManager[] {trust}, null);
            return new ClientTls(context, trust);
        } catch (TlsFilesException e) {
            throw e;
        } catch (GeneralSecurityException | IOException e) {
            throw new TlsFilesException(Map.of(Part.CA, ca + " cannot be used: " + e.getMessage()));
        }
    }

    /**
     * Shows a certificate to servers that the authorities of this Java vouch for.
     *
     * @param certificate our certificate, then the ones between it and its authority
     * @param key its private key
     * @param now the certificate must be valid at this time
     * @throws TlsFilesException when a file is missing, is no PEM, or does not fit to the other
     */
    public static SSLContext showing(Path certificate, Path key, Instant now) throws TlsFilesException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys(new TlsFiles(certificate, key, certificate), now), null, null);
            return context;
        } catch (TlsFilesException e) {
            throw e;
        } catch (GeneralSecurityException | IOException e) {
            throw new TlsFilesException(Map.of(Part.CERTIFICATE, certificate + " cannot be used: " + e.getMessage()));
        }
    }

    static KeyManager[] keys(TlsFiles files, Instant now) throws GeneralSecurityException, IOException {
        TlsMaterial material = TlsMaterial.own(files, now);
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("own", material.key, NO_PASSWORD, material.chain.toArray(new X509Certificate[0]));
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, NO_PASSWORD);
        return factory.getKeyManagers();
    }
}
