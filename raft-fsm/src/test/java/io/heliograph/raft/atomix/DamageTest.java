package io.heliograph.raft.atomix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.atomix.protocols.raft.storage.log.RaftLogReader;
import io.atomix.storage.journal.JournalReader;
import io.heliograph.raft.CorruptLogException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damaged and torn files under a whole node: rows 3, 4 and 5 of what the library breaks. */
class DamageTest {

    @TempDir
    Path directory;

    private Path segment(String node) {
        return LogOnDisk.segment(directory.resolve(node), 1);
    }

    /** Row 4 of docs/guard.md. */
    @Test
    void when_an_acknowledged_entry_is_damaged_then_the_node_does_not_start_and_keeps_its_files() throws Exception {
        try (ForgedPeers peers = new ForgedPeers(directory)) {
            peers.append(1, "b", 0, 0, 0, ForgedPeers.commands(1, 1, 20));
            peers.stop();
            LogOnDisk.flip(segment("a"), LogOnDisk.end(directory.resolve("a"), 1) - 3);
            byte[] before = Files.readAllBytes(segment("a"));

            assertThatThrownBy(peers::restart)
                    .isInstanceOf(CorruptLogException.class)
                    .hasMessageContaining(segment("a") + ": offset ")
                    .hasMessageContaining("entry 20 is damaged, and this node acknowledged entries up to 20");
            assertThat(Files.readAllBytes(segment("a"))).isEqualTo(before);
        }
    }

    /** Row 5 of docs/guard.md. */
    @Test
    void when_the_end_is_torn_then_the_node_starts_without_it_and_takes_the_leaders_entries_there() throws Exception {
        try (ForgedPeers peers = new ForgedPeers(directory)) {
            peers.append(1, "b", 0, 0, 0, ForgedPeers.commands(1, 1, 20));
            peers.stop();
            byte[] half = new byte[50];
            ByteBuffer.wrap(half).putInt(40).putInt(12345);
            LogOnDisk.write(segment("a"), LogOnDisk.end(directory.resolve("a"), 1), half);
            peers.restart();

            peers.append(1, "b", 20, 1, 25, ForgedPeers.commands(1, 21, 5));

            await().atMost(Group.PATIENCE).until(() -> peers.applied().size() == 25);
            assertThat(peers.stops()).isEmpty();
        }
    }

    @Test
    void when_a_committed_entry_cannot_be_read_back_then_the_process_is_told_to_end() throws Exception {
        try (ForgedPeers peers = new ForgedPeers(directory)) {
            peers.append(1, "b", 0, 0, 0, ForgedPeers.commands(1, 1, 20));
            int bytesOfEach = (LogOnDisk.end(directory.resolve("a"), 1) - SegmentScan.HEADER_BYTES) / 20;
            LogOnDisk.flip(segment("a"), SegmentScan.HEADER_BYTES + 9 * bytesOfEach + bytesOfEach / 2);

            peers.append(1, "b", 20, 1, 20, List.of());
            peers.append(1, "b", 20, 1, 21, ForgedPeers.commands(1, 21, 1));

            await().atMost(Group.PATIENCE).until(() -> !peers.stops().isEmpty());
            assertThat(peers.stops())
                    .singleElement()
                    .asString()
                    .startsWith("10 cannot read back entry 10, which is committed, from " + segment("a"));
            assertThat(peers.applied()).hasSize(9);
        }
    }

    /** Row 3 of docs/guard.md. */
    @Test
    void when_the_last_segment_of_every_node_is_empty_then_no_acknowledged_command_is_lost() throws Exception {
        List<String> commands = IntStream.range(0, 20).mapToObj(i -> "c" + i).toList();
        try (Group group = new Group(directory, "a", "b", "c").startAll()) {
            commands.forEach(group::append);
            for (String id : group.addresses.keySet()) {
                await().atMost(Group.PATIENCE)
                        .until(() -> group.recorders.get(id).commands.equals(commands));
            }
            group.close();
            for (String id : group.addresses.keySet()) {
                addEmptySegment(directory.resolve(id));
            }
            group.startAll();
            group.append("after");

            for (String id : group.addresses.keySet()) {
                await().atMost(Group.PATIENCE)
                        .until(() -> group.recorders.get(id).commands.contains("after"));
                assertThat(group.recorders.get(id).commands.subList(0, 20)).isEqualTo(commands);
                assertThat(group.recorders.get(id).commands).hasSize(21);
            }
            assertThat(group.stops.stops).isEmpty();
        }
    }

    /** Row 3 of docs/guard.md. Otherwise its first message says that nothing comes before, and its followers throw away their logs. */
    @Test
    void when_the_last_segment_is_empty_then_a_leader_still_knows_the_entry_before_what_it_sends() throws Exception {
        try (LogOnDisk log = new LogOnDisk(directory)) {
            log.append(1, 20, 10).force();
        }
        addEmptySegment(directory);

        try (LogOnDisk log = LogOnDisk.audited(directory)) {
            RaftLogReader member = log.log.openReader(21, JournalReader.Mode.ALL);
            log.append(2, 1, 10);

            assertThat(member.hasNext()).isTrue();
            assertThat(member.getCurrentEntry()).isNotNull().satisfies(before -> assertThat(before.index())
                    .isEqualTo(20));
            assertThat(member.next().index()).isEqualTo(21);
        }
    }

    /** As a crash leaves it between the creation of a segment and its first entry. */
    static void addEmptySegment(Path node) throws Exception {
        SegmentScan first = SegmentScan.read(LogOnDisk.segment(node, 1), 1, Long.MAX_VALUE);
        ByteBuffer empty = ByteBuffer.wrap(Files.readAllBytes(first.file()));
        empty.putLong(4, 2).putLong(12, first.nextIndex());
        java.util.Arrays.fill(empty.array(), SegmentScan.HEADER_BYTES, empty.capacity(), (byte) 0);
        Files.write(LogOnDisk.segment(node, 2), empty.array());
    }
}
