package io.heliograph.daemon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code check-config} beside a node that is up: it wants nothing that the node has. */
class CheckConfigTest {

    @TempDir
    private Path directory;

    private Path write(int raft, int http, String rest) throws IOException {
        return Files.writeString(
                directory.resolve("h.yaml"),
                """
                cluster: orders
                node: { id: dc1, data-dir: data }
                raft:
                  listen: "127.0.0.1:%1$d"
                  members: { dc1: { raft: "127.0.0.1:%1$d", http: "http://127.0.0.1:%2$d" } }
                http: { listen: "127.0.0.1:%2$d" }
                stores:
                - { name: lite, type: jdbc, url: "jdbc:sqlite:%3$s/other.db" }
                %4$s
                """
                        .formatted(raft, http, directory, rest));
    }

    /** Every file with its time and size. */
    private Map<String, String> files() throws IOException {
        Map<String, String> files = new TreeMap<>();
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                files.put(file.toString(), Files.getLastModifiedTime(file) + " " + Files.size(file));
            }
        }
        return files;
    }

    @Test
    void when_a_node_holds_its_directory_and_its_ports_then_its_configuration_is_checked_and_nothing_touched()
            throws IOException {
        Path data = Files.createDirectory(directory.resolve("data"));
        try (FileChannel channel =
                        FileChannel.open(data.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.lock();
                ServerSocket raft = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                ServerSocket http = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Path file = write(raft.getLocalPort(), http.getLocalPort(), "");
            Map<String, String> before = files();

            Run.of("check-config", "-f", file.toString())
                    .expectDone(
                            file + ": good; node dc1 of cluster orders, 1 members, 1 stores beside the internal one");

            assertThat(lock.isValid()).isTrue();
            assertThat(files()).isEqualTo(before);
        }
    }

    @Test
    void when_there_is_no_directory_yet_then_none_is_made() throws IOException {
        Path file = write(10008, 3000, "");

        Run.of("check-config", "-f", file.toString());

        assertThat(files()).containsOnlyKeys(file.toString());
        assertThat(directory.resolve("data")).doesNotExist();
    }

    @Test
    void when_it_is_bad_then_it_is_2_and_a_line_each_and_nothing_is_printed() throws IOException {
        Path file = write(10008, 70000, "logg: { level: loud }\nlog: { level: loud }");

        Run run = Run.of("check-config", "-f", file.toString());

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err().lines())
                .containsExactly(
                        "heliograph: " + file + ":6: http.listen: port 70000 is not between 1 and 65535",
                        "heliograph: " + file
                                + ":10: log.level: 'loud' is not one of off, error, warn, info, debug, trace",
                        "heliograph: " + file + ":9: logg: is not a known key; did you mean 'log'?");
    }
}
