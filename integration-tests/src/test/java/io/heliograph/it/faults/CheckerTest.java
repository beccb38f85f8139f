package io.heliograph.it.faults;

import static io.heliograph.it.faults.Story.KEY;
import static io.heliograph.it.faults.Story.MASTER;
import static org.assertj.core.api.Assertions.assertThat;

import io.heliograph.it.faults.Violation.Category;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CheckerTest {

    private static void assertFound(Story story, Category category, String text) {
        assertThat(story.check()).anySatisfy(violation -> {
            assertThat(violation.category()).isEqualTo(category);
            assertThat(violation.text()).contains(text);
        });
    }

    @Test
    void when_every_answer_fits_then_nothing_is_found() {
        List<Violation> found = new Story()
                .committed("v1", 0, 10, 1)
                .committed("v2", 5, 20, 3)
                .committed("v3", 6, 21, 2)
                .refused("v4", 22, 30)
                .unknown("v5", 23, 40)
                .read("v3", 25, 26, 2)
                .read("v2", 27, 28, 3)
                .read("v5", 50, 51, 7)
                .registered("m1", 0, 22, 4)
                .failover("m2", "m1", 30, 40, 5)
                .failoverRefused("m3", "m1", "m2", 35, 45)
                .failover("m4", null, 46, 50, 6)
                .listed("m1", "m2", 5)
                .listed("m2", "m4", 6)
                .holds(KEY, "v5", 7)
                .holds(MASTER, "m4", 6)
                .holds(MASTER + "/port", "3306", 6)
                .check();
        assertThat(found).isEmpty();
    }

    @Test
    void when_an_unknown_write_was_never_seen_then_nothing_is_found() {
        List<Violation> found = new Story()
                .unknown("v1", 0, 10)
                .committed("v2", 20, 30, 5)
                .holds(KEY, "v2", 5)
                .check();
        assertThat(found).isEmpty();
    }

    @Test
    void when_an_acknowledged_write_is_gone_then_it_is_lost() {
        assertFound(new Story().committed("v1", 0, 10, 1), Category.LOST, "holds nothing instead of #1");
    }

    @Test
    void when_an_older_write_is_there_instead_of_the_newest_then_the_newest_is_lost() {
        Story story =
                new Story().committed("v1", 0, 10, 1).committed("v2", 20, 30, 2).holds(KEY, "v1", 1);
        assertFound(story, Category.LOST, "instead of #2");
    }

    @Test
    void when_one_of_the_nodes_has_lost_a_write_then_it_is_lost_there() {
        Story story = new Story().committed("v1", 0, 10, 1).holds(KEY, "v1", 1).otherNode("100:bb", Map.of(), Map.of());
        assertFound(story, Category.LOST, "dc2 holds nothing");
        assertFound(story, Category.DIVERGENT, "digests differ");
        assertFound(story, Category.DIVERGENT, "entries differ");
    }

    @Test
    void when_a_node_is_behind_then_that_is_found_and_nothing_is_called_lost() {
        List<Violation> found = new Story()
                .committed("v1", 0, 10, 1)
                .holds(KEY, "v1", 1)
                .otherNode("90:bb", Map.of(), Map.of())
                .check();
        assertThat(found).containsExactly(Violation.other("dc2 has applied 90 at the end, dc1 100"));
    }

    @Test
    void when_two_acknowledged_writes_share_a_revision_then_one_is_lost() {
        Story story =
                new Story().committed("v1", 0, 10, 1).committed("v2", 20, 30, 1).holds(KEY, "v2", 1);
        assertFound(story, Category.LOST, "the same revision");
    }

    @Test
    void when_a_read_shows_another_write_at_an_acknowledged_revision_then_it_is_lost() {
        Story story = new Story()
                .committed("v1", 0, 10, 1)
                .unknown("v2", 0, 10)
                .read("v2", 20, 30, 1)
                .committed("v3", 40, 50, 2)
                .holds(KEY, "v3", 2);
        assertFound(story, Category.LOST, "revision 1 is");
    }

    @Test
    void when_a_write_appears_at_a_second_revision_then_it_was_written_twice() {
        Story story =
                new Story().committed("v1", 0, 10, 1).committed("v2", 20, 30, 2).holds(KEY, "v1", 3);
        assertFound(story, Category.OTHER, "written twice");
    }

    @Test
    void when_a_failover_is_listed_twice_then_it_was_written_twice() {
        Story story = new Story()
                .registered("m1", 0, 5, 1)
                .failover("m2", null, 10, 20, 2)
                .listed("m1", "m2", 2)
                .listed("m2", "m2", 3)
                .holds(MASTER, "m2", 3);
        assertFound(story, Category.OTHER, "written twice: in the list");
    }

    @Test
    void when_an_acknowledged_failover_is_not_listed_then_it_is_lost() {
        Story story = new Story()
                .registered("m1", 0, 5, 1)
                .failover("m2", null, 10, 20, 2)
                .failover("m3", null, 30, 40, 3)
                .listed("m1", "m3", 3)
                .holds(MASTER, "m3", 3);
        assertFound(story, Category.LOST, "not in the list of failovers");
    }

    @Test
    void when_the_list_does_not_go_back_that_far_then_a_failover_is_not_called_lost() {
        List<Violation> found = new Story()
                .registered("m1", 0, 5, 1)
                .failover("m2", null, 10, 20, 2)
                .failover("m3", null, 30, 40, 3)
                .listed("m2", "m3", 3)
                .completeFrom(3)
                .holds(MASTER, "m3", 3)
                .check();
        assertThat(found).isEmpty();
    }

    @Test
    void when_a_failover_does_not_begin_where_the_last_one_ended_then_the_log_has_changed() {
        Story story = new Story()
                .registered("m1", 0, 5, 1)
                .failover("m2", null, 10, 20, 2)
                .failover("m3", null, 30, 40, 3)
                .listed("m1", "m2", 2)
                .listed("m1", "m3", 3)
                .holds(MASTER, "m3", 3);
        assertFound(story, Category.DIVERGENT, "does not begin where");
    }

    @Test
    void when_a_condition_did_not_hold_then_carrying_it_out_was_wrong() {
        Story story = new Story()
                .registered("m1", 0, 5, 1)
                .failover("m2", null, 10, 20, 2)
                .failover("m3", "m1", 11, 21, 3)
                .listed("m1", "m2", 2)
                .listed("m2", "m3", 3)
                .holds(MASTER, "m3", 3);
        assertFound(story, Category.OTHER, "not as expected");
    }

    @Test
    void when_a_refusal_names_a_master_that_was_replaced_before_then_it_is_out_of_order() {
        Story story = new Story()
                .registered("m1", 0, 5, 1)
                .failover("m2", null, 10, 20, 2)
                .failover("m3", null, 30, 40, 3)
                .failoverRefused("m4", "m1", "m2", 50, 60)
                .listed("m1", "m2", 2)
                .listed("m2", "m3", 3)
                .holds(MASTER, "m3", 3);
        assertFound(story, Category.OTHER, "out of order");
    }

    @Test
    void when_refusals_see_masters_in_turns_then_one_is_out_of_order() {
        Story story = new Story()
                .registered("m1", 0, 5, 1)
                .failover("m2", null, 10, 100, 2)
                .failoverRefused("m3", "m9", "m2", 20, 30)
                .failoverRefused("m4", "m9", "m1", 40, 50)
                .listed("m1", "m2", 2)
                .holds(MASTER, "m2", 2);
        assertFound(story, Category.OTHER, "out of order");
    }

    @Test
    void when_a_refusal_names_what_was_expected_then_its_reason_is_wrong() {
        Story story = new Story()
                .registered("m1", 0, 5, 1)
                .failoverRefused("m2", "m1", "m1", 10, 20)
                .holds(MASTER, "m1", 1);
        assertFound(story, Category.OTHER, "that master was expected");
    }

    @Test
    void when_a_later_write_has_the_lower_revision_then_it_is_out_of_order() {
        Story story =
                new Story().committed("v1", 0, 10, 2).committed("v2", 20, 30, 1).holds(KEY, "v1", 2);
        assertFound(story, Category.OTHER, "out of order");
    }

    @Test
    void when_an_unknown_write_shows_up_before_what_was_acknowledged_earlier_then_it_is_out_of_order() {
        Story story = new Story()
                .committed("v1", 0, 10, 5)
                .unknown("v2", 20, 30)
                .read("v2", 25, 35, 4)
                .holds(KEY, "v1", 5);
        assertFound(story, Category.OTHER, "out of order");
    }

    @Test
    void when_a_refused_write_is_seen_then_the_refusal_was_wrong() {
        Story story = new Story().refused("v1", 0, 10).holds(KEY, "v1", 3);
        assertFound(story, Category.OTHER, "refused and yet written");
    }

    @Test
    void when_a_value_is_seen_that_nobody_wrote_then_it_is_found() {
        assertFound(new Story().holds(KEY, "v1", 3), Category.OTHER, "nobody wrote");
    }

    @Test
    void when_a_node_shows_an_older_value_after_a_newer_one_then_it_went_backwards() {
        Story story = new Story()
                .committed("v1", 0, 10, 1)
                .committed("v2", 20, 30, 2)
                .read("v2", 40, 41, 2)
                .read("v1", 50, 51, 1)
                .holds(KEY, "v2", 2);
        assertFound(story, Category.OTHER, "went backwards");
    }

    @Test
    void when_a_node_knows_no_key_after_it_showed_it_then_it_went_backwards() {
        Story story = new Story()
                .committed("v1", 0, 10, 1)
                .read("v1", 40, 41, 1)
                .read(null, 50, 51, 0)
                .holds(KEY, "v1", 1);
        assertFound(story, Category.OTHER, "went backwards");
    }

    @Test
    void when_a_value_is_read_before_it_is_written_then_it_is_found() {
        Story story = new Story().read("v1", 0, 5, 1).committed("v1", 10, 20, 1).holds(KEY, "v1", 1);
        assertFound(story, Category.OTHER, "read before it was written");
    }

    @Test
    void when_a_store_holds_something_else_than_the_state_then_it_is_divergent() {
        Versioned right = new Versioned("v1", 1);
        Story story = new Story()
                .committed("v1", 0, 10, 1)
                .holds(KEY, "v1", 1)
                .otherNode("100:aa", Map.of(KEY, right), Map.of(KEY, new Versioned("v0", 0)));
        assertFound(story, Category.DIVERGENT, "internal store of dc2");
    }

    @Test
    void when_a_write_is_acknowledged_without_a_revision_then_it_is_found() {
        assertFound(new Story().committed("v1", 0, 10, 0), Category.OTHER, "without a revision");
    }

    @Test
    void when_no_node_answers_at_the_end_then_it_is_found() {
        assertThat(Checker.check(new Evidence(List.of(), List.of(), List.of(), 0)))
                .containsExactly(Violation.other("no node said what it holds at the end"));
    }
}
