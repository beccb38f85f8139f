package io.heliograph.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DataDirectoryTest {

    @TempDir
    private Path parent;

    private Path data() {
        return parent.resolve("a/b");
    }

    private DataDirectory open() throws StartupException {
        return DataDirectory.open(data(), "orders", "dc1");
    }

    private StartupException refusal(String cluster, String node) {
        StartupException refused =
                catchThrowableOfType(StartupException.class, () -> DataDirectory.open(data(), cluster, node)
                        .close());
        assertThat(refused).hasMessageNotContaining("\n").hasMessageContaining(data().toString());
        return refused;
    }

    private void identity(String text) throws Exception {
        Files.createDirectories(data());
        Files.writeString(data().resolve("node.json"), text);
    }

    @Test
    void when_the_directory_is_new_then_it_is_made_and_named() throws Exception {
        try (DataDirectory directory = open()) {
            assertThat(directory.raft()).isEqualTo(data().resolve("raft"));
            assertThat(directory.internalStore()).isEqualTo(data().resolve("heliograph.db"));
        }
        assertThat(data().resolve("node.json"))
                .content()
                .isEqualToIgnoringWhitespace("{\"cluster\":\"orders\",\"id\":\"dc1\",\"format\":1}");
        try (var files = Files.list(data())) {
            assertThat(files.map(file -> file.getFileName().toString())).containsExactlyInAnyOrder("lock", "node.json");
        }
    }

    @Test
    void when_it_is_opened_again_by_the_same_node_then_it_is_its_own() throws Exception {
        open().close();
        Files.createDirectories(data().resolve("raft/x"));
        open().close();
    }

    @Test
    void when_it_is_open_then_nobody_else_gets_it_until_it_is_closed() throws Exception {
        try (DataDirectory directory = open()) {
            assertThat(directory).isNotNull();
            StartupException refused = refusal("orders", "dc1");
            assertThat(refused).hasMessageEndingWith("is in use by another process");
            assertThat(refused.exitCode()).isEqualTo(1);
        }
        open().close();
    }

    @Test
    void when_it_is_another_nodes_or_another_clusters_then_both_are_named() throws Exception {
        open().close();
        assertThat(refusal("orders", "dc2"))
                .hasMessageEndingWith(
                        "belongs to node 'dc1' of cluster 'orders', not to node 'dc2' of cluster 'orders'");
        assertThat(refusal("users", "dc1"))
                .hasMessageEndingWith(
                        "belongs to node 'dc1' of cluster 'orders', not to node 'dc1' of cluster 'users'");
        assertThat(refusal("users", "dc1").exitCode()).isEqualTo(1);
        open().close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "null",
                "[]",
                "\"x\"",
                "{}",
                "{\"cluster\":\"orders\",\"id\":\"dc1\"}",
                "{\"cluster\":\"orders\",\"id\":\"dc1\",\"format\":\"one\"}",
                "{\"cluster\":\"orders\",\"id\":\"dc1\",\"format\":0}",
                "{\"cluster\":\"\",\"id\":\"dc1\",\"format\":1}",
                "{\"cluster\":\"orders\",\"format\":1}"
            })
    void when_the_identity_is_damaged_then_it_is_corrupted_data_and_stays_as_it_is(String text) throws Exception {
        identity(text);
        StartupException refused = refusal("orders", "dc1");
        assertThat(refused.exitCode()).isEqualTo(10);
        assertThat(refused).hasMessageContaining("node.json cannot be read");
        assertThat(data().resolve("node.json")).hasContent(text);
    }

    @Test
    void when_the_identity_is_not_text_then_it_is_corrupted_data() throws Exception {
        Files.createDirectories(data());
        Files.write(data().resolve("node.json"), new byte[] {'{', (byte) 0xff, '}'});
        assertThat(refusal("orders", "dc1").exitCode()).isEqualTo(10);
    }

    @Test
    void when_the_format_is_newer_then_it_says_so_whoever_it_belongs_to() throws Exception {
        identity("{\"cluster\":\"other\",\"id\":\"dc9\",\"format\":2}");
        StartupException refused = refusal("orders", "dc1");
        assertThat(refused.exitCode()).isEqualTo(10);
        assertThat(refused).hasMessageContaining("format 2 is newer").hasMessageContaining("run the newer version");
    }

    @Test
    void when_there_is_a_log_but_no_identity_then_nobody_guesses_whose_it_is() throws Exception {
        Files.createDirectories(data().resolve("raft"));
        Files.createFile(data().resolve("raft/segment"));
        StartupException refused = refusal("orders", "dc1");
        assertThat(refused.exitCode()).isEqualTo(10);
        assertThat(refused).hasMessageContaining("has a log in raft/ but no node.json");
        assertThat(data().resolve("node.json")).doesNotExist();
    }

    @Test
    void when_the_raft_directory_is_empty_then_the_node_is_new() throws Exception {
        Files.createDirectories(data().resolve("raft"));
        open().close();
        assertThat(data().resolve("node.json")).exists();
    }

    @Test
    void when_a_refused_directory_is_put_right_then_its_lock_is_free() throws Exception {
        identity("{");
        refusal("orders", "dc1");
        Files.delete(data().resolve("node.json"));
        open().close();
    }

    @Test
    void when_the_directory_is_a_file_then_it_cannot_be_used() throws Exception {
        Files.createDirectories(data().getParent());
        Files.createFile(data());
        StartupException refused = refusal("orders", "dc1");
        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused).hasMessageContaining("cannot be used");
    }
}
