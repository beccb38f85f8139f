package io.heliograph.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.heliograph.daemon.config.Configuration;
import io.heliograph.daemon.config.ConfigurationLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WarningsTest {

    @TempDir
    Path directory;

    private Configuration listening(String address, String tls) throws Exception {
        Path file = directory.resolve("h.yaml");
        Files.writeString(
                file,
                """
                cluster: orders
                node: { id: dc1, data-dir: data }
                raft:
                  listen: "%s"
                  members:
                    dc1: { raft: "127.0.0.1:10008", http: "http://127.0.0.1:3000" }
                %s
                http: { listen: "127.0.0.1:3000" }
                """
                        .formatted(address, tls));
        return ConfigurationLoader.load(file, Map.of());
    }

    @Test
    void when_nodes_speak_without_encryption_beyond_this_machine_then_the_warning_names_consequence_and_key()
            throws Exception {
        assertThat(Warnings.unencrypted(listening("0.0.0.0:10008", "")).orElseThrow())
                .contains("raft.listen 0.0.0.0:10008")
                .contains("can read every master and change it")
                .contains("set raft.tls")
                .doesNotContain("\n");
    }

    @Test
    void when_nodes_are_on_loopback_or_encrypt_then_there_is_no_warning() throws Exception {
        String files =
                Path.of("src", "test", "resources", "tls").toAbsolutePath().toString();
        String tls = "  tls: { certificate: %1$s/node.pem, key: %1$s/node.key, ca: %1$s/ca.pem }".formatted(files);

        assertThat(Warnings.unencrypted(listening("127.0.0.1:10008", ""))).isEmpty();
        assertThat(Warnings.unencrypted(listening("[::1]:10008", ""))).isEmpty();
        assertThat(Warnings.unencrypted(listening("0.0.0.0:10008", tls))).isEmpty();
    }

    private Optional<String> tokens(String listen, boolean guarded, boolean encrypted) throws Exception {
        Configuration plain = listening("127.0.0.1:10008", "");
        return Warnings.tokensInTheClear(new Configuration(
                plain.cluster(),
                plain.node(),
                plain.raft(),
                new Configuration.Http(
                        listen,
                        Duration.ofSeconds(1),
                        guarded ? new Configuration.Auth(directory, null) : null,
                        encrypted ? new Configuration.HttpTls(directory, directory, null, null) : null,
                        true),
                plain.kv(),
                plain.snapshot(),
                plain.log(),
                plain.stores()));
    }

    @Test
    void when_tokens_leave_this_machine_without_encryption_then_the_warning_says_so() throws Exception {
        assertThat(tokens("0.0.0.0:3000", true, false).orElseThrow())
                .contains("http.listen 0.0.0.0:3000")
                .contains("set http.tls")
                .doesNotContain("\n");
        assertThat(tokens("0.0.0.0:3000", true, true)).isEmpty();
        assertThat(tokens("127.0.0.1:3000", true, false)).isEmpty();
        assertThat(tokens("0.0.0.0:3000", false, false)).isEmpty();
    }
}
