package io.heliograph.daemon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import io.heliograph.raft.TlsFiles;
import io.heliograph.raft.net.ClientTls;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Servers are verified, and see a certificate where they want one. */
class HttpsTest {

    private static final Path FILES = Path.of("src", "test", "resources", "tls");
    private static final String CA = FILES.resolve("ca.pem").toString();
    private static final String CERTIFICATE = FILES.resolve("node.pem").toString();
    private static final String KEY = FILES.resolve("node.key").toString();

    private static FakeServer server;
    private static FakeServer strict;

    @BeforeAll
    static void start() throws Exception {
        TlsFiles own = new TlsFiles(Path.of(CERTIFICATE), Path.of(KEY), Path.of(CA));
        SSLContext context =
                ClientTls.read(own.ca(), Optional.of(own), Instant.now()).context();
        server = FakeServer.secured(new HttpsConfigurator(context)).answer(200, "{\"snapshotIndex\":1}");
        strict = FakeServer.secured(new HttpsConfigurator(context) {
                    @Override
                    public void configure(HttpsParameters parameters) {
                        SSLParameters wanted = context.getDefaultSSLParameters();
                        wanted.setNeedClientAuth(true);
                        parameters.setSSLParameters(wanted);
                    }
                })
                .answer(200, "{\"snapshotIndex\":2}");
    }

    @AfterAll
    static void stop() {
        server.close();
        strict.close();
    }

    @Test
    void when_the_authority_is_known_then_the_server_is_asked() {
        Run.at(server, "snapshot", "take", "--ca", CA).expectDone("snapshot at index 1");
        Run.at(strict, "snapshot", "take", "--ca", CA, "--certificate", CERTIFICATE, "--key", KEY)
                .expectDone("snapshot at index 2");
    }

    @Test
    void when_the_server_cannot_be_verified_then_nothing_is_sent() {
        int before = server.asked.size();
        Run.at(server, "submit").expectFailure(3, server.url() + " cannot be reached: no TLS with it");
        Run.atUrl(server.url().replace("127.0.0.1", "localhost"), "submit", "--ca", CA)
                .expectFailure(3, "no TLS with it", "localhost");
        assertThat(server.asked).hasSize(before);
    }

    @Test
    void when_the_server_wants_a_certificate_and_gets_none_then_it_says_so() {
        Run.at(strict, "cluster", "list", "--ca", CA).expectFailure(3, strict.url(), "certificate");
        assertThat(strict.asked).noneMatch(request -> request.contains("clusters"));
    }

    @Test
    void when_a_file_is_missing_or_wrong_then_it_is_named() {
        Run.at(server, "status", "--ca", "nosuch.pem").expectFailure(2, "there is no file nosuch.pem");
        Run.at(server, "status", "--ca", KEY).expectFailure(2, KEY + " holds no CERTIFICATE");
        Run.at(server, "status", "--ca", CA, "--certificate", CERTIFICATE)
                .expectFailure(2, "--certificate and --key belong together");
        Run.at(server, "status", "--certificate", CERTIFICATE, "--key", CERTIFICATE)
                .expectFailure(2, CERTIFICATE + " holds no PRIVATE KEY");
    }
}
