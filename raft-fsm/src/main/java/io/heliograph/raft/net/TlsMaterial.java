package io.heliograph.raft.net;

import io.heliograph.raft.TlsFiles;
import io.heliograph.raft.net.TlsFilesException.Part;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** This node's certificate and key and the authorities it trusts, read and found to fit together. */
public final class TlsMaterial {

    private interface Reading<T> {
        T read() throws IOException;
    }

    final List<X509Certificate> chain;
    final PrivateKey key;
    final List<X509Certificate> authorities;

    private TlsMaterial(List<X509Certificate> chain, PrivateKey key, List<X509Certificate> authorities) {
        this.chain = chain;
        this.key = key;
        this.authorities = authorities;
    }

    /**
     * @param now certificates must be valid at this time
     * @throws TlsFilesException when a file is missing, is no PEM, or does not fit to the others
     */
    public static TlsMaterial read(TlsFiles files, Instant now) throws TlsFilesException {
        return read(files, now, true);
    }

    /**
     * A certificate and key that somebody else's server is to judge: whether its authorities signed them is for it to say.
     * The authorities of {@code files} are not looked at.
     */
    static TlsMaterial own(TlsFiles files, Instant now) throws TlsFilesException {
        return read(files, now, false);
    }

    /** The authorities of a file that are valid. */
    static List<X509Certificate> authorities(Path file, Instant now) throws TlsFilesException {
        Map<Part, String> problems = new EnumMap<>(Part.class);
        List<X509Certificate> valid = attempt(problems, Part.CA, () -> validOnes(file, certificates(file), now));
        if (valid == null) {
            throw new TlsFilesException(problems);
        }
        return valid;
    }

    private static TlsMaterial read(TlsFiles files, Instant now, boolean withAuthorities) throws TlsFilesException {
        Map<Part, String> problems = new EnumMap<>(Part.class);
        List<X509Certificate> chain = attempt(
                problems,
                Part.CERTIFICATE,
                () -> validFirst(files.certificate(), certificates(files.certificate()), now));
        PrivateKey key = attempt(problems, Part.KEY, () -> PrivateKeys.read(files.key()));
        List<X509Certificate> authorities = withAuthorities
                ? attempt(problems, Part.CA, () -> validOnes(files.ca(), certificates(files.ca()), now))
                : List.of();
        if (chain != null
                && key != null
                && !PrivateKeys.belongTogether(key, chain.get(0).getPublicKey())) {
            problems.put(Part.KEY, files.key() + " is not the key of the certificate " + files.certificate());
        }
        if (withAuthorities && chain != null && authorities != null) {
            attempt(problems, Part.CERTIFICATE, () -> trusted(files, chain, authorities));
        }
        if (chain == null || key == null || authorities == null || !problems.isEmpty()) {
            throw new TlsFilesException(problems);
        }
        return new TlsMaterial(chain, key, authorities);
    }

    private static <T> @Nullable T attempt(Map<Part, String> problems, Part part, Reading<T> reading) {
        try {
            return reading.read();
        } catch (IOException e) {
            problems.put(part, Wording.shown(String.valueOf(e.getMessage())));
            return null;
        }
    }

    private static List<X509Certificate> certificates(Path file) throws IOException {
        List<X509Certificate> certificates = new ArrayList<>();
        List<Pem.Block> blocks = Pem.read(file);
        for (Pem.Block block : blocks) {
            if (block.type.equals("CERTIFICATE")) {
                try {
                    certificates.add((X509Certificate) CertificateFactory.getInstance("X.509")
                            .generateCertificate(new ByteArrayInputStream(block.der)));
                } catch (CertificateException e) {
                    throw new IOException(file + " is damaged: its certificate cannot be read", e);
                }
            }
        }
        if (certificates.isEmpty()) {
            throw new IOException(file + " holds no CERTIFICATE but a " + blocks.get(0).type);
        }
        return certificates;
    }

    private static List<X509Certificate> validFirst(Path file, List<X509Certificate> chain, Instant now)
            throws IOException {
        X509Certificate own = chain.get(0);
        if (now.isAfter(own.getNotAfter().toInstant())) {
            throw new IOException(file + " has expired on " + own.getNotAfter().toInstant() + "; renew it");
        }
        if (now.isBefore(own.getNotBefore().toInstant())) {
            throw new IOException(file + " is not valid before "
                    + own.getNotBefore().toInstant() + "; is this machine's clock right?");
        }
        return chain;
    }

    /** An authority that has expired may stay in the file beside the one that follows it. */
    private static List<X509Certificate> validOnes(Path file, List<X509Certificate> all, Instant now)
            throws IOException {
        List<X509Certificate> valid = all.stream()
                .filter(authority -> !now.isAfter(authority.getNotAfter().toInstant())
                        && !now.isBefore(authority.getNotBefore().toInstant()))
                .toList();
        if (valid.isEmpty()) {
            throw new IOException(file + " holds no certificate that is valid now: the first one is from "
                    + all.get(0).getNotBefore().toInstant() + " to "
                    + all.get(0).getNotAfter().toInstant());
        }
        return valid;
    }

    /** As a peer will judge: signed by an authority, and meant for both sides of a connection. */
    private static List<X509Certificate> trusted(
            TlsFiles files, List<X509Certificate> chain, List<X509Certificate> authorities) throws IOException {
        X509Certificate[] shown = chain.toArray(new X509Certificate[0]);
        try {
            X509TrustManager judge = judge(authorities);
            judge.checkServerTrusted(shown, "UNKNOWN");
            judge.checkClientTrusted(shown, "UNKNOWN");
            return chain;
        } catch (GeneralSecurityException e) {
            for (Throwable at = e; at != null; at = at.getCause()) {
                if (Wording.isUnsigned(at)) {
                    throw new IOException(
                            files.certificate() + " is not signed by an authority in " + files.ca()
                                    + "; certificates between the two belong into " + files.certificate(),
                            e);
                }
            }
            throw new IOException(
                    files.certificate() + " would be refused by other nodes: " + Wording.of(e)
                            + "; it must serve both as a server's and as a client's",
                    e);
        }
    }

    static X509TrustManager judge(List<X509Certificate> authorities) throws GeneralSecurityException {
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        try {
            trusted.load(null, null);
        } catch (IOException e) {
            throw new GeneralSecurityException(e);
        }
        for (int i = 0; i < authorities.size(); i++) {
            trusted.setCertificateEntry("ca-" + i, authorities.get(i));
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(trusted);
        for (TrustManager manager : factory.getTrustManagers()) {
            if (manager instanceof X509TrustManager judge) {
                return judge;
            }
        }
        throw new GeneralSecurityException("this Java has no trust manager for X.509");
    }

    /**
     * Whether other nodes accept the certificate at this address.
     *
     * @param address {@code host:port} by which they dial this node
     */
    public boolean names(String address) {
        return new CertificateNames(chain.get(0))
                .coverHost(HostAndPort.parse(address).host());
    }

    /** Whom the certificate names, for an operator. */
    public String names() {
        return new CertificateNames(chain.get(0)).toString();
    }

    /** When the certificate expires. */
    public Instant notAfter() {
        return chain.get(0).getNotAfter().toInstant();
    }

    /** Says nothing of the key. */
    @Override
    public String toString() {
        return "TlsMaterial[" + names() + "]";
    }
}
