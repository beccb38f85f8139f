package io.heliograph.it.stores;

import static io.heliograph.it.stores.WriteSets.byKey;
import static io.heliograph.it.stores.WriteSets.cluster;
import static io.heliograph.it.stores.WriteSets.single;
import static io.heliograph.it.stores.WriteSets.stored;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.heliograph.kv.Entry;
import io.heliograph.kv.Owner;
import io.heliograph.kv.Revision;
import io.heliograph.kv.StoreAdapter;
import io.heliograph.kv.StoreException;
import io.heliograph.kv.StoreResult;
import io.heliograph.kv.StoredEntry;
import io.heliograph.kv.WriteSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** What every adapter promises, whatever is behind it. Each test has keys of its own in a store that they share. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
abstract class StoreAdapterContract {

    /** Time limit of adapters where nothing is wrong but the machine may be busy. */
    static final Duration PATIENT = Duration.ofSeconds(20);

    static final StoreResult DELIVERED = new StoreResult.Delivered();
    static final StoreResult CURRENT = new StoreResult.AlreadyCurrent();

    /** The cluster that all tests write for. */
    static final Owner US = new Owner("orders");

    private static final AtomicInteger TESTS = new AtomicInteger();

    private final List<StoreAdapter> opened = new ArrayList<>();
    private String tree = "";
    private StoreAdapter store = new ClosedStore();

    /** A new adapter on the store that the class started. */
    abstract StoreAdapter open(Owner owner, Duration limit);

    /** Writes as a person would, with the store's own tools and without a revision. */
    abstract void writeByHand(String key, String value) throws Exception;

    /** Whether {@link StoreAdapter#read} shows one moment. */
    abstract boolean readsAtomically();

    @BeforeEach
    void openStore() {
        tree = "mysql/test" + TESTS.incrementAndGet();
        store = another();
    }

    @AfterEach
    void closeStores() {
        opened.forEach(StoreAdapter::close);
        opened.clear();
    }

    /** Prefix of this test's keys. */
    final String tree() {
        return tree;
    }

    final StoreAdapter store() {
        return store;
    }

    /** One more adapter, closed after the test. */
    final StoreAdapter another() {
        return another(PATIENT);
    }

    final StoreAdapter another(Duration limit) {
        StoreAdapter adapter = open(US, limit);
        opened.add(adapter);
        return adapter;
    }

    final StoreResult deliver(WriteSet set) {
        return store.deliver(List.of(set)).get(0);
    }

    final void assertHolds(WriteSet set) throws StoreException {
        assertThat(byKey(store.read(set.head()))).isEqualTo(stored(set));
    }

    @Test
    void when_a_write_set_is_new_then_it_is_delivered() throws StoreException {
        WriteSet set = cluster(tree + "/a", 7);

        assertThat(deliver(set)).isEqualTo(DELIVERED);

        assertHolds(set);
    }

    @Test
    void when_the_same_revision_comes_again_then_the_store_is_already_current() throws StoreException {
        WriteSet set = cluster(tree + "/a", 7);
        deliver(set);

        assertThat(deliver(set)).isEqualTo(CURRENT);
        assertThat(another().deliver(List.of(set))).containsExactly(CURRENT);

        assertHolds(set);
    }

    @Test
    void when_an_older_revision_comes_then_it_is_fenced_and_nothing_changes() throws StoreException {
        WriteSet newer = cluster(tree + "/a", 8);
        deliver(newer);

        assertThat(deliver(cluster(tree + "/a", 7))).isEqualTo(new StoreResult.Fenced(new Revision(8)));

        assertHolds(newer);
    }

    @Test
    void when_a_newer_revision_comes_then_all_keys_change() throws StoreException {
        deliver(cluster(tree + "/a", 7));
        WriteSet newer = cluster(tree + "/a", Revision.of(3, 1).value());

        assertThat(deliver(newer)).isEqualTo(DELIVERED);

        assertHolds(newer);
    }

