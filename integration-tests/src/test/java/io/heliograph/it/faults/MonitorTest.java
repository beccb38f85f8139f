package io.heliograph.it.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MonitorTest {
    private final Findings findings = new Findings();
    private final Client client = new Client();
    private final Monitor monitor = new Monitor(
            new Group(List.of(), 0, client),
            client,
            new FailoverLog(findings),
            new Timeline(() -> 0, Set.of()),
            findings);

    @AfterEach
    void close() {
        client.close();
    }

    private static ObjectNode status(String role, long term, String digest) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("role", role)
                .put("term", term)
                .put("stateDigest", digest);
    }

    @Test
    void when_two_nodes_lead_in_one_term_then_it_is_found() {
        monitor.look("dc1", status("leader", 4, "7:aa"));
        monitor.look("dc2", status("leader", 5, "7:aa"));
        monitor.look("dc1", status("leader", 4, "7:aa"));
        assertThat(findings.all()).isEmpty();
        monitor.look("dc3", status("leader", 4, "7:aa"));
        assertThat(findings.all()).containsExactly(Violation.other("two leaders in term 4: dc1 and dc3"));
    }

    @Test
    void when_states_differ_at_one_index_then_it_is_divergent() {
        monitor.look("dc1", status("follower", 4, "7:aa"));
        monitor.look("dc2", status("follower", 4, "8:bb"));
        assertThat(findings.all()).isEmpty();
        monitor.look("dc3", status("follower", 4, "8:cc"));
        assertThat(findings.count(Violation.Category.DIVERGENT)).isEqualTo(1);
    }
}
