package io.heliograph.raft.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Members that come, go and move while messages are sent. */
class MembersTest {

    private MemberNetwork a;
    private MemberNetwork b;
    private String addressA;
    private String addressB;

    @BeforeEach
    void open() throws Exception {
        addressA = Net.freeAddress();
        a = Net.open("a", addressA, Map.of("a", addressA));
        addressB = Net.freeAddress();
        b = Net.open("b", addressB, Map.of("a", addressA, "b", addressB));
    }

    @AfterEach
    void close() {
        a.close();
        b.close();
    }

    private static <T> T result(CompletableFuture<T> future) throws Exception {
        return future.get(Net.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Test
    void when_a_member_is_added_then_it_is_asked() throws Exception {
        assertThatThrownBy(() -> result(Net.who(a, "b"))).hasMessageContaining("no member has the id b");

        a.setMembers(Map.of("a", addressA, "b", addressB));

        assertThat(result(Net.who(a, "b"))).isEqualTo("b");
    }

    @Test
    void when_a_member_is_removed_then_its_connection_is_closed_and_what_waits_on_it_fails_at_once() throws Exception {
        a.setMembers(Map.of("b", addressB));
        b.serve("never", request -> new CompletableFuture<>());
        assertThat(result(Net.who(a, "b"))).isEqualTo("b");
        CompletableFuture<byte[]> waiting = a.ask("b", "never", new byte[0], Duration.ofMinutes(10));

        a.setMembers(Map.of("a", addressA));

        assertThatThrownBy(() -> result(waiting))
                .isInstanceOf(ExecutionException.class)
                .hasMessageContaining("the connection was closed");
        assertThatThrownBy(() -> result(Net.who(a, "b"))).hasMessageContaining("no member has the id b");
    }

    @Test
    void when_a_member_moves_then_it_is_asked_at_its_new_address() throws Exception {
        a.setMembers(Map.of("b", addressB));
        assertThat(result(Net.who(a, "b"))).isEqualTo("b");
        String elsewhere = Net.freeAddress();

        try (MemberNetwork moved = Net.open("b", elsewhere, Map.of())) {
            moved.serve("where", request -> CompletableFuture.completedFuture(new byte[] {2}));
            b.serve("where", request -> CompletableFuture.completedFuture(new byte[] {1}));

            a.setMembers(Map.of("b", elsewhere));

            assertThat(result(a.ask("b", "where", new byte[0], Net.LIMIT))).containsExactly(2);
        }
    }

    @Test
    void when_others_change_then_a_link_that_stays_keeps_what_waits_on_it() throws Exception {
        a.setMembers(Map.of("b", addressB));
        CompletableFuture<byte[]> answer = new CompletableFuture<>();
        CompletableFuture<Void> asked = new CompletableFuture<>();
        b.serve("later", request -> {
            asked.complete(null);
            return answer;
        });
        CompletableFuture<byte[]> waiting = a.ask("b", "later", new byte[0], Net.PATIENCE);
        result(asked);

        a.setMembers(Map.of("a", addressA, "b", addressB, "c", Net.freeAddress()));
        answer.complete(new byte[] {7});

        assertThat(result(waiting)).containsExactly(7);
    }

    @Test
    void when_one_address_is_wrong_then_nothing_changes() throws Exception {
        a.setMembers(Map.of("b", addressB));

        assertThatThrownBy(() -> a.setMembers(Map.of("c", "10.0.0.1")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'10.0.0.1' is not host:port");

        assertThat(result(Net.who(a, "b"))).isEqualTo("b");
    }
}
