package io.heliograph.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretFileTest {

    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir
    private Path directory;

    @Test
    void when_the_file_changes_then_the_new_secret_is_read_and_an_empty_or_missing_file_changes_nothing()
            throws IOException {
        Path file = Files.writeString(directory.resolve("token"), " first\n");
        SecretFile secret = SecretFile.open(file);
        assertThat(secret.get()).isEqualTo("first");

        Files.writeString(file, "second");
        await().atMost(SOON).until(secret::get, "second"::equals);

        Files.writeString(file, "");
        await().during(Duration.ofSeconds(2)).atMost(SOON).until(secret::get, "second"::equals);
        Files.delete(file);
        await().during(Duration.ofSeconds(2)).atMost(SOON).until(secret::get, "second"::equals);

        Files.writeString(file, "third");
        await().atMost(SOON).until(secret::get, "third"::equals);
        assertThat(secret.toString()).doesNotContain("third");
    }

    @Test
    void when_the_file_is_missing_or_empty_at_first_then_it_is_refused() throws IOException {
        Path empty = Files.writeString(directory.resolve("empty"), "\n");

        assertThatThrownBy(() -> SecretFile.open(directory.resolve("nosuch"))).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> SecretFile.open(empty)).hasMessageContaining("is empty");
        for (String bad : List.of("two words", "a\nb", "\ufeffs3cret", "s3cr\u00e9t")) {
            Path file = Files.writeString(directory.resolve("bad"), bad);
            assertThatThrownBy(() -> SecretFile.open(file))
                    .hasMessageContaining("printable ASCII")
                    .hasMessageNotContaining(bad);
        }
    }
}
