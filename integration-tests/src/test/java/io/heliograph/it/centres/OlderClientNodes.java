package io.heliograph.it.centres;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.heliograph.it.daemon.AccessFiles;
import io.heliograph.it.daemon.CliResult;
import io.heliograph.it.daemon.HeliographCluster;
import io.heliograph.it.daemon.HeliographNode;
import io.heliograph.it.servers.TestDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** Three nodes that ask for a password, what operators' scripts are given to reach them, and what both ways must print. */
final class OlderClientNodes implements AutoCloseable {

    private static final String PASSWORD = "correct-horse:battery";
    private static final String VIEWERS_PASSWORD = "one-who-only-looks";

    private final AccessFiles files = new AccessFiles();
    final HeliographCluster cluster;

    OlderClientNodes() {
        create("script", "write", PASSWORD);
        create("viewer", "read", VIEWERS_PASSWORD);
        try {
            cluster = HeliographCluster.builder()
                    .guardedWithoutTls(files)
                    .electionTimeout(Duration.ofSeconds(2))
                    .start();
        } catch (RuntimeException e) {
            files.close();
            throw e;
        }
    }

    private void create(String name, String role, String password) {
        try (TestDirectory directory = TestDirectory.create("password")) {
            String file = Files.writeString(directory.path().resolve("password"), password + "\n")
                    .toString();
            files.create(name, role, "--password-file", file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Forgets what there is, and registers orders and users. */
    void registerTwo() {
        HeliographNode leader = cluster.awaitLeader();
        for (JsonNode known : leader.get("/v1/clusters").orThrow()) {
            leader.delete("/v1/clusters/" + known.path("alias").asText() + "?deleteKeys=true")
                    .orThrow();
        }
        leader.put("/v1/clusters/orders", Map.of("master", "127.0.0.31:3306")).orThrow();
        leader.put("/v1/clusters/users", Map.of("master", "127.0.0.32:3307")).orThrow();
        cluster.awaitSameState();
    }

    /** As different operators write them. */
    private static String urls(Collection<HeliographNode> nodes) {
        List<String> ends = List.of("/api", "", "/api/");
        StringBuilder urls = new StringBuilder();
        int i = 0;
        for (HeliographNode node : nodes) {
            urls.append(i == 0 ? "" : " ").append(node.httpUri()).append(ends.get(i++ % ends.size()));
        }
        return urls.toString();
    }

    /** Knows all nodes. */
    OlderClient everyNode() {
        return new OlderClient(urls(cluster.nodes()), "script", PASSWORD);
    }

    /** Knows these nodes, in this order. */
    OlderClient client(HeliographNode... nodes) {
        return new OlderClient(urls(List.of(nodes)), "script", PASSWORD);
    }

    /** May read and nothing else. */
    OlderClient viewer() {
        return new OlderClient(urls(cluster.nodes()), "viewer", VIEWERS_PASSWORD);
    }

    static void expectDone(CliResult result, String printed) {
        assertThat(result.stderr()).isEmpty();
        assertThat(result.stdout()).isEqualTo(printed);
        assertThat(result.exitCode()).isZero();
    }

    static void expectBoth(OlderClient client, String printed, String... arguments) {
        expectDone(client.script(arguments), printed);
        expectDone(client.command(arguments), printed);
    }

    static void expectRefused(CliResult result, int exitCode, String line) {
        assertThat(result.stderr()).isEqualTo(line + "\n");
        assertThat(result.stdout()).isEmpty();
        assertThat(result.exitCode()).isEqualTo(exitCode);
    }

    /**
     * Both print the same reason, the older form after its own name, and, where a node wants to know who asks, the node's.
     *
     * @param exitCode the older form's; the script's is always 1
     */
    static void expectBothRefused(OlderClient client, int exitCode, String reason, String... arguments) {
        expectRefused(client.script(arguments), 1, reason);
        CliResult command = client.command(arguments);
        assertThat(command.stderr())
                .startsWith("heliograph: ")
                .endsWith(reason + "\n")
                .hasLineCount(1);
        assertThat(command.stdout()).isEmpty();
        assertThat(command.exitCode()).isEqualTo(exitCode);
    }

    @Override
    public void close() {
        cluster.close();
        files.close();
    }
}