    @Test
    void when_keys_were_written_by_hand_then_they_are_taken_over() throws Exception {
        WriteSet set = cluster(tree + "/a", 7);
        writeByHand(set.head(), "somebody:1");
        writeByHand(set.head() + "/port", "1");
        assertThat(store.read(set.head()))
                .containsExactly(
                        new StoredEntry(set.head(), "somebody:1", Revision.NONE),
                        new StoredEntry(set.head() + "/port", "1", Revision.NONE));

        assertThat(deliver(set)).isEqualTo(DELIVERED);

        assertHolds(set);
    }

    @Test
    void when_a_key_was_changed_by_hand_under_a_revision_then_a_repair_puts_it_back() throws Exception {
        WriteSet set = cluster(tree + "/a", 7);
        assertThat(deliver(set)).isEqualTo(DELIVERED);
        writeByHand(set.head() + "/port", "1");

        assertThat(deliver(set)).isEqualTo(CURRENT);
        assertThat(store.read(set.head() + "/port"))
                .extracting(StoredEntry::value)
                .containsExactly("1");
        assertThat(store.repair(List.of(set))).containsExactly(DELIVERED);

        assertHolds(set);
    }

    @Test
    void when_a_repair_is_older_than_what_is_there_then_it_is_fenced() throws Exception {
        WriteSet newer = cluster(tree + "/a", 9);
        assertThat(deliver(newer)).isEqualTo(DELIVERED);

        assertThat(store.repair(List.of(cluster(tree + "/a", 7))))
                .containsExactly(new StoreResult.Fenced(newer.revision()));

        assertHolds(newer);
    }

    @Test
    void when_a_batch_is_large_then_every_write_set_is_delivered() throws StoreException {
        List<WriteSet> batch = batch(200, 7);

        assertThat(store.deliver(batch)).hasSize(200).containsOnly(DELIVERED);
        assertThat(store.deliver(batch)).hasSize(200).containsOnly(CURRENT);
        assertThat(store.deliver(batch(200, 9))).hasSize(200).containsOnly(DELIVERED);

        assertThat(store.read(tree)).hasSize(1000).allMatch(entry -> entry.revision()
                .equals(new Revision(9)));
    }

    @Test
    void when_a_batch_is_mixed_then_each_write_set_has_its_own_result() throws StoreException {
        List<WriteSet> present = batch(60, 7);
        assertThat(store.deliver(present)).containsOnly(DELIVERED);

        List<WriteSet> mixed = new ArrayList<>();
        List<StoreResult> expected = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            mixed.add(cluster(present.get(i).head(), 6 + i % 3));
            expected.add(List.of(new StoreResult.Fenced(new Revision(7)), CURRENT, DELIVERED)
                    .get(i % 3));
        }
        assertThat(store.deliver(mixed)).isEqualTo(expected);

