package io.heliograph.fsm;

import static io.heliograph.fsm.Machine.forget;
import static io.heliograph.fsm.Machine.put;
import static io.heliograph.fsm.Machine.revision;
import static org.assertj.core.api.Assertions.assertThat;

import io.heliograph.command.Command.DeleteCluster;
import io.heliograph.command.Command.DeleteEntry;
import io.heliograph.command.Command.RaiseEpoch;
import io.heliograph.fsm.CommandResult.Done;
import io.heliograph.fsm.CommandResult.Reason;
import io.heliograph.kv.Revision;
import java.util.List;
import org.junit.jupiter.api.Test;

class StateMachineDeletionTest {

    private final Machine m = new Machine();

    @Test
    void when_a_cluster_is_forgotten_with_its_keys_then_they_are_deleted_at_a_new_revision() {
        m.register("orders", "db1:3306");
        m.heard.clear();

        Done done = m.done(new DeleteCluster("orders"));

        assertThat(done.revision()).isEqualTo(revision(2));
        assertThat(done.entries()).isEmpty();
        assertThat(done.deleted()).hasSize(5).startsWith("mysql/master/orders", "mysql/master/orders/hostname");
        assertThat(m.heard).containsExactly("changed mysql/master/orders 2");
        assertThat(m.machine.state().clusters().all()).isEmpty();
        assertThat(m.value("mysql/master/orders/port")).isEqualTo("nothing");
        assertThat(m.refused(new DeleteCluster("orders")).reason()).isEqualTo(Reason.UNKNOWN_CLUSTER);

        m.register("orders", "db2:3306");
        assertThat(m.value("mysql/master/orders")).isEqualTo("db2:3306");
    }

    @Test
    void when_a_plain_entry_is_deleted_then_it_is_gone_and_deleting_it_again_changes_nothing() {
        m.done(put("feature/x", "on"));

        assertThat(m.done(new DeleteEntry("feature/x")))
                .isEqualTo(new Done(revision(2), true, List.of(), List.of("feature/x")));
        assertThat(m.done(new DeleteEntry("feature/x")))
                .isEqualTo(new Done(revision(2), false, List.of(), List.of("feature/x")));
        assertThat(m.value("feature/x")).isEqualTo("nothing");

        m.done(put("feature/x", "off"));
        assertThat(m.value("feature/x")).isEqualTo("off");
    }

    @Test
    void when_a_key_belongs_to_a_cluster_then_it_is_not_deleted_by_itself() {
        m.register("orders", "db1:3306");

        assertThat(m.refused(new DeleteEntry("mysql/master/orders")).reason()).isEqualTo(Reason.KEY_IN_USE);
        m.done(forget("orders"));
        assertThat(m.refused(new DeleteEntry("mysql/master/orders/port")).message())
                .contains("'mysql/master/orders'");
        assertThat(m.done(new DeleteEntry("mysql/master/orders")).deleted()).hasSize(5);
    }

    @Test
    void when_there_is_no_such_key_then_deleting_it_is_refused() {
        assertThat(m.refused(new DeleteEntry("nosuch")).reason()).isEqualTo(Reason.UNKNOWN_KEY);
        assertThat(m.heard).isEmpty();
    }

    @Test
    void when_the_epoch_rises_then_deletions_get_a_revision_of_it_too() {
        m.done(put("feature/x", "on"));
        m.done(new DeleteEntry("feature/x"));

        m.done(new RaiseEpoch(7));

        assertThat(m.machine.state().desired().get("feature/x").orElseThrow().revision())
                .isEqualTo(Revision.of(7, 3));
    }
}
