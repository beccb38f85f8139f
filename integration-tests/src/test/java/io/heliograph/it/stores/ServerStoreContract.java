package io.heliograph.it.stores;

import static io.heliograph.it.stores.WriteSets.byKey;
import static io.heliograph.it.stores.WriteSets.cluster;
import static io.heliograph.it.stores.WriteSets.stored;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heliograph.it.servers.RealServer;
import io.heliograph.kv.StoreAdapter;
import io.heliograph.kv.StoreException;
import io.heliograph.kv.StoreResult;
import io.heliograph.kv.StoredEntry;
import io.heliograph.kv.WriteSet;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** What an adapter promises when the server behind it is down, hangs, or goes away in the middle. */
abstract class ServerStoreContract extends DeletionContract {

    /** Time limit of adapters that meet with trouble. */
    static final Duration LIMIT = Duration.ofSeconds(2);

    /** A small multiple of the adapter's time limit. */
    private static final Duration BOUND = LIMIT.multipliedBy(4).plusSeconds(1);

    /** Until a server that is back has to be written to again. */
    static final Duration RECOVERY = Duration.ofSeconds(40);

    private static final Set<StoreResult.Type> ARRIVED =
            EnumSet.of(StoreResult.Type.DELIVERED, StoreResult.Type.ALREADY_CURRENT);

    static final Set<StoreResult.Type> AWAY = EnumSet.of(StoreResult.Type.UNAVAILABLE, StoreResult.Type.INDETERMINATE);

    abstract RealServer server();

    @AfterAll
    void closeServer() {
        server().close();
    }

    @Test
    void when_the_server_is_down_then_it_is_unavailable_in_bounded_time() {
        deliver(cluster(tree() + "/a", 1));
        WriteSet set = cluster(tree() + "/a", 2);
        StoreAdapter hurried = warm();
        server().stop();
        try {
            long start = System.nanoTime();
            assertThat(hurried.deliver(List.of(set)).get(0).type()).isEqualTo(StoreResult.Type.UNAVAILABLE);
            assertThat(another(LIMIT).deliver(batch(200, 1)))
                    .extracting(StoreResult::type)
                    .containsOnly(StoreResult.Type.UNAVAILABLE);
            assertThatThrownBy(() -> hurried.read(tree()))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("store 'test'");
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(BOUND.multipliedBy(3));
        } finally {
            server().restart();
        }
        assertArrives(hurried, set);
    }

    @Test
    void when_the_server_hangs_then_the_call_ends_in_bounded_time_and_the_next_one_arrives() {
        deliver(cluster(tree() + "/a", 1));
        WriteSet set = cluster(tree() + "/a", 2);
        StoreAdapter hurried = warm();
        server().pause();
        try {
            long start = System.nanoTime();
            assertThat(hurried.deliver(List.of(set)).get(0).type()).isIn(AWAY);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(BOUND);
            start = System.nanoTime();
            assertThatThrownBy(() -> hurried.read(tree())).isInstanceOf(StoreException.class);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(BOUND);
        } finally {
            server().resume();
        }
        assertArrives(hurried, set);
    }

    @Test
    void when_the_server_hangs_while_somebody_writes_then_every_answer_stays_true() throws Exception {
        writeWhile(failures -> {
            server().pause();
            Awaitility.await().atMost(BOUND).until(() -> failures.get() > 0);
            server().resume();
        });
    }

    @Test
    void when_the_server_is_killed_while_somebody_writes_then_every_answer_stays_true() throws Exception {
        writeWhile(failures -> server().restart());
    }

    /**
     * One revision after the other, while something happens to the server in the middle.
     *
     * @param trouble takes the number of writes that did not arrive
     */
    private void writeWhile(Consumer<AtomicLong> trouble) throws Exception {
        String head = tree() + "/a";
        StoreAdapter hurried = warm();
        AtomicBoolean over = new AtomicBoolean();
        AtomicLong promised = new AtomicLong();
        AtomicLong failures = new AtomicLong();
        CompletableFuture<Long> writer = CompletableFuture.supplyAsync(() -> {
            long revision = 0;
            while (!over.get()) {
                revision++;
                StoreResult result =
                        hurried.deliver(List.of(cluster(head, revision))).get(0);
                if (ARRIVED.contains(result.type())) {
                    promised.set(revision);
                } else {
                    assertThat(result.type()).isIn(AWAY);
                    failures.incrementAndGet();
                }
            }
            return revision;
        });
        try {
            Awaitility.await().atMost(RECOVERY).until(() -> promised.get() > 5 || writer.isDone());
            trouble.accept(failures);
            long before = promised.get();
            Awaitility.await().atMost(RECOVERY).until(() -> promised.get() > before + 5 || writer.isDone());
        } finally {
            over.set(true);
        }
        long last = writer.get();
        Map<String, StoredEntry> seen = byKey(another().read(head));
        long kept = Objects.requireNonNull(seen.get(head)).revision().value();
        assertThat(kept).isBetween(promised.get(), last);
        assertThat(seen).isEqualTo(stored(cluster(head, kept)));
        assertArrives(hurried, cluster(head, last + 1));
    }

    /** An impatient adapter that is connected. */
    private StoreAdapter warm() {
        StoreAdapter hurried = another(LIMIT);
        assertArrives(hurried, cluster(tree() + "/warm", 1));
        return hurried;
    }

    final void assertArrives(StoreAdapter adapter, WriteSet set) {
        Awaitility.await().atMost(RECOVERY).untilAsserted(() -> assertThat(
                        adapter.deliver(List.of(set)).get(0).type())
                .isIn(ARRIVED));
        Awaitility.await().atMost(RECOVERY).ignoreExceptions().untilAsserted(() -> assertHolds(set));
    }
}
