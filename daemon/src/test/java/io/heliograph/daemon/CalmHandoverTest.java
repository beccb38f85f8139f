package io.heliograph.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.heliograph.raft.CommitOutcome;
import io.heliograph.raft.CommitOutcome.Committed;
import io.heliograph.raft.CommitOutcome.Reason;
import io.heliograph.raft.CommitOutcome.Rejected;
import io.heliograph.raft.CommitOutcome.Result;
import io.heliograph.raft.ReplicatedLog;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class CalmHandoverTest {
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final CommitOutcome COMMITTED = new Committed(7, new Result(new byte[0]));

    private final Deque<CompletableFuture<CommitOutcome>> appends = new ArrayDeque<>();
    private final List<String> transfers = new ArrayList<>();
    private final CompletableFuture<Void> transferred = new CompletableFuture<>();
    private final CalmHandover log = new CalmHandover((ReplicatedLog) Proxy.newProxyInstance(
            getClass().getClassLoader(), new Class<?>[] {ReplicatedLog.class}, (proxy, method, arguments) -> {
                if (method.getName().equals("append")) {
                    appends.add(new CompletableFuture<>());
                    return appends.getLast();
                }
                transfers.add(method.getName() + " " + arguments[0]);
                return transferred;
            }));

    private CompletableFuture<CommitOutcome> append() {
        return log.append(new byte[0], LONG);
    }

    @Test
    void when_a_write_has_no_outcome_yet_then_leadership_is_handed_over_after_it() {
        CompletableFuture<CommitOutcome> write = append();
        CompletableFuture<Void> transfer = log.transferLeadership("dc2", LONG);
        assertThat(transfers).isEmpty();
        appends.getFirst().complete(COMMITTED);
        assertThat(write).isCompletedWithValue(COMMITTED);
        assertThat(transfers).containsExactly("transferLeadership dc2");
        assertThat(transfer).isNotDone();
        transferred.complete(null);
        assertThat(transfer).isCompleted();
    }

    @Test
    void when_leadership_is_being_handed_over_then_a_write_is_turned_away_and_not_appended() {
        log.transferLeadership("dc2", LONG);
        assertThat(append().join()).isEqualTo(new Rejected(Reason.NOT_LEADER, "leadership is being handed over"));
        assertThat(appends).isEmpty();
        transferred.complete(null);
        append();
        assertThat(appends).hasSize(1);
    }

    @Test
    void when_handing_over_fails_then_writes_go_on() {
        CompletableFuture<Void> transfer = log.transferLeadership("dc2", LONG);
        transferred.completeExceptionally(new IllegalStateException("dc2 is down"));
        assertThat(transfer).isCompletedExceptionally();
        append();
        assertThat(appends).hasSize(1);
    }

    @Test
    void when_a_write_gets_no_outcome_in_time_then_leadership_is_not_handed_over() {
        append();
        CompletableFuture<Void> transfer = log.transferLeadership("dc2", Duration.ofMillis(20));
        assertThat(transfer).failsWithin(Duration.ofSeconds(10));
        assertThat(transfers).isEmpty();
        append();
        assertThat(appends).hasSize(2);
    }
}
