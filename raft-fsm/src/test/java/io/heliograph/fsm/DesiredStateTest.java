package io.heliograph.fsm;

import static org.assertj.core.api.Assertions.assertThat;

import io.heliograph.kv.Entry;
import io.heliograph.kv.Revision;
import io.heliograph.kv.WriteSet;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class DesiredStateTest {

    private final DesiredState desired = new DesiredState();

    private static WriteSet set(long revision, String... keys) {
        return new WriteSet(
                new Revision(revision),
                Arrays.stream(keys).map(key -> new Entry(key, "v" + revision)).toList());
    }

    @Test
    void when_a_set_with_the_same_head_is_put_then_it_takes_the_place_and_frees_other_keys() {
        desired.put(set(1, "a", "a/x", "a/y"));
        desired.put(set(2, "a", "a/y", "a/z"));
        assertThat(desired.all()).containsExactly(set(2, "a", "a/y", "a/z"));
        assertThat(desired.owning("a/x")).isEmpty();
        assertThat(desired.owning("a/z")).contains(set(2, "a", "a/y", "a/z"));
    }

    @Test
    void when_a_set_takes_a_key_of_another_then_the_other_goes_as_a_whole() {
        desired.put(set(1, "a", "a/x"));
        desired.put(set(2, "b", "a/x"));
        assertThat(desired.all()).containsExactly(set(2, "b", "a/x"));
        assertThat(desired.get("a")).isEmpty();
        assertThat(desired.owning("a")).isEmpty();
    }

    @Test
    void when_a_head_is_a_lower_key_of_another_set_then_the_other_goes_as_a_whole() {
        desired.put(set(1, "a", "a/x"));
        desired.put(set(2, "a/x"));
        assertThat(desired.all()).containsExactly(set(2, "a/x"));
        assertThat(desired.owning("a")).isEmpty();
    }

    @Test
    void when_a_set_that_went_comes_back_smaller_then_its_other_keys_are_nobodys() {
        desired.put(set(1, "a", "a/x", "a/y"));
        desired.put(set(2, "b", "a/x"));
        desired.put(set(3, "a"));
        assertThat(desired.owning("a/y")).isEmpty();
        assertThat(desired.owning("a/x")).contains(set(2, "b", "a/x"));
    }

    private static WriteSet deletion(long revision, String... keys) {
        return WriteSet.deletion(new Revision(revision), List.of(keys));
    }

    @Test
    void when_keys_are_deleted_then_nobody_owns_them_and_the_deletion_stays() {
        desired.put(set(1, "a", "a/x"));

        assertThat(desired.put(deletion(2, "a", "a/x"))).containsExactly("a");

        assertThat(desired.owning("a/x")).isEmpty();
        assertThat(desired.below("")).isEmpty();
        assertThat(desired.deletionOf("a/x")).contains(deletion(2, "a", "a/x"));
        assertThat(desired.get("a")).contains(deletion(2, "a", "a/x"));
    }

    @Test
    void when_some_of_the_deleted_keys_are_set_again_then_the_others_stay_deleted() {
        desired.put(deletion(2, "a", "a/x", "a/y"));

        assertThat(desired.put(set(3, "a/x"))).containsExactly("a", "a/x");
        assertThat(desired.all()).containsExactly(deletion(3, "a", "a/y"), set(3, "a/x"));

        assertThat(desired.put(set(4, "a"))).containsExactly("a/y", "a");
        assertThat(desired.all()).containsExactly(set(4, "a"), set(3, "a/x"), deletion(4, "a/y"));

        assertThat(desired.put(set(5, "a/y"))).containsExactly("a/y");
        assertThat(desired.all()).containsExactly(set(4, "a"), set(3, "a/x"), set(5, "a/y"));
    }

    @Test
    void when_there_are_too_many_deletions_then_the_oldest_goes() {
        desired.put(set(1, "live"));
        for (int i = 0; i < DesiredState.MAX_DELETIONS; i++) {
            desired.put(deletion(2 + i, "gone/" + i));
        }
        desired.put(set(20_000, "gone/0"));
        desired.put(deletion(20_001, "gone/0"));
        assertThat(desired.get("gone/1")).isPresent();

        assertThat(desired.put(deletion(20_002, "one-more"))).containsExactly("one-more", "gone/1");

        assertThat(desired.get("gone/1")).isEmpty();
        assertThat(desired.size()).isEqualTo(1 + DesiredState.MAX_DELETIONS);
    }

    @Test
    void when_a_prefix_is_asked_for_then_whole_segments_count() {
        desired.put(set(1, "a/b", "a/b/x"));
        desired.put(set(2, "a/bc"));
        desired.put(set(3, "z"));
        assertThat(desired.below("a/b")).containsExactly(set(1, "a/b", "a/b/x"));
        assertThat(desired.below("a/b/x")).containsExactly(set(1, "a/b", "a/b/x"));
        assertThat(desired.below("a")).containsExactly(set(1, "a/b", "a/b/x"), set(2, "a/bc"));
        assertThat(desired.below("")).hasSize(3);
        assertThat(desired.below("nosuch")).isEmpty();
    }
}
