package io.heliograph.it.stores;

import static io.heliograph.it.stores.WriteSets.cluster;
import static io.heliograph.it.stores.WriteSets.single;
import static org.assertj.core.api.Assertions.assertThat;

import io.heliograph.kv.Owner;
import io.heliograph.kv.Revision;
import io.heliograph.kv.StoreAdapter;
import io.heliograph.kv.StoreException;
import io.heliograph.kv.StoreResult;
import io.heliograph.kv.StoredEntry;
import io.heliograph.kv.WriteSet;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What every adapter promises about deleting keys, and about stores of somebody else. */
abstract class DeletionContract extends StoreAdapterContract {

    private static final int ROUNDS = 60;

    @Test
    void when_keys_are_deleted_then_they_are_gone_and_what_is_older_stays_away() throws StoreException {
        String head = tree() + "/a";
        deliver(cluster(head, 7));

        assertThat(deliver(deletion(head, 9))).isEqualTo(DELIVERED);

        assertThat(store().read(tree())).isEmpty();
        assertThat(deliver(deletion(head, 9))).isEqualTo(CURRENT);
        assertThat(another().deliver(List.of(cluster(head, 8)))).containsExactly(fencedBy(9));
        assertThat(another().deliver(List.of(deletion(head, 8)))).containsExactly(fencedBy(9));
        assertThat(store().read(tree())).isEmpty();
    }

    @Test
    void when_the_newest_is_a_deletion_then_its_revision_is_still_told() throws StoreException {
        long epoch = 1L << 41;
        deliver(cluster(tree() + "/a", epoch));
        deliver(deletion(tree() + "/a", 3 * epoch + 5));
        deliver(deletion(tree() + "/b/c", 2 * epoch));

        assertThat(store().highestFence()).isEqualTo(new Revision(3 * epoch + 5));
    }

    @Test
    void when_deleted_keys_are_written_again_then_they_are_back() throws StoreException {
        String head = tree() + "/a";
        deliver(cluster(head, 7));
        deliver(deletion(head, 9));

        assertThat(deliver(cluster(head, 10))).isEqualTo(DELIVERED);

        assertHolds(cluster(head, 10));
        assertThat(deliver(deletion(head, 9))).isEqualTo(fencedBy(10));
        assertThat(deliver(cluster(head, 11))).isEqualTo(DELIVERED);
        assertThat(deliver(deletion(head, 12))).isEqualTo(DELIVERED);
        assertThat(store().read(tree())).isEmpty();
    }

    @Test
    void when_a_deleted_head_was_made_again_by_hand_then_what_is_older_than_the_deletion_stays_away() throws Exception {
        String head = tree() + "/a";
        deliver(cluster(head, 7));
        deliver(deletion(head, 9));
        writeByHand(head, "by hand");

        assertThat(deliver(cluster(head, 8))).isEqualTo(fencedBy(9));
        assertThat(deliver(deletion(head, 8))).isEqualTo(fencedBy(9));
        assertThat(store().read(head)).extracting(StoredEntry::value).containsExactly("by hand");

        assertThat(deliver(cluster(head, 10))).isEqualTo(DELIVERED);
        assertHolds(cluster(head, 10));
        assertThat(deliver(cluster(head, 9))).isEqualTo(fencedBy(10));
        assertThat(deliver(deletion(head, 11))).isEqualTo(DELIVERED);
        assertThat(deliver(cluster(head, 10))).isEqualTo(fencedBy(11));
    }

    @Test
    void when_keys_that_were_never_there_are_deleted_then_what_is_older_stays_away() throws StoreException {
        String head = tree() + "/a";

        assertThat(deliver(deletion(head, 9))).isEqualTo(DELIVERED);

        assertThat(deliver(cluster(head, 8))).isEqualTo(fencedBy(9));
        assertThat(store().read(tree())).isEmpty();
    }

    @Test
    void when_a_batch_writes_and_deletes_then_each_has_its_own_result() throws StoreException {
        String head = tree() + "/c";
        List<WriteSet> first = new ArrayList<>();
        List<WriteSet> second = new ArrayList<>();
        List<StoreResult> expected = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            first.add(cluster(head + i, 7));
            second.add(
                    switch (i % 4) {
                        case 0 -> deletion(head + i, 8);
                        case 1 -> cluster(head + i, 8);
                        case 2 -> deletion(head + i, 6);
                        default -> cluster(head + i, 6);
                    });
            expected.add(i % 4 < 2 ? DELIVERED : fencedBy(7));
        }
        assertThat(store().deliver(first)).containsOnly(DELIVERED);

