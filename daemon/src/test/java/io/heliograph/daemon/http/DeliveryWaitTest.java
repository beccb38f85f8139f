package io.heliograph.daemon.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.heliograph.daemon.http.DeliveryWish.Level;
import io.heliograph.kv.Revision;
import io.heliograph.raft.GroupMember;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class DeliveryWaitTest {

    private static final List<GroupMember> MEMBERS = Stream.of("dc1", "dc2", "dc3")
            .map(id -> GroupMember.asConfigured(id, true))
            .toList();

    @Test
    void when_enough_answer_before_the_last_is_asked_then_it_is_asked_and_told_of_all_the_same() {
        DeliveryWait wait = new DeliveryWait(
                new DeliveryWish(Level.QUORUM, Duration.ofSeconds(20)),
                Map.of("a", new Revision(7)),
                "dc1",
                MEMBERS,
                (member, wanted, limit) -> member.id().equals("dc3")
                        ? CompletableFuture.failedFuture(new IOException("refused"))
                        : CompletableFuture.completedFuture(Map.of("internal", true)),
                Runnable::run);

        assertThat(wait.start().join()).isTrue();

        assertThat(wait.known()).containsOnlyKeys("dc1", "dc2");
        assertThat(wait.unreachable()).containsExactly("dc3");
    }
}
