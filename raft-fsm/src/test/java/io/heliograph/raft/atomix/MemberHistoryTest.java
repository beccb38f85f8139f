package io.heliograph.raft.atomix;

import static org.assertj.core.api.Assertions.assertThat;

import io.heliograph.raft.GroupMember;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Row 18 of docs/guard.md. */
class MemberHistoryTest {

    private final MemberHistory history = new MemberHistory(new MemberHistory.At(0, members("a")));

    private static SortedMap<String, GroupMember> members(String... ids) {
        TreeMap<String, GroupMember> members = new TreeMap<>();
        for (String id : ids) {
            members.put(id, GroupMember.asConfigured(id, true));
        }
        return members;
    }

    @Test
    void when_a_snapshot_replaces_a_log_with_a_list_that_was_given_up_then_the_snapshots_list_is_in_force() {
        history.appended(20, members("a", "b"));
        history.appended(40, members("a", "b", "given up"));

        // what the log held up to 99 is thrown away; 40 is before that
        history.cutBack(99);
        history.learned(new MemberHistory.At(20, members("a", "b")), 99);

        assertThat(history.latest().index()).isEqualTo(20);
        assertThat(history.latest().members()).containsOnlyKeys("a", "b");
    }

    @Test
    void when_a_list_was_appended_after_the_snapshot_then_it_stays_in_force() {
        history.appended(20, members("a", "b"));
        history.appended(40, members("a", "b", "c"));

        history.learned(new MemberHistory.At(20, members("a", "b")), 30);

        assertThat(history.latest().index()).isEqualTo(40);
        assertThat(history.at(35).members()).containsOnlyKeys("a", "b");
    }

    @Test
    void when_a_snapshot_is_older_than_what_is_known_then_it_teaches_nothing() {
        history.learned(new MemberHistory.At(20, members("a", "b")), 30);

        history.learned(new MemberHistory.At(10, members("a")), 15);

        assertThat(history.latest().index()).isEqualTo(20);
    }
}
