package io.heliograph.daemon.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.heliograph.raft.TlsFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code raft.tls}: certificates of an authority that was made for this test and signs nothing else. */
class RaftTlsTest {

    private static final Path FILES = Path.of("src", "test", "resources", "tls");
    private static final String WITH_TLS = ConfigFile.MINIMAL.replace(
            "  listen: 127.0.0.1:10008",
            "  listen: 127.0.0.1:10008\n  tls: { certificate: node.pem, key: node.key, ca: ca.pem }");
    private static final String WITH_PEER = WITH_TLS.replace(
            "members:", "members:\n    dc2: { raft: \"127.0.0.2:10008\", http: \"http://127.0.0.2:3000\" }");

    @TempDir
    Path directory;

    private ConfigFile config;

    @BeforeEach
    void copy() throws Exception {
        config = new ConfigFile(directory);
        for (String name : List.of("node.pem", "node.key", "ca.pem")) {
            Files.copy(FILES.resolve(name), directory.resolve(name));
        }
    }

    private TlsFiles all() {
        return new TlsFiles(directory.resolve("node.pem"), directory.resolve("node.key"), directory.resolve("ca.pem"));
    }

    @Test
    void when_the_files_are_good_then_they_are_relative_to_the_configuration() throws Exception {
        assertThat(config.load(WITH_PEER).raft().tls()).isEqualTo(all());
    }

    @Test
    void when_the_environment_names_the_files_then_no_block_is_needed() throws Exception {
        Map<String, String> environment = Map.of(
                "HELIOGRAPH_RAFT_TLS_CERTIFICATE", "node.pem",
                "HELIOGRAPH_RAFT_TLS_KEY", "node.key",
                "HELIOGRAPH_RAFT_TLS_CA", "ca.pem");

        assertThat(config.load(ConfigFile.MINIMAL, environment).raft().tls()).isEqualTo(all());
    }

    @Test
    void when_files_are_missing_then_each_has_its_line() throws Exception {
        Files.delete(directory.resolve("node.pem"));
        Files.delete(directory.resolve("node.key"));
        Files.delete(directory.resolve("ca.pem"));

        assertThat(config.problems(WITH_TLS))
                .containsExactly(
                        "h.yaml:5: raft.tls.certificate: there is no file node.pem",
                        "h.yaml:5: raft.tls.key: there is no file node.key",
                        "h.yaml:5: raft.tls.ca: there is no file ca.pem");
    }

    @Test
    void when_a_key_of_the_block_is_missing_or_unknown_then_it_is_named() {
        assertThat(config.problems(WITH_TLS.replace("ca: ca.pem", "cacert: ca.pem")))
                .containsExactly(
                        "h.yaml:5: raft.tls.ca: is missing",
                        "h.yaml:5: raft.tls.cacert: is not a known key; known here: certificate, key, ca");
    }

    @Test
    void when_certificate_and_key_are_swapped_then_both_lines_say_what_is_there() {
        assertThat(config.problems(WITH_TLS.replace(
                        "certificate: node.pem, key: node.key", "certificate: node.key, key: node.pem")))
                .containsExactly(
                        "h.yaml:5: raft.tls.certificate: node.key holds no CERTIFICATE but a PRIVATE KEY",
                        "h.yaml:5: raft.tls.key: node.pem holds no PRIVATE KEY");
    }

    @Test
    void when_the_certificate_does_not_name_this_nodes_host_then_the_others_would_refuse_it() {
        String elsewhere = WITH_PEER.replace("dc1: { raft: \"127.0.0.1:10008\"", "dc1: { raft: \"10.0.1.5:10008\"");

        assertThat(config.problems(elsewhere))
                .containsExactly(
                        "h.yaml:5: raft.tls.certificate: node.pem does not name the host of raft.members.dc1.raft,"
                                + " 10.0.1.5:10008, so other nodes would refuse it; it names CN=dc1, dc1.example.org,"
                                + " 127.0.0.1");
    }
}
