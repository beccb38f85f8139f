package io.heliograph.daemon.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.awaitility.Awaitility.await;

import io.heliograph.daemon.auth.Caller;
import io.heliograph.daemon.auth.Gate;
import io.heliograph.daemon.auth.Role;
import io.heliograph.daemon.auth.Tokens;
import io.heliograph.daemon.config.Configuration.Http;
import io.heliograph.daemon.config.Configuration.HttpTls;
import io.heliograph.raft.TlsFiles;
import io.heliograph.raft.net.ClientTls;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The door with TLS; the certificate names 127.0.0.1 and was signed by an authority of this test's own. */
class TlsDoorTest {

    private static final Duration SOON = Duration.ofSeconds(10);
    private static final Path FILES = Path.of("src", "test", "resources", "tls");
    private static final Path CERTIFICATE = FILES.resolve("node.pem");
    private static final Path KEY = FILES.resolve("node.key");
    private static final Path CA = FILES.resolve("ca.pem");
    private static final Tokens KNOWN =
            new Tokens(Map.of(), Map.of("CN=dc1", new Caller("deploy", Role.READ, "certificate")));

    private final int port = freePort();

    private static int freePort() {
        try {
            return TestNode.freePort();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private HttpDoor open() throws IOException {
        HttpDoor door = HttpDoor.open(
                new Http("127.0.0.1:" + port, Duration.ofSeconds(1), null, new HttpTls(CERTIFICATE, KEY, CA, CA), true),
                Gate.guarded(() -> KNOWN, InstantSource.system()));
        door.serve(new Router()
                .add("GET", "/x", exchange -> Answer.text(200, exchange.caller().toString()))
                .add("GET", "/open", Access.OPEN, exchange -> Answer.text(200, "here")));
        return door;
    }

    private static SSLContext context(boolean withCertificate) throws IOException {
        Optional<TlsFiles> own = withCertificate ? Optional.of(new TlsFiles(CERTIFICATE, KEY, CA)) : Optional.empty();
        return ClientTls.read(CA, own, Instant.now()).context();
    }

    private HttpResponse<String> get(String host, String path, SSLContext context) throws Exception {
        return HttpClient.newBuilder()
                .sslContext(context)
                .build()
                .send(
                        HttpRequest.newBuilder(URI.create("https://" + host + ":" + port + path))
                                .build(),
                        BodyHandlers.ofString());
    }

    @Test
    void when_the_client_trusts_the_authority_then_it_is_answered() throws Exception {
        try (HttpDoor door = open()) {
            assertThat(door).isNotNull();
            assertThat(get("127.0.0.1", "/open", context(false)).body()).isEqualTo("here");
            assertThat(get("127.0.0.1", "/x", context(false)).statusCode()).isEqualTo(401);
        }
    }

    @Test
    void when_the_client_shows_a_known_certificate_then_that_is_who_it_is() throws Exception {
        try (HttpDoor door = open()) {
            assertThat(door).isNotNull();
            assertThat(get("127.0.0.1", "/x", context(true)).body())
                    .isEqualTo("Caller[name=deploy, role=READ, door=certificate]");
        }
    }

    @Test
    void when_the_client_knows_another_authority_or_name_then_it_refuses_us() throws Exception {
        try (HttpDoor door = open()) {
            assertThat(door).isNotNull();
            assertThatIOException()
                    .isThrownBy(() -> get("127.0.0.1", "/open", SSLContext.getDefault()))
                    .isInstanceOf(SSLHandshakeException.class);
            assertThatIOException()
                    .isThrownBy(() -> get("localhost", "/open", context(false)))
                    .isInstanceOf(SSLHandshakeException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void when_the_client_speaks_a_newer_version_then_it_is_understood(String version) throws Exception {
        try (HttpDoor door = open();
                SSLSocket socket = (SSLSocket) context(false).getSocketFactory().createSocket("127.0.0.1", port)) {
            assertThat(door).isNotNull();
            socket.setEnabledProtocols(new String[] {version});
            socket.startHandshake();
            assertThat(socket.getSession().getProtocol()).isEqualTo(version);
        }
    }

    /** A renewal in two steps, of which the second one leaves the file's time as it was. */
    @Test
    void when_a_renewal_is_half_done_then_the_old_certificate_stays_and_the_other_half_is_noticed(
            @TempDir Path directory) throws Exception {
        Path certificate = Files.copy(CERTIFICATE, directory.resolve("node.pem"));
        Path key = Files.copy(KEY, directory.resolve("node.key"));
        HttpTls files = new HttpTls(certificate, key, null, null);
        try (LogLines lines = LogLines.of(TlsDoor.class.getName());
                HttpDoor door = HttpDoor.open(
                        new Http("127.0.0.1:" + port, Duration.ofSeconds(1), null, files, true), Gate.open())) {
            door.serve(new Router().add("GET", "/open", Access.OPEN, exchange -> Answer.text(200, "here")));
            FileTime time = FileTime.from(Instant.parse("2030-01-01T00:00:00Z"));
            Files.writeString(key, "half");
            Files.setLastModifiedTime(key, time);
            await().atMost(SOON).until(() -> !lines.messages().isEmpty());
            assertThat(get("127.0.0.1", "/open", context(false)).body()).isEqualTo("here");
            Files.copy(KEY, key, StandardCopyOption.REPLACE_EXISTING);
            Files.setLastModifiedTime(key, time);
            await().atMost(SOON)
                    .until(() -> lines.messages().contains("Answering with the renewed certificate " + certificate));
            assertThat(lines.messages())
                    .filteredOn(line -> line.startsWith("The HTTP server goes on with its old certificate"))
                    .hasSize(1);
            assertThat(get("127.0.0.1", "/open", context(false)).body()).isEqualTo("here");
        }
    }

    @Test
    void when_the_certificate_cannot_be_used_then_the_door_does_not_open() {
        assertThatIOException()
                .isThrownBy(() -> HttpDoor.open(
                                new Http(
                                        "127.0.0.1:" + port,
                                        Duration.ofSeconds(1),
                                        null,
                                        new HttpTls(KEY, KEY, null, null),
                                        true),
                                Gate.open())
                        .close())
                .withMessageStartingWith("http.tls: ");
    }
}
