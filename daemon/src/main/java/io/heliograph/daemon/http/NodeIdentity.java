package io.heliograph.daemon.http;

import io.heliograph.daemon.auth.Caller;
import io.heliograph.daemon.config.Configuration;
import io.heliograph.kv.SecretFile;
import io.heliograph.raft.TlsFiles;
import io.heliograph.raft.net.ClientTls;
import io.heliograph.raft.net.TlsFilesException;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
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
public record NodeIdentity(@Nullable Supplier<String> token, @Nullable SSLContext tls) {

    /**
     * @throws IOException when a file cannot be used; the message is one line
     */
    public static NodeIdentity of(Configuration.Http http) throws IOException {
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

    /** A client that accepts the other nodes' certificates; it follows no redirects. */
    public HttpClient.Builder client() {
        HttpClient.Builder builder =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).followRedirects(HttpClient.Redirect.NEVER);
        return tls == null ? builder : builder.sslContext(tls);
    }

    /** Shows who this node is. */
    HttpRequest.Builder sign(HttpRequest.Builder request) {
        return authorization()
                .map(value -> request.header("Authorization", value))
                .orElse(request);
    }

    /** Shows who this node is, and for whom it asks. */
    public HttpRequest.Builder sign(HttpRequest.Builder request, Caller caller) {
        return sign(request).header(OnBehalf.HEADER, OnBehalf.header(caller));
    }

    /** The header {@code Authorization}; empty where nobody asks. */
    private Optional<String> authorization() {
        return Optional.ofNullable(token).map(current -> "Bearer " + current.get());
    }
}
