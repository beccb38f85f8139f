package io.heliograph.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.heliograph.daemon.layout.KeyLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LayoutsFileTest {

    private static final KeyLayout OTHER =
            KeyLayout.of(Optional.of(Map.of("db/{alias}", "{master}")), Optional.empty(), "p");

    @TempDir
    private Path directory;

    private LayoutsFile open() {
        return LayoutsFile.open(directory.resolve("layouts.json"));
    }

    @Test
    void when_nothing_is_known_then_stores_have_the_classic_layout() {
        assertThat(open().isKnown("consul", KeyLayout.CLASSIC)).isTrue();
        assertThat(open().isKnown("consul", OTHER)).isFalse();
    }

    @Test
    void when_a_layout_was_learnt_then_it_is_known_after_a_restart_and_the_one_before_is_not() {
        open().learn("consul", OTHER);
        assertThat(open().isKnown("consul", OTHER)).isTrue();
        assertThat(open().isKnown("consul", KeyLayout.CLASSIC)).isFalse();
        assertThat(open().isKnown("zk", OTHER)).isFalse();
    }

    @Test
    void when_the_file_cannot_be_read_then_no_other_layout_is_known_and_it_is_written_anew() throws Exception {
        Files.writeString(directory.resolve("layouts.json"), "{\"consul\": ");
        LayoutsFile damaged = open();
        assertThat(damaged.isKnown("consul", OTHER)).isFalse();
        damaged.learn("consul", OTHER);
        assertThat(open().isKnown("consul", OTHER)).isTrue();
    }

    @Test
    void when_a_store_begins_with_another_layout_then_none_is_known_until_one_is_learnt() {
        open().begin("consul", OTHER);
        assertThat(open().isKnown("consul", KeyLayout.CLASSIC)).isFalse();
        assertThat(open().isKnown("consul", OTHER)).isFalse();
        open().learn("consul", OTHER);
        open().begin("consul", OTHER);
        assertThat(open().isKnown("consul", OTHER)).isTrue();
    }
}
