package io.heliograph.raft.atomix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.atomix.protocols.raft.storage.log.RaftLogReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ForcedLogWriterTest {

    private static final int BIG = 400_000;

    @TempDir
    Path directory;

    private static List<String> entries(int term, int from, int to) {
        return IntStream.rangeClosed(from, to).mapToObj(i -> term + "." + i).toList();
    }

    private List<String> reopened(long snapshotIndex) throws Exception {
        LogAudit.run(directory, snapshotIndex);
        try (LogOnDisk log = new LogOnDisk(directory)) {
            return log.read();
        }
    }

    private long mark() throws Exception {
        return ForcedMark.read(directory).orElseThrow().forcedIndex();
    }

    @Test
    void when_a_force_is_done_then_the_mark_says_so_and_not_before() throws Exception {
        try (LogOnDisk log = new LogOnDisk(directory)) {
            log.append(1, 3, 10).force();
            assertThat(mark()).isEqualTo(3);
            log.append(1, 3, 10);
            assertThat(mark()).isEqualTo(3);
            assertThat(log.writer().forcedIndex()).isEqualTo(3);
        }
    }

    @Test
    void when_the_log_is_cut_over_several_segments_then_the_mark_follows_and_new_entries_take_the_place()
            throws Exception {
        try (LogOnDisk log = new LogOnDisk(directory)) {
            log.append(1, 12, BIG).force();
            log.writer().truncate(3);

            assertThat(mark()).isEqualTo(3);
            assertThat(log.writer().forcedIndex()).isEqualTo(3);
            assertThat(directory.resolve("cut")).doesNotExist();
            log.append(2, 3, BIG).force();
            assertThat(mark()).isEqualTo(6);
        }
        assertThat(reopened(0))
                .isEqualTo(java.util.stream.Stream.concat(entries(1, 1, 3).stream(), entries(2, 4, 6).stream())
                        .toList());
    }

    /** Row 17 of docs/guard.md. */
    @Test
    void when_a_tail_of_the_largest_entries_is_cut_then_nothing_of_it_is_there_after_reopening() throws Exception {
        int largest = GuardedRaftContext.MAX_ENTRY_BYTES - 100;
        assertThat(2 * GuardedRaftContext.MAX_ENTRY_BYTES).isLessThanOrEqualTo(GuardedRaftContext.SEGMENT_BYTES);
        try (LogOnDisk log = new LogOnDisk(directory)) {
            log.append(1, 1, 10).append(1, 1, largest).append(1, 3, 300_000).force();
            log.writer().truncate(1);
        }
        byte[] segment = Files.readAllBytes(LogOnDisk.segment(directory, 1));
        int end = LogOnDisk.end(directory, 1);
        assertThat(java.util.Arrays.copyOfRange(segment, end, segment.length)).containsOnly(0);

        assertThat(reopened(0)).isEqualTo(entries(1, 1, 1));
    }

    @Test
    void when_committed_entries_are_to_be_cut_then_the_writer_refuses_and_leaves_no_trace() throws Exception {
        try (LogOnDisk log = new LogOnDisk(directory)) {
            log.append(1, 5, 10).force();
            log.writer().commit(4);

            assertThatThrownBy(() -> log.writer().truncate(3)).hasMessageContaining("committed up to 4");

            assertThat(directory.resolve("cut")).doesNotExist();
            assertThat(log.read()).isEqualTo(entries(1, 1, 5));
        }
    }

    @Test
    void when_a_leader_begins_within_what_is_committed_then_nothing_is_deleted() throws Exception {
        try (LogOnDisk log = new LogOnDisk(directory)) {
            log.append(1, 12, BIG).force();
            log.writer().commit(8);

            log.writer().reset(1);
            log.writer().reset(6);
            log.writer().reset(9);

            assertThat(log.read()).isEqualTo(entries(1, 1, 12));
            assertThat(log.writer().forcedIndex()).isEqualTo(12);
        }
    }

    @Test
    void
            when_a_leader_begins_behind_our_end_or_where_our_entries_are_not_known_to_be_its_own_then_the_log_begins_there()
                    throws Exception {
        for (long index : new long[] {101, 13, 11, 8, 6, 3}) {
            Path own = Files.createDirectory(directory.resolve("at-" + index));
            try (LogOnDisk log = new LogOnDisk(own)) {
                log.append(1, 12, BIG).force();
                log.writer().commit(1);
                RaftLogReader reader = log.log.openReader(5);

                log.writer().reset(index);
                log.append(2, 2, 10).force();

                assertThat(log.log.firstIndex()).as("%d", index).isEqualTo(index);
                assertThat(log.read()).isEqualTo(entries(2, (int) index, (int) index + 1));
                assertThat(reader.hasNext()).isTrue();
                assertThat(reader.next().index()).isEqualTo(index);
                assertThat(log.stops.stops).isEmpty();
            }
            LogAudit.run(own, index - 1);
            try (LogOnDisk log = new LogOnDisk(own)) {
                assertThat(log.read()).isEqualTo(entries(2, (int) index, (int) index + 1));
            }
        }
    }

    @Test
    void when_a_cut_was_interrupted_then_it_is_finished_at_start() throws Exception {
        for (int kept : new int[] {0, 2, 5, 7, 11}) {
            Path own = Files.createDirectory(directory.resolve("kept-" + kept));
            try (LogOnDisk log = new LogOnDisk(own)) {
                log.append(1, 12, BIG).force();
            }
            new PendingCut(own).begin(kept);
            // some of the zeros and some of the deletions had come to the disk
            LogOnDisk.write(LogOnDisk.segment(own, 3), GuardedRaftContext.SEGMENT_BYTES / 10 * 3, new byte[100_000]);
            if (kept < 5) {
                Files.delete(LogOnDisk.segment(own, 2));
            }

            assertThat(LogAudit.run(own, 0)).isEqualTo(kept);

            assertThat(own.resolve("cut")).doesNotExist();
            assertThat(ForcedMark.read(own).orElseThrow().forcedIndex()).isEqualTo(kept);
            try (LogOnDisk log = new LogOnDisk(own)) {
                assertThat(log.read()).isEqualTo(entries(1, 1, kept));
                log.append(2, 1, 10).force();
                assertThat(log.read()).hasSize(kept + 1);
            }
        }
    }
}
