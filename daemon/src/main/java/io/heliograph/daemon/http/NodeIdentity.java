package io.heliograph.daemon.http;

import io.heliograph.daemon.config.Configuration;
import io.heliograph.kv.SecretFile;
import io.heliograph.raft.TlsFiles;
import io.heliograph.raft.net.ClientTls;
import io.heliograph.raft.net.TlsFilesException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * How a node calls the others: as whom, and which of their certificates it accepts.
 *
 * @param token what this node shows, as it is now; null where nobody asks
 * @param tls null for the authorities that this Java trusts
 */
record NodeIdentity(@Nullable Supplier<String> token, @Nullable SSLContext tls) {

    /**
     * @throws IOException when a file cannot be used; the message is one line
     */
    static NodeIdentity of(Configuration.Http http) throws IOException {
        Configuration.Auth auth = http.auth();
        Configuration.HttpTls files = http.tls();
        Path token = auth == null ? null : auth.nodeTokenFile();
        Path ca = files == null ? null : files.ca();
        try {
            return new NodeIdentity(
                    token == null ? null : SecretFile.open(token),
                    ca == null
                            ? null
                            : ClientTls.read(
                                            ca,
                                            Optional.<TlsFiles>empty(),
                                            InstantSource.system().instant())
                                    .context());
        } catch (TlsFilesException e) {
            throw new IOException("http.tls.ca: " + e.getMessage(), e);
        }
    }

    /** The header {@code Authorization}; empty where nobody asks. */
    Optional<String> authorization() {
        return Optional.ofNullable(token).map(current -> "Bearer " + current.get());
    }
}
