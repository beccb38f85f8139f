package io.heliograph.kv.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;

import io.heliograph.kv.Entry;
import io.heliograph.kv.Revision;
import io.heliograph.kv.WriteSet;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.ZooDefs;
import org.junit.jupiter.api.Test;

class PlanTest {

    private static final Paths PATHS = new Paths("");

    @Test
    void when_nothing_is_there_then_parents_are_made_first_and_values_in_order() {
        Plan plan = Plan.of(set("m/a/port", "m/a"), PATHS, null, Set.of("/m/a", "/m/a/port"));

        assertThat(plan.parents())
                .containsExactly(
                        "/heliograph", "/heliograph/fence", "/heliograph/fence/m", "/heliograph/fence/m/a", "/m");
        assertThat(describe(plan))
                .containsExactly("create /heliograph/fence/m/a/port", "create /m/a", "create /m/a/port");
    }

    @Test
    void when_the_fence_is_there_then_its_version_is_checked_and_values_are_set() {
        Plan plan = Plan.of(set("m/a", "m/a/port"), PATHS, new Node("7", 3), Set.of());

        assertThat(plan.parents()).isEmpty();
        assertThat(describe(plan)).containsExactly("set /heliograph/fence/m/a", "set /m/a", "set /m/a/port");
        assertThat(((Op.SetData) plan.operations().get(0)).toRequestRecord().toString())
                .contains("3");
    }

    @Test
    void when_a_parent_lies_below_a_new_value_then_it_is_made_in_the_transaction() {
        Plan plan = Plan.of(set("a", "a/b/c"), PATHS, new Node("7", 0), Set.of("/a", "/a/b/c"));

        assertThat(plan.parents()).isEmpty();
        assertThat(describe(plan))
                .containsExactly("set /heliograph/fence/a", "create /a", "create /a/b", "create /a/b/c");
    }

    @Test
    void when_there_is_a_root_then_everything_is_below_it() {
        Plan plan = Plan.of(set("a"), new Paths("/x/y"), null, Set.of("/x/y/a"));

        assertThat(plan.parents()).containsExactly("/x", "/x/y", "/x/y/heliograph", "/x/y/heliograph/fence");
        assertThat(describe(plan)).containsExactly("create /x/y/heliograph/fence/a", "create /x/y/a");
    }

    @Test
    void when_keys_are_deleted_then_what_is_below_goes_first_and_the_fence_stays() {
        WriteSet set = WriteSet.deletion(new Revision(9), List.of("m/a", "m/a/port", "m/a/ipv4"));

        Plan plan = Plan.deletion(set, PATHS, new Node("7", 3), Map.of("/m/a", 1, "/m/a/port", 0));

        assertThat(plan.parents()).isEmpty();
        assertThat(describe(plan)).containsExactly("set /heliograph/fence/m/a", "delete /m/a/port", "delete /m/a");
    }

    @Test
    void when_a_deleted_key_leads_to_others_then_it_only_loses_its_value() {
        WriteSet set = WriteSet.deletion(new Revision(9), List.of("a", "a/b"));

        Plan plan = Plan.deletion(set, PATHS, null, Map.of("/a", 2, "/a/b", 0));

        assertThat(describe(plan)).containsExactly("create /heliograph/fence/a", "delete /a/b", "set /a");
    }

    @Test
    void when_a_fence_holds_something_else_then_it_has_no_revision() {
        assertThat(new Node("17", 0).revision()).isEqualTo(new Revision(17));
        assertThat(new Node(null, 0).revision()).isEqualTo(Revision.NONE);
        assertThat(new Node("", 0).revision()).isEqualTo(Revision.NONE);
        assertThat(new Node("-1", 0).revision()).isEqualTo(Revision.NONE);
        assertThat(new Node("9007199254740992", 0).revision()).isEqualTo(Revision.NONE);
        assertThat(new Node("99999999999999999999", 0).revision()).isEqualTo(Revision.NONE);
    }

    @Test
    void when_a_key_lies_in_our_own_tree_then_it_is_reserved() {
        assertThat(PATHS.isReserved("heliograph/fence")).isTrue();
        assertThat(PATHS.isReserved("heliograph/fence/a")).isTrue();
        assertThat(PATHS.isReserved("heliograph/owner")).isTrue();
        assertThat(PATHS.isReserved("heliographs/a")).isFalse();
        assertThat(PATHS.isReserved("zookeeper/quota")).isTrue();
        assertThat(new Paths("/x").isReserved("zookeeper/quota")).isFalse();
    }

    private static WriteSet set(String... keys) {
        return new WriteSet(
                new Revision(9),
                Arrays.stream(keys).map(key -> new Entry(key, "v")).toList());
    }

    private static List<String> describe(Plan plan) {
        return plan.operations().stream()
                .map(op -> verb(op) + " " + op.getPath())
                .toList();
    }

    private static String verb(Op op) {
        return switch (op.getType()) {
            case ZooDefs.OpCode.create -> "create";
            case ZooDefs.OpCode.delete -> "delete";
            case ZooDefs.OpCode.setData -> "set";
            default -> "other";
        };
    }
}