        for (int i = 0; i < 60; i++) {
            assertHolds(i % 3 == 2 ? mixed.get(i) : present.get(i));
        }
    }

    @Test
    void when_values_are_unusual_then_they_come_back_as_they_are() throws StoreException {
        List<WriteSet> sets = List.of(
                single(tree + "/empty", "", 1),
                single(tree + "/lines", "one\n\ttwo \u00e9 \u4e2d \ud83d\ude80 '\"\\", 1),
                single(tree + "/space", "  kept  ", 1),
                single(tree + "/large", "x".repeat(512 * 1024), 1));

        assertThat(store.deliver(sets)).containsOnly(DELIVERED);

        for (WriteSet set : sets) {
            assertHolds(set);
        }
    }

    @Test
    void when_keys_are_unusual_then_each_is_a_key_of_its_own() throws StoreException {
        List<WriteSet> sets = List.of(
                single(tree + "/Case", "1", 1),
                single(tree + "/case", "2", 1),
                single(tree + "/\u00fcber", "3", 1),
                single(tree + "/uber", "4", 1),
                single(tree + "/-._:@+=~,", "5", 1),
                single(tree + "/" + "k".repeat(500 - tree.length()), "6", 1));

        assertThat(store.deliver(sets)).containsOnly(DELIVERED);
        assertThat(store.deliver(sets)).containsOnly(CURRENT);

        assertThat(store.read(tree)).hasSize(sets.size());
        for (WriteSet set : sets) {
            assertHolds(set);
        }
    }

    @Test
    void when_a_prefix_is_read_then_a_name_that_only_begins_alike_is_left_out() throws StoreException {
        store.deliver(List.of(
                single(tree + "/a_b", "1", 1),
                single(tree + "/a_b/c", "2", 1),
                single(tree + "/a_bc", "3", 1),
                single(tree + "/axb/c", "4", 1),
                single(tree + "/A_B/c", "5", 1)));

        assertThat(store.read(tree + "/a_b"))
                .extracting(StoredEntry::key)
                .containsExactly(tree + "/a_b", tree + "/a_b/c");
        assertThat(store.read("")).extracting(StoredEntry::key).contains(tree + "/a_b", tree + "/A_B/c");
        assertThat(store.read(tree + "/nothing")).isEmpty();
    }

    @Test
    void when_keys_are_read_then_exactly_those_that_are_there_come_back_with_their_revisions() throws StoreException {
        List<WriteSet> sets = batch(300, 7);
        assertThat(store.deliver(sets)).containsOnly(DELIVERED);
        List<String> keys = new ArrayList<>(List.of(tree, tree + "/cluster1/nothing", tree + "/nothing"));
        sets.forEach(set -> keys.addAll(set.keys()));
        List<StoredEntry> expected = new ArrayList<>();
        sets.forEach(set -> set.entries()
                .forEach(entry -> expected.add(new StoredEntry(entry.key(), entry.value(), set.revision()))));

        assertThat(store.readKeys(keys)).containsExactlyInAnyOrderElementsOf(expected);
        assertThat(store.readKeys(List.of())).isEmpty();
    }

    @Test
    void when_one_write_set_is_refused_then_the_others_are_delivered() throws StoreException {
        String large = "x".repeat(400 * 1024);
        WriteSet refused = new WriteSet(
                new Revision(5),
                List.of(
                        new Entry(tree + "/bad", large),
                        new Entry(tree + "/bad/2", large),
                        new Entry(tree + "/bad/3", large)));
        List<StoreResult.Type> results =
                deliverWhenReachable(List.of(cluster(tree + "/a", 5), refused, cluster(tree + "/b", 5)));

        assertThat(results.get(0)).isIn(HELD);
        assertThat(results.get(1)).isIn(StoreResult.Type.REJECTED, HELD.get(0), HELD.get(1));
        assertThat(results.get(2)).isIn(HELD);
        assertThat(store.read(tree + "/bad")).hasSize(HELD.contains(results.get(1)) ? 3 : 0);
        assertThat(store.read(tree + "/a")).hasSize(5);
        assertThat(store.read(tree + "/b")).hasSize(5);
    }

    private static final List<StoreResult.Type> HELD =
            List.of(StoreResult.Type.DELIVERED, StoreResult.Type.ALREADY_CURRENT);

    /** Delivers again while a server that drops a connection over a large request is not reachable, as a worker does. */
    private List<StoreResult.Type> deliverWhenReachable(List<WriteSet> batch) {
        List<StoreResult.Type> types = new ArrayList<>();
        await().atMost(Duration.ofSeconds(30)).until(() -> {
            types.clear();
            store.deliver(batch).forEach(result -> types.add(result.type()));
            return !types.contains(StoreResult.Type.UNAVAILABLE) && !types.contains(StoreResult.Type.INDETERMINATE);
        });
        return types;
    }

    @Test
    void when_two_adapters_race_then_the_store_never_goes_backwards() throws Exception {
        Race race = new Race(tree + "/a", another(), another(), another(), readsAtomically());

        race.run(300);

        assertHolds(cluster(tree + "/a", race.lastRevision()));
    }

    @Test
    void when_the_adapter_is_closed_then_nothing_is_written() {
        store.close();

        assertThat(deliver(cluster(tree + "/a", 1)).type()).isEqualTo(StoreResult.Type.UNAVAILABLE);
    }

    final List<WriteSet> batch(int size, long revision) {
        List<WriteSet> batch = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            batch.add(cluster(tree + "/cluster" + i, revision));
        }
        return batch;
    }
}
