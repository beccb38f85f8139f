package io.heliograph.raft.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ComplaintsTest {

    private final List<String> lines = new ArrayList<>();
    private long now = Long.MAX_VALUE - 5;
    private final Complaints complaints = new Complaints(lines::add, () -> now);

    private void pass(Duration time) {
        now += time.toNanos();
    }

    @Test
    void when_a_peer_is_turned_away_again_and_again_then_one_line_in_half_a_minute_counts_the_others() {
        for (int i = 0; i < 10; i++) {
            complaints.say(true, "dc2", "Turned away dc2");
        }
        assertThat(lines).containsExactly("Turned away dc2");

        pass(Duration.ofSeconds(30));
        complaints.say(true, "dc2", "Turned away dc2");
        assertThat(lines).hasSize(2).last().isEqualTo("Turned away dc2 (9 more of the kind were not logged)");
    }

    @Test
    void when_strangers_fill_their_allowance_then_the_line_about_a_member_is_still_logged() {
        for (int i = 0; i < 1000; i++) {
            complaints.say(false, "10.0.0." + i, "Turned away 10.0.0." + i);
        }
        assertThat(lines).hasSize(12);

        complaints.say(true, "dc2", "Turned away dc2");
        assertThat(lines).hasSize(13).last().isEqualTo("Turned away dc2");

        pass(Duration.ofSeconds(31));
        complaints.say(false, "10.0.9.9", "Turned away 10.0.9.9");
        assertThat(lines).last().isEqualTo("Turned away 10.0.9.9 (988 more of the kind were not logged)");
    }
}
