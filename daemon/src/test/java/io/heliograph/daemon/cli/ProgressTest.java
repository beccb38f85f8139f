package io.heliograph.daemon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What a terminal shows while something takes long. */
class ProgressTest {

    private final StringWriter shown = new StringWriter();
    private final PrintWriter err = new PrintWriter(shown, true);

    @Test
    void when_seconds_pass_then_they_are_counted_on_one_line_that_is_gone_at_the_end() {
        try (Progress progress = new Progress(err, false, "waiting for \u001b[2Jzk")) {
            progress.tick();
            progress.tick();
        }
        String line = "\r\u001b[Kwaiting for ?[2Jzk … ";
        assertThat(shown).hasToString(line + "1 s" + line + "2 s" + "\r\u001b[K");
    }

    @Test
    void when_it_is_over_before_a_second_then_nothing_was_shown() {
        Progress progress = new Progress(err, true, "waiting");
        progress.close();
        progress.tick();
        assertThat(shown).hasToString("");
    }

    @Test
    void when_somebody_watches_then_it_counts_by_itself() {
        try (Progress progress = new Progress(err, true, "waiting")) {
            Awaitility.await().untilAsserted(() -> assertThat(shown.toString()).contains("waiting … 1 s"));
        }
        assertThat(shown.toString()).endsWith("\r\u001b[K");
    }
}
