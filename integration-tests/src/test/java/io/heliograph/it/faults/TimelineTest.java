package io.heliograph.it.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TimelineTest {
    private long now;
    private final Timeline timeline = new Timeline(() -> now, new TreeSet<>(Set.of("dc1", "dc2", "dc3")));

    @BeforeEach
    void start() {
        at(10, () -> timeline.nodeUp("dc1", true));
        at(20, () -> timeline.nodeUp("dc2", true));
        at(30, () -> timeline.nodeUp("dc3", true));
    }

    private void at(long moment, Runnable change) {
        now = moment;
        change.run();
    }

    private static Cuts.Pair pair(String from, String to) {
        return new Cuts.Pair(from, to);
    }

    @Test
    void when_a_majority_is_up_then_time_without_an_acknowledgement_counts() {
        assertThat(timeline.longestWithout(List.of(50L, 40L, 90L), 100)).isEqualTo(new Timeline.Interval(50, 90));
    }

    @Test
    void when_no_majority_is_up_then_time_does_not_count() {
        at(50, () -> timeline.nodeUp("dc1", false));
        at(60, () -> timeline.nodeUp("dc2", false));
        at(1_000, () -> timeline.nodeUp("dc2", true));
        assertThat(timeline.longestWithout(List.of(55L), 1_010)).isEqualTo(new Timeline.Interval(20, 55));
    }

    @Test
    void when_one_direction_of_a_link_is_cut_then_the_two_ends_are_not_connected() {
        at(40, () -> timeline.nodeUp("dc3", false));
        assertThat(timeline.hasConnectedMajority()).isTrue();
        at(50, () -> timeline.cuts(Set.of(pair("dc2", "dc1"))));
        assertThat(timeline.hasConnectedMajority()).isFalse();
        at(60, () -> timeline.nodeUp("dc3", true));
        assertThat(timeline.hasConnectedMajority()).isTrue();
    }

    @Test
    void when_an_empty_node_waits_to_be_taken_in_then_it_does_not_count_for_a_majority() {
        at(40, () -> timeline.nodeUp("dc3", false));
        at(50, () -> timeline.nodeWaits("dc2", true));
        assertThat(timeline.hasConnectedMajority()).isFalse();
        at(60, () -> timeline.nodeWaits("dc2", false));
        assertThat(timeline.hasConnectedMajority()).isTrue();
    }

    @Test
    void when_clients_cannot_reach_a_node_then_it_does_not_count_for_a_majority() {
        at(40, () -> timeline.nodeUp("dc3", false));
        at(50, () -> timeline.cuts(Set.of(pair("dc1", Cuts.CLIENTS))));
        assertThat(timeline.hasConnectedMajority()).isFalse();
    }

    @Test
    void when_a_node_was_down_or_cut_off_in_between_then_it_was_not_steady() {
        at(100, () -> timeline.nodeUp("dc1", false));
        at(110, () -> timeline.nodeUp("dc1", true));
        at(200, () -> timeline.cuts(Set.of(pair(Cuts.CLIENTS, "dc1"))));
        at(210, () -> timeline.cuts(Set.of(pair("dc1", "dc2"))));
        assertThat(timeline.wasSteady("dc1", 40, 90)).isTrue();
        assertThat(timeline.wasSteady("dc1", 40, 105)).isFalse();
        assertThat(timeline.wasSteady("dc1", 90, 150)).isFalse();
        assertThat(timeline.wasSteady("dc1", 120, 190)).isTrue();
        assertThat(timeline.wasSteady("dc1", 120, 205)).isFalse();
        assertThat(timeline.wasSteady("dc1", 215, 900)).isTrue();
    }

    @Test
    void when_a_node_has_not_answered_yet_then_it_is_not_steady() {
        assertThat(timeline.wasSteady("dc3", 25, 40)).isFalse();
    }
}
