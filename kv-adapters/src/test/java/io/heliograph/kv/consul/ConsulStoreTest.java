package io.heliograph.kv.consul;

import static io.heliograph.kv.consul.FakeConsul.after;
import static io.heliograph.kv.consul.FakeConsul.answer;
import static org.assertj.core.api.Assertions.assertThat;

import io.heliograph.kv.Entry;
import io.heliograph.kv.Limits;
import io.heliograph.kv.Owner;
import io.heliograph.kv.Revision;
import io.heliograph.kv.StoreException;
import io.heliograph.kv.StoreResult;
import io.heliograph.kv.StoredEntry;
import io.heliograph.kv.WriteSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Against a fake that answers as Consul does. */
@Timeout(60)
class ConsulStoreTest {

    private static final StoreResult DELIVERED = new StoreResult.Delivered();
    private static final StoreResult CURRENT = new StoreResult.AlreadyCurrent();

    private final FakeConsul consul = new FakeConsul();
    private final ConsulStoreAdapter store = ConsulStoreAdapter.open(new ConsulSettings(
            "test", new Owner("orders"), consul.url() + "/", () -> "s3cret", Duration.ofSeconds(10)));

    @AfterEach
    void close() {
        store.close();
        consul.close();
    }

    @Test
    void when_a_write_set_is_new_then_one_transaction_writes_it_with_its_revision() throws StoreException {
        assertThat(store.deliver(List.of(pair("a", 7)))).containsExactly(DELIVERED);

        assertThat(consul.requests)
                .containsExactly(
                        "GET /v1/kv/heliograph/owner?consistent=true",
                        "GET /v1/kv/a?consistent=true",
                        "GET /v1/kv/heliograph/tombstone/a?consistent=true",
                        "PUT /v1/txn");
        assertThat(consul.entries().values())
                .extracting(FakeConsul.Stored::flags)
                .containsExactly("7", "7");
        assertThat(store.read("a"))
                .containsExactly(
                        new StoredEntry("a", "7", new Revision(7)), new StoredEntry("a/port", "7", new Revision(7)));
    }

    @Test
    void when_the_store_holds_the_same_or_a_newer_revision_then_nothing_is_sent() {
        consul.put("a", "x", "7");
        consul.put("b", "x", Long.toString(Revision.MAX_VALUE));

        assertThat(store.deliver(List.of(pair("a", 7), pair("b", 7))))
                .containsExactly(CURRENT, new StoreResult.Fenced(new Revision(Revision.MAX_VALUE)));
        assertThat(consul.writes()).isZero();
    }

    @Test
    void when_flags_are_no_revision_then_they_count_as_none() throws StoreException {
        consul.put("a", "x", "9007199254740992");
        consul.put("b", "x", "18446744073709551615");
        consul.put("c", "x", "0");
        assertThat(store.read("")).extracting(StoredEntry::revision).containsOnly(Revision.NONE);

        assertThat(store.deliver(List.of(pair("a", 7), pair("b", 7), pair("c", 7))))
                .containsOnly(DELIVERED);
    }

    @Test
    void when_a_batch_is_large_then_heads_are_read_together_and_transactions_are_full() {
        List<WriteSet> batch = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            batch.add(pair("m/c" + i, 7));
        }

        assertThat(store.deliver(batch)).hasSize(100).containsOnly(DELIVERED);

