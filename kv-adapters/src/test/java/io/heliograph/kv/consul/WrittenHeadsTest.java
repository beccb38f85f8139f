package io.heliograph.kv.consul;

import static io.heliograph.kv.consul.FakeConsul.after;
import static io.heliograph.kv.consul.FakeConsul.answer;
import static org.assertj.core.api.Assertions.assertThat;

import io.heliograph.kv.Entry;
import io.heliograph.kv.Owner;
import io.heliograph.kv.Revision;
import io.heliograph.kv.StoreResult;
import io.heliograph.kv.WriteSet;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What goes over heads as we wrote them last takes one request, and is never believed where somebody came between. */
@Timeout(60)
class WrittenHeadsTest {

    private static final StoreResult DELIVERED = new StoreResult.Delivered();
    private static final Duration LIMIT = Duration.ofMillis(1_500);

    private final FakeConsul consul = new FakeConsul();
    private final ConsulStoreAdapter store =
            ConsulStoreAdapter.open(new ConsulSettings("test", new Owner("orders"), consul.url(), null, LIMIT));

    private static WriteSet pair(String head, long revision) {
        String value = Long.toString(revision);
        return new WriteSet(new Revision(revision), List.of(new Entry(head, value), new Entry(head + "/port", value)));
    }

    @BeforeEach
    void writeSome() {
        // claims the store, so that its owner is read once more
        assertThat(store.deliver(List.of(pair("a", 6)))).containsOnly(DELIVERED);
        assertThat(store.deliver(List.of(pair("a", 7), pair("b", 7), pair("c", 7))))
                .containsOnly(DELIVERED);
        consul.requests.clear();
    }

    @AfterEach
    void close() {
        store.close();
        consul.close();
    }

    private void assertHolds(String head, long revision) {
        assertThat(consul.keys().get(head).flags()).isEqualTo(Long.toString(revision));
        assertThat(consul.keys().get(head + "/port").value()).isEqualTo(Long.toString(revision));
    }

    @Test
    void when_it_goes_over_ours_then_nothing_is_asked() {
        assertThat(store.deliver(List.of(pair("a", 8)))).containsExactly(DELIVERED);
        assertThat(store.deliver(List.of(pair("a", 9), pair("b", 9), pair("c", 9))))
                .containsOnly(DELIVERED);

        assertThat(consul.requests).containsExactly("PUT /v1/txn", "PUT /v1/txn");
        assertHolds("a", 9);
        assertHolds("c", 9);
    }

    @Test
    void when_it_is_not_newer_than_ours_then_it_is_compared() {
        assertThat(store.deliver(List.of(pair("a", 7)))).containsExactly(new StoreResult.AlreadyCurrent());
        assertThat(store.deliver(List.of(pair("a", 6)))).containsExactly(new StoreResult.Fenced(new Revision(7)));

        assertThat(consul.writes()).isZero();
    }

    @Test
    void when_a_rival_wrote_something_newer_then_it_stays_and_the_others_are_delivered() {
        consul.put("b", "rival", "9");

        assertThat(store.deliver(List.of(pair("a", 8), pair("b", 8), pair("c", 8), pair("d", 8))))
                .containsExactly(DELIVERED, new StoreResult.Fenced(new Revision(9)), DELIVERED, DELIVERED);

        assertThat(consul.keys().get("b").value()).isEqualTo("rival");
        assertThat(consul.keys().get("b/port").value()).isEqualTo("7");
        assertHolds("a", 8);
        assertHolds("d", 8);
        assertThat(store.deliver(List.of(pair("b", 10)))).containsExactly(DELIVERED);
        assertHolds("b", 10);
    }

    @Test
    void when_a_rival_writes_while_ours_is_on_its_way_then_the_newer_one_stays() {
        consul.onWrite.add(after(() -> consul.put("a", "rival", "9")));

        assertThat(store.deliver(List.of(pair("a", 8)))).containsExactly(new StoreResult.Fenced(new Revision(9)));

        assertThat(consul.keys().get("a").value()).isEqualTo("rival");
    }

    @Test
    void when_the_keys_are_gone_then_they_are_written_anew() {
        consul.keys().keySet().forEach(consul::remove);

        assertThat(store.deliver(List.of(pair("a", 8)))).containsExactly(DELIVERED);

        assertHolds("a", 8);
    }

    @Test
    void when_ours_was_deleted_then_its_tombstone_is_asked_for() {
        WriteSet deletion = WriteSet.deletion(new Revision(8), List.of("a", "a/port"));
        assertThat(store.deliver(List.of(deletion))).containsExactly(DELIVERED);

        assertThat(store.deliver(List.of(pair("a", 9)))).containsExactly(DELIVERED);

        assertThat(consul.keys()).doesNotContainKey("heliograph/tombstone/a");
        assertHolds("a", 9);
    }

    @Test
    void when_the_answer_is_lost_then_the_next_delivery_asks() {
        consul.onWrite.add(consul.loseAnswer());
        assertThat(store.deliver(List.of(pair("a", 8))).get(0).type()).isEqualTo(StoreResult.Type.INDETERMINATE);

        consul.requests.clear();
        assertThat(store.deliver(List.of(pair("a", 9)))).containsExactly(DELIVERED);
        assertThat(consul.writes()).as("no write that cannot succeed").isEqualTo(1);
    }

    @Test
    void when_the_agent_hangs_then_nothing_else_of_the_batch_is_tried() {
        consul.onWrite.add(consul.hang());

        List<StoreResult> results = store.deliver(List.of(pair("a", 8), pair("d", 8)));

        assertThat(results.get(0).type()).isEqualTo(StoreResult.Type.INDETERMINATE);
        assertThat(results.get(1).type()).isEqualTo(StoreResult.Type.UNAVAILABLE);
        assertThat(consul.requests).containsExactly("PUT /v1/txn");
    }

    @Test
    void when_one_of_them_is_refused_then_the_others_are_delivered() {
        String denied = "{\"Results\":null,\"Errors\":[{\"OpIndex\":1,\"What\":\"Permission denied\"}]}";
        consul.onWrite.add(answer(409, denied));
        consul.onWrite.add(answer(409, denied));
        consul.onWrite.add(answer(409, denied));

        List<StoreResult> results = store.deliver(List.of(pair("a", 8), pair("b", 8)));

        assertThat(results.get(0).type()).isEqualTo(StoreResult.Type.REJECTED);
        assertThat(results.get(1)).isEqualTo(DELIVERED);
    }

    @Test
    void when_it_is_a_repair_then_what_the_store_holds_is_read() {
        consul.put("a/port", "by hand", "0");

        assertThat(store.repair(List.of(pair("a", 8)))).containsExactly(DELIVERED);

        assertThat(consul.requests).containsExactly("GET /v1/kv/a?consistent=true", "PUT /v1/txn");
        assertHolds("a", 8);
    }
}
