package io.heliograph.raft.net;

import io.heliograph.raft.TlsFiles;
import io.heliograph.raft.net.TlsFilesException.Part;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

/** What a server that anybody may talk to needs, from PEM files. */
public final class ServerTls {

    private ServerTls() {}

    /**
     * @param certificate the server's, then the ones between it and the authority
     * @param key of that certificate, not encrypted
     * @param clients authorities that clients' certificates may be signed by; empty when clients show none
     * @param now certificates must be valid at this time
     * @throws TlsFilesException when a file is missing, is no PEM, or does not fit to the others; problems with {@code
     *     clients} are those of {@link Part#CA}
     */
    public static SSLContext read(Path certificate, Path key, Optional<Path> clients, Instant now)
            throws TlsFilesException {
        try {
            TrustManager judge =
                    TlsMaterial.judge(clients.isPresent() ? TlsMaterial.authorities(clients.get(), now) : List.of());
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(
                    ClientTls.keys(new TlsFiles(certificate, key, certificate), now), new TrustManager[] {judge}, null);
            return context;
        } catch (TlsFilesException e) {
            throw e;
        } catch (GeneralSecurityException | IOException e) {
            throw new TlsFilesException(Map.of(Part.CERTIFICATE, certificate + " cannot be used: " + e.getMessage()));
        }
    }
}