        // the owner before and after the store is claimed, heads, tombstones; 21 write sets of three operations each
        assertThat(consul.requests).hasSize(2 + 2 + 2 + 5);
        consul.requests.clear();
        assertThat(store.deliver(batch)).containsOnly(CURRENT);
        assertThat(consul.requests).containsExactly("PUT /v1/txn?consistent=true", "PUT /v1/txn?consistent=true");
    }

    @Test
    void when_some_heads_are_not_there_then_the_others_are_still_compared() {
        consul.put("m/c3", "x", "9");
        consul.put("m/c4", "x", "7");
        consul.denied.add("m/c5");

        List<StoreResult> results = store.deliver(
                Stream.of(1, 2, 3, 4, 5).map(i -> pair("m/c" + i, 7)).toList());

        assertThat(results.subList(0, 4))
                .containsExactly(DELIVERED, DELIVERED, new StoreResult.Fenced(new Revision(9)), CURRENT);
        assertThat(results.get(4)).isInstanceOf(StoreResult.Rejected.class);
        assertThat(consul.entries().get("m/c3").value()).isEqualTo("x");
    }

    @Test
    void when_heads_vanish_while_they_are_read_then_each_is_read_by_itself() {
        List<WriteSet> batch = new ArrayList<>();
        consul.onRead.add((exchange, proceed) -> proceed.run());
        for (int i = 0; i < 4; i++) {
            String head = "m/c" + i;
            batch.add(pair(head, 7));
            consul.put(head, "x", "3");
            consul.onRead.add(after(() -> consul.remove(head)));
        }

        assertThat(store.deliver(batch)).hasSize(4).containsOnly(DELIVERED);
    }

    @Test
    void when_somebody_writes_in_between_then_it_is_compared_again() {
        consul.onWrite.add(after(() -> consul.put("a", "by hand", "0")));
        assertThat(store.deliver(List.of(pair("a", 7)))).containsExactly(DELIVERED);

        consul.onWrite.add(after(() -> consul.put("a", "rival", "9")));
        assertThat(store.deliver(List.of(pair("a", 8)))).containsExactly(new StoreResult.Fenced(new Revision(9)));
        assertThat(consul.keys().get("a/port").value()).isEqualTo("7");
    }

    @Test
    void when_somebody_always_writes_in_between_then_it_is_a_conflict() {
        for (int i = 0; i < 20; i++) {
            consul.onWrite.add(after(() -> consul.put("a", "by hand", "0")));
        }

        assertThat(store.deliver(List.of(pair("a", 7))).get(0)).isInstanceOf(StoreResult.Conflict.class);
        assertThat(consul.writes()).isEqualTo(5);
    }

    @Test
    void when_one_of_a_packed_transaction_is_in_conflict_then_the_others_are_delivered() {
        consul.onWrite.add(after(() -> consul.put("b", "rival", "9")));

        assertThat(store.deliver(List.of(pair("a", 8), pair("b", 8), pair("c", 8))))
                .containsExactly(DELIVERED, new StoreResult.Fenced(new Revision(9)), DELIVERED);
    }

    @Test
    void when_the_token_may_not_write_then_it_is_rejected_and_tried_once() {
        String denied = "{\"Results\":null,\"Errors\":[{\"OpIndex\":0,\"What\":\"Permission denied\"}]}";
        consul.onWrite.add(answer(409, denied));

        StoreResult result = store.deliver(List.of(pair("a", 7))).get(0);

        assertThat(result).isInstanceOf(StoreResult.Rejected.class);
        assertThat(result.toString()).contains("Permission denied").doesNotContain("s3cret");
        assertThat(consul.writes()).isEqualTo(1);
        assertThat(consul.tokens).containsOnly("s3cret");
        assertThat(consul.requests).noneMatch(request -> request.contains("s3cret"));
    }

    @Test
    void when_one_key_may_not_be_read_then_the_others_are_delivered() {
        consul.denied.add("a-denied");

        assertThat(store.deliver(List.of(pair("a", 7), pair("a-denied", 7), pair("b", 7))))
                .extracting(StoreResult::type)
                .containsExactlyInAnyOrder(
                        StoreResult.Type.DELIVERED, StoreResult.Type.REJECTED, StoreResult.Type.DELIVERED);
    }

    @Test
    void when_a_transaction_of_reads_is_refused_then_they_are_read_one_by_one() {
        List<WriteSet> batch = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            batch.add(pair("m/c" + i, 7));
        }
        consul.onRead.add((exchange, proceed) -> proceed.run());
        consul.onRead.add(answer(403, "Permission denied"));

        assertThat(store.deliver(batch)).containsOnly(DELIVERED);
        assertThat(consul.requests).hasSize(1 + 1 + 10 + 1 + 1);
    }

    @Test
    void when_a_status_says_why_then_the_result_says_so() {
        assertThat(afterRead(403, "Permission denied")).isInstanceOf(StoreResult.Rejected.class);
        assertThat(afterRead(500, "No cluster leader")).isInstanceOf(StoreResult.Unavailable.class);
        assertThat(afterWrite(403, "Permission denied")).isInstanceOf(StoreResult.Rejected.class);
        assertThat(afterWrite(413, "too large")).isInstanceOf(StoreResult.Rejected.class);
        assertThat(afterWrite(500, "No cluster leader")).isInstanceOf(StoreResult.Unavailable.class);
        assertThat(afterWrite(503, "")).isInstanceOf(StoreResult.Unavailable.class);
        assertThat(afterWrite(302, "")).isInstanceOf(StoreResult.Unavailable.class);
        assertThat(afterWrite(500, "leadership lost while committing log"))
                .isInstanceOf(StoreResult.Indeterminate.class);
        assertThat(afterWrite(429, "slow down"))
                .isEqualTo(new StoreResult.Unavailable("HTTP 429: slow down", Duration.ofSeconds(5)));
        assertThat(consul.keys()).isEmpty();
    }

    private StoreResult afterRead(int status, String text) {
        consul.onRead.add(answer(status, text));
        return store.deliver(List.of(pair("a", 7))).get(0);
    }

    private StoreResult afterWrite(int status, String text) {
        consul.onWrite.add(answer(status, text));
        return store.deliver(List.of(pair("a", 7))).get(0);
    }

    @Test
    void when_values_are_large_then_only_what_fits_nowhere_is_rejected() {
        String large = "x".repeat(Limits.MAX_VALUE_BYTES);
        WriteSet alone = new WriteSet(new Revision(7), List.of(new Entry("alone", large)));
        WriteSet two = new WriteSet(new Revision(7), List.of(new Entry("two", large), new Entry("two/b", "")));

        assertThat(store.deliver(List.of(pair("a", 7), alone, two, pair("b", 7))))
                .extracting(StoreResult::type)
                .containsExactly(
                        StoreResult.Type.DELIVERED,
                        StoreResult.Type.DELIVERED,
                        StoreResult.Type.REJECTED,
                        StoreResult.Type.DELIVERED);
        assertThat(consul.keys().get("alone").flags()).isEqualTo("7");

        consul.onWrite.add(after(() -> consul.put("alone", "rival", "9")));
        assertThat(store.deliver(List.of(new WriteSet(new Revision(8), alone.entries()))))
                .containsExactly(new StoreResult.Fenced(new Revision(9)));
    }

    @Test
    void when_keys_and_values_are_not_ascii_then_they_arrive_as_they_are() throws StoreException {
        String key = "m/\u00fcber/-._:@+=~,";
        WriteSet set = new WriteSet(new Revision(7), List.of(new Entry(key, "\u4e2d\"\n")));

        assertThat(store.deliver(List.of(set))).containsExactly(DELIVERED);
        assertThat(store.deliver(List.of(set))).containsExactly(CURRENT);

        assertThat(consul.entries()).containsOnlyKeys(key);
        assertThat(store.read(key)).containsExactly(new StoredEntry(key, "\u4e2d\"\n", new Revision(7)));
        assertThat(consul.requests).noneMatch(request -> request.contains("%2F"));
    }

    @Test
    void when_a_prefix_is_read_then_siblings_and_folders_are_left_out() throws StoreException {
        consul.put("m/a", "1", "0");
        consul.put("m/a/", "", "0");
        consul.put("m/a/b", "", "0");
        consul.put("m/ab", "3", "0");

        assertThat(store.read("m/a")).extracting(StoredEntry::key).containsExactly("m/a", "m/a/b");
        assertThat(store.read("")).hasSize(3);
        assertThat(store.read("none")).isEmpty();
    }

    @Test
    void when_keys_are_deleted_then_a_tombstone_keeps_the_fence_until_they_are_written_again() {
        store.deliver(List.of(pair("a", 7)));

        assertThat(store.deliver(List.of(deletion("a", 9)))).containsExactly(DELIVERED);

        assertThat(consul.entries()).isEmpty();
        assertThat(consul.keys().get("heliograph/tombstone/a").flags()).isEqualTo("9");
        assertThat(store.deliver(List.of(deletion("a", 9)))).containsExactly(CURRENT);
        assertThat(store.deliver(List.of(pair("a", 8)))).containsExactly(new StoreResult.Fenced(new Revision(9)));
        assertThat(store.deliver(List.of(deletion("a", 8)))).containsExactly(new StoreResult.Fenced(new Revision(9)));

        assertThat(store.deliver(List.of(pair("a", 10)))).containsExactly(DELIVERED);

        assertThat(consul.keys()).containsOnlyKeys("a", "a/port", "heliograph/owner");
        assertThat(store.deliver(List.of(deletion("a", 9)))).containsExactly(new StoreResult.Fenced(new Revision(10)));
    }

    @Test
    void when_keys_that_are_not_there_are_deleted_then_what_is_older_is_fenced_all_the_same() {
        assertThat(store.deliver(List.of(deletion("a", 9)))).containsExactly(DELIVERED);

        assertThat(store.deliver(List.of(pair("a", 8)))).containsExactly(new StoreResult.Fenced(new Revision(9)));
        assertThat(consul.entries()).isEmpty();
    }

    @Test
    void when_a_deletion_and_a_write_race_then_the_newer_one_stays() {
        WriteSet write = pair("a", 8);
        WriteSet deletion = deletion("a", 9);
        try (ConsulStoreAdapter rival = another()) {
            consul.onWrite.add(after(() -> rival.deliver(List.of(deletion))));
            assertThat(store.deliver(List.of(write))).containsExactly(new StoreResult.Fenced(new Revision(9)));
            assertThat(consul.entries()).isEmpty();

            WriteSet newer = pair("a", 11);
            consul.onWrite.add(after(() -> rival.deliver(List.of(newer))));
            assertThat(store.deliver(List.of(deletion("a", 10))))
                    .containsExactly(new StoreResult.Fenced(new Revision(11)));
            assertThat(consul.entries()).hasSize(2);
        }
    }

    @Test
    void when_the_store_belongs_to_another_cluster_then_nothing_is_written_until_it_is_adopted() throws StoreException {
        consul.put("heliograph/owner", "billing", "0");

        StoreResult refused = store.deliver(List.of(pair("a", 7))).get(0);

        assertThat(refused.type()).isEqualTo(StoreResult.Type.REJECTED);
        assertThat(refused.toString())
                .contains("'billing'")
                .contains("'orders'")
                .contains("heliograph adopt");
        assertThat(consul.writes()).isZero();
        assertThat(store.owner()).contains("billing");
        store.adopt();
        assertThat(store.owner()).contains("orders");
        assertThat(store.deliver(List.of(pair("a", 7)))).containsExactly(DELIVERED);
    }

    @Test
    void when_somebody_takes_the_store_over_in_between_then_nothing_is_written() {
        store.deliver(List.of(pair("a", 7)));
        consul.onWrite.add(after(() -> consul.put("heliograph/owner", "billing", "0")));

        assertThat(store.deliver(List.of(pair("a", 8))).get(0).type()).isEqualTo(StoreResult.Type.REJECTED);

        assertThat(consul.keys().get("a").value()).isEqualTo("7");
    }

    @Test
    void when_the_owner_is_deleted_by_hand_then_the_store_is_claimed_again() throws StoreException {
        store.deliver(List.of(pair("a", 7)));
        consul.remove("heliograph/owner");

        assertThat(store.deliver(List.of(pair("a", 8)))).containsExactly(DELIVERED);

        assertThat(store.owner()).contains("orders");
    }

    private ConsulStoreAdapter another() {
        return ConsulStoreAdapter.open(
                new ConsulSettings("rival", new Owner("orders"), consul.url(), null, Duration.ofSeconds(10)));
    }

    private static WriteSet deletion(String head, long revision) {
        return WriteSet.deletion(new Revision(revision), List.of(head, head + "/port"));
    }

    private static WriteSet pair(String head, long revision) {
        String value = Long.toString(revision);
        return new WriteSet(new Revision(revision), List.of(new Entry(head, value), new Entry(head + "/port", value)));
    }
}
