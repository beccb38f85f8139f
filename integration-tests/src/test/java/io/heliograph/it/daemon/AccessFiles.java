package io.heliograph.it.daemon;

import io.heliograph.it.servers.Certificates;
import io.heliograph.it.servers.TestDirectory;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Tokens and certificates of a group that asks who comes, made by the product's own command line and script. */
public final class AccessFiles implements AutoCloseable {
    private final TestDirectory directory = TestDirectory.create("access");
    private final Certificates authority = new Certificates();
    private final String bearer;

    /** With one token for a test to use; it has the role admin. */
    public AccessFiles() {
        this.bearer = create("boss", "admin").strip();
    }

    /** Makes a token; what its bearer sends. */
    public String create(String name, String role, String... more) {
        String[] command = {"token", "create", name, "--role", role, "--tokens-file", file().toString()};
        return cli(Stream.concat(Arrays.stream(command), Arrays.stream(more)).toList());
    }

    /** Takes a token out of the file. */
    public void revoke(String name) {
        cli(List.of("token", "revoke", name, "--tokens-file", file().toString()));
    }

    private static String cli(List<String> arguments) {
        CliResult result = Distribution.cli(arguments);
        if (result.exitCode() != 0) {
            throw new IllegalStateException(arguments + " failed: " + result.stderr());
        }
        return result.stdout();
    }

    Path file() {
        return directory.path().resolve("tokens.yaml");
    }

    /** The certificates that nodes show each other and their callers. */
    public Certificates authority() {
        return authority;
    }

    /** The authority's certificate. */
    public Path ca() {
        return authority.issue("client", "127.0.0.1").resolve("ca.pem");
    }

    /** What the test itself sends. */
    public String bearer() {
        return bearer;
    }

    /** The section {@code http} of a node's configuration. */
    Map<String, Object> http(String id, String listen, boolean plain) {
        Path token = directory.path().resolve(id + ".token");
        create(id, "node", "--secret-file", token.toString());
        Map<String, Object> auth = Map.of("tokens-file", file().toString(), "node-token-file", token.toString());
        if (plain) {
            return Map.of("listen", listen, "auth", auth);
        }
        Path issued = authority.issue(id, "127.0.0.1");
        return Map.of(
                "listen", listen,
                "auth", auth,
                "tls",
                        Map.of(
                                "certificate", issued.resolve("node.pem").toString(),
                                "key", issued.resolve("node.key").toString(),
                                "ca", issued.resolve("ca.pem").toString()));
    }

    /** Trusts the authority, and nobody else. */
    public SSLContext trust() {
        try (InputStream in = Files.newInputStream(ca())) {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            for (Certificate each : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                store.setCertificateEntry("ca" + store.size(), each);
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, factory.getTrustManagers(), null);
            return context;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        authority.close();
        directory.close();
    }
}
