package io.heliograph.raft.atomix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.atomix.protocols.raft.storage.snapshot.Snapshot;
import io.atomix.protocols.raft.storage.snapshot.SnapshotReader;
import io.atomix.protocols.raft.storage.snapshot.SnapshotWriter;
import io.atomix.utils.time.WallClockTimestamp;
import io.heliograph.raft.CorruptLogException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotFilesTest {

    @TempDir
    Path directory;

    private final Group.RecordedStop stops = new Group.RecordedStop();

    @BeforeEach
    void logOfTenEntries() {
        try (LogOnDisk log = new LogOnDisk(directory)) {
            log.append(1, 10, 10).force();
        }
    }

    private DurableSnapshotStore store() {
        return new DurableSnapshotStore(LogFiles.snapshots(directory), stops);
    }

    private static byte[] envelope(long index) {
        return new SnapshotEnvelope(index, 1, 0, new TreeMap<>(), new SnapshotEnvelope.Bytes(new byte[] {1, 2, 3}))
                .encode();
    }

    private Path write(long index) throws Exception {
        return Files.write(SnapshotFiles.file(directory, index), envelope(index));
    }

    private static void damage(Path file) throws Exception {
        LogOnDisk.flip(file, (int) Files.size(file) - 1);
    }

    @Test
    void when_the_log_holds_what_a_damaged_snapshot_held_then_the_node_refuses_and_says_so() throws Exception {
        write(3);
        Path newer = write(7);
        damage(newer);

        assertThatThrownBy(() -> SnapshotFiles.audit(directory))
                .isInstanceOf(CorruptLogException.class)
                .hasMessageContaining(newer + " cannot be used: the snapshot's checksum does not match")
                .hasMessageContaining("the log beside it holds everything that it held");

        assertThat(newer).exists();
        Files.move(newer, directory.resolve("moved away"));
        SnapshotFiles.audit(directory);
        assertThat(store().newestIndex()).isEqualTo(3);
    }

    @Test
    void when_a_damaged_snapshot_is_older_than_a_whole_one_then_it_is_moved_aside() throws Exception {
        Path older = write(3);
        damage(older);
        write(7);

        SnapshotFiles.audit(directory);

        assertThat(older).doesNotExist();
        assertThat(directory.resolve("damaged-heliograph-3.snapshot")).exists();
        assertThat(store().newestIndex()).isEqualTo(7);
    }

    @Test
    void when_nothing_else_holds_what_a_damaged_snapshot_held_then_the_node_refuses_and_changes_nothing()
            throws Exception {
        write(3);
        Path newer = write(12);
        damage(newer);

        assertThatThrownBy(() -> SnapshotFiles.audit(directory))
                .isInstanceOf(CorruptLogException.class)
                .hasMessageContaining(newer + " cannot be used: the snapshot's checksum does not match")
                .hasMessageContaining("to let the node rejoin");
        assertThat(newer).exists();
        assertThat(SnapshotFiles.file(directory, 3)).exists();
    }

    @Test
    void when_a_snapshot_is_of_a_newer_format_then_the_node_refuses_and_says_so() throws Exception {
        Path newer = write(7);
        byte[] bytes = Files.readAllBytes(newer);
        ByteBuffer.wrap(bytes).putInt(4, 2);
        Files.write(newer, bytes);

        assertThatThrownBy(() -> SnapshotFiles.audit(directory))
                .isInstanceOf(CorruptLogException.class)
                .hasMessageContaining(newer + " is of a newer format than this program knows, which is 1");
    }

    @Test
    void when_the_newest_snapshot_is_whole_then_older_ones_go() throws Exception {
        Path older = write(3);
        Path newer = write(7);

        SnapshotFiles.audit(directory);

        assertThat(older).doesNotExist();
        assertThat(newer).exists();
    }

    @Test
    void when_a_snapshot_is_written_in_pieces_then_it_is_a_file_once_complete_and_the_older_one_goes_after_that()
            throws Exception {
        Path older = write(3);
        DurableSnapshotStore store = store();
        byte[] bytes = envelope(7);
        Snapshot snapshot = store.newTemporarySnapshot(7, new WallClockTimestamp());
        for (byte piece : bytes) {
            try (SnapshotWriter writer = snapshot.openWriter()) {
                writer.write(new byte[] {piece});
            }
        }
        assertThat(SnapshotFiles.file(directory, 7)).doesNotExist();

        Snapshot onDisk = snapshot.persist();
        assertThat(SnapshotFiles.file(directory, 7)).hasBinaryContent(bytes);
        assertThat(older).exists();
        onDisk.persist();
        onDisk.complete();

        assertThat(older).doesNotExist();
        assertThat(store.newestIndex()).isEqualTo(7);
        try (SnapshotReader reader = store.getCurrentSnapshot().openReader()) {
            assertThat(reader.readBytes(reader.remaining())).isEqualTo(bytes);
        }
        assertThat(store().newestIndex()).isEqualTo(7);
        assertThat(stops.stops).isEmpty();
    }

    @Test
    void when_what_a_leader_sent_is_damaged_then_it_never_becomes_a_snapshot_and_the_process_is_told_to_end() {
        DurableSnapshotStore store = store();
        byte[] bytes = envelope(7);
        bytes[bytes.length - 1] ^= 1;
        Snapshot snapshot = store.newTemporarySnapshot(7, new WallClockTimestamp());
        try (SnapshotWriter writer = snapshot.openWriter()) {
            writer.write(bytes);
        }

        assertThatThrownBy(snapshot::persist).hasMessageContaining("checksum");

        assertThat(stops.stops).singleElement().asString().startsWith("10 cannot put snapshot ");
        assertThat(SnapshotFiles.file(directory, 7)).doesNotExist();
        assertThat(store.newestIndex()).isZero();
    }
}