        assertThat(store().deliver(second)).isEqualTo(expected);

        assertThat(store().read(tree())).hasSize(45 * 5);
        assertThat(store().read(head + "0")).isEmpty();
        assertHolds(cluster(head + "1", 8));
        assertHolds(cluster(head + "2", 7));
    }

    @Test
    void when_a_neighbour_lies_below_a_deleted_key_then_it_stays() throws StoreException {
        deliver(single(tree() + "/a", "1", 7));
        deliver(single(tree() + "/a/b", "2", 7));

        assertThat(deliver(WriteSet.deletion(new Revision(8), List.of(tree() + "/a"))))
                .isEqualTo(DELIVERED);

        assertThat(store().read(tree())).extracting(StoredEntry::key).containsExactly(tree() + "/a/b");
    }

    @Test
    void when_keys_were_put_back_by_hand_then_a_repair_deletes_them_again() throws Exception {
        String head = tree() + "/a";
        deliver(cluster(head, 7));
        deliver(deletion(head, 9));
        writeByHand(head + "/port", "1");

        assertThat(store().repair(List.of(deletion(head, 9)))).containsExactly(DELIVERED);

        assertThat(store().read(head)).isEmpty();
    }

    @Test
    void when_two_adapters_write_and_delete_at_once_then_the_newest_stays() throws Exception {
        StoreAdapter rival = another();
        for (int round = 1; round <= ROUNDS; round++) {
            String head = tree() + "/r" + round % 5;
            WriteSet write = cluster(head, 2L * round + round % 2);
            WriteSet deletion = deletion(head, 2L * round + (round + 1) % 2);
            CompletableFuture<Void> other = CompletableFuture.runAsync(() -> insist(rival, deletion));
            insist(store(), write);
            other.get();

            if (write.revision().isNewerThan(deletion.revision())) {
                assertHolds(write);
            } else {
                assertThat(store().read(head)).isEmpty();
            }
        }
    }

    /** Again while somebody else is quicker. */
    private static void insist(StoreAdapter adapter, WriteSet set) {
        StoreResult result = adapter.deliver(List.of(set)).get(0);
        while (result.type() == StoreResult.Type.CONFLICT) {
            result = adapter.deliver(List.of(set)).get(0);
        }
        assertThat(result.type()).isIn(StoreResult.Type.DELIVERED, StoreResult.Type.FENCED);
    }

    @Test
    void when_the_store_belongs_to_somebody_else_then_nothing_is_written_until_it_is_adopted() throws StoreException {
        String head = tree() + "/a";
        deliver(cluster(head, 7));
        try (StoreAdapter others = open(new Owner("billing"), PATIENT)) {
            List<StoreResult> refused = others.deliver(List.of(cluster(head, 8), cluster(head + "b", 8)));

            assertThat(refused).extracting(StoreResult::type).containsOnly(StoreResult.Type.REJECTED);
            assertThat(refused.toString()).contains("'orders'").contains("heliograph adopt");
            assertThat(others.repair(List.of(deletion(head, 9))))
                    .extracting(StoreResult::type)
                    .containsOnly(StoreResult.Type.REJECTED);
            assertThat(others.owner()).contains("orders");
            assertHolds(cluster(head, 7));
            assertThat(store().read(tree())).hasSize(5);

            others.adopt();

            assertThat(others.owner()).contains("billing");
            assertThat(deliver(cluster(head, 8)).type()).isEqualTo(StoreResult.Type.REJECTED);
            assertThat(others.deliver(List.of(cluster(head, 9)))).containsExactly(DELIVERED);
        } finally {
            store().adopt();
        }
        assertThat(deliver(cluster(head, 10))).isEqualTo(DELIVERED);
    }

    private static StoreResult fencedBy(long revision) {
        return new StoreResult.Fenced(new Revision(revision));
    }

    private static WriteSet deletion(String head, long revision) {
        return WriteSet.deletion(new Revision(revision), cluster(head, revision).keys());
    }
}
