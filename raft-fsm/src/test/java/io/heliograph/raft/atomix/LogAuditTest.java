package io.heliograph.raft.atomix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heliograph.raft.CorruptLogException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows 4 and 5 of what the library breaks: it takes the first damage for the end of the log and deletes what follows. */
class LogAuditTest {

    private static final int BIG = 400_000;

    @TempDir
    Path directory;

    /** Segment 1 holds five entries, segment 2 the sixth to eighth; all forced. */
    private void twoSegments() throws Exception {
        try (LogOnDisk log = new LogOnDisk(directory)) {
            log.append(1, 8, BIG).force();
        }
        assertThat(LogOnDisk.segment(directory, 2)).exists();
        assertThat(LogOnDisk.segment(directory, 3)).doesNotExist();
    }

    private void assertRefused(String... messageParts) throws Exception {
        Map<String, Integer> before = LogOnDisk.digests(directory);
        assertThatThrownBy(() -> LogAudit.run(directory, 0))
                .isInstanceOf(CorruptLogException.class)
                .hasMessageContainingAll(messageParts)
                .hasMessageContaining("to let the node rejoin: stop it, move its raft directory away");
        assertThat(LogOnDisk.digests(directory)).isEqualTo(before);
    }

    private List<String> reopened() throws Exception {
        try (LogOnDisk log = LogOnDisk.audited(directory)) {
            return log.read();
        }
    }

    private static List<String> entries(int to) {
        return IntStream.rangeClosed(1, to).mapToObj(i -> "1." + i).toList();
    }

    @Test
    void when_nothing_is_wrong_then_nothing_changes() throws Exception {
        twoSegments();
        Map<String, Integer> before = LogOnDisk.digests(directory);

        assertThat(LogAudit.run(directory, 0)).isEqualTo(8);

        assertThat(LogOnDisk.digests(directory)).isEqualTo(before);
    }

    /** Row 4 of docs/guard.md. */
    @Test
    void when_a_byte_in_the_middle_is_flipped_then_the_node_refuses_and_names_file_and_offset() throws Exception {
        twoSegments();
        Path first = LogOnDisk.segment(directory, 1);
        LogOnDisk.flip(first, 64 + 8 + 1000);

        assertRefused(first + ": offset 64: entry 1 is damaged, and log-2.log follows");
    }

    @Test
    void when_the_last_acknowledged_entry_is_damaged_then_it_is_not_taken_for_a_torn_one() throws Exception {
        twoSegments();
        Path last = LogOnDisk.segment(directory, 2);
        LogOnDisk.flip(last, LogOnDisk.end(directory, 2) - 1);

        assertRefused(last + ": offset ", "entry 8 is damaged, and this node acknowledged entries up to 8");
    }

    @Test
    void when_the_last_acknowledged_entries_are_wiped_or_cut_off_then_the_node_refuses() throws Exception {
        twoSegments();
        Path last = LogOnDisk.segment(directory, 2);
        LogOnDisk.write(last, 64, new byte[GuardedRaftContext.SEGMENT_BYTES - 64]);
        assertRefused(last + ": offset 64: entry 6 is missing, and this node acknowledged entries up to 8");

        LogOnDisk.truncate(last, 64);
        assertRefused("entry 6 is missing");

        LogOnDisk.truncate(last, 0);
        assertRefused(last + ": offset 0: the header is cut off");

        Files.delete(last);
        assertRefused("entry 6 is missing");
    }

    @Test
    void when_a_header_is_damaged_then_the_node_refuses() throws Exception {
        twoSegments();
        Path last = LogOnDisk.segment(directory, 2);
        Path first = LogOnDisk.segment(directory, 1);
        for (int offset : new int[] {0, 4, 11, 20, 24}) {
            LogOnDisk.flip(last, offset);
            assertRefused(last + ": offset ");
            LogOnDisk.flip(last, offset);
        }
        LogOnDisk.flip(last, 19);
        assertRefused(last + ": offset 12: it begins with entry 38, but log-1.log before it ends with entry 5");
        LogOnDisk.flip(last, 19);
        Files.delete(first);
        assertRefused(last + ": offset 12: the log begins with entry 6, and no snapshot covers 1 to 5");
    }

    @Test
    void when_the_only_segment_says_it_begins_elsewhere_then_the_node_refuses() throws Exception {
        try (LogOnDisk log = new LogOnDisk(directory)) {
            log.append(1, 3, 10).force();
        }
        Path only = LogOnDisk.segment(directory, 1);
        LogOnDisk.write(only, 19, (byte) 2);

        assertThatThrownBy(() -> LogAudit.run(directory, 100))
                .isInstanceOf(CorruptLogException.class)
                .hasMessageContaining(only + ": offset 12: it begins with entry 2, it did begin with 1");
    }

    @Test
    void when_a_file_is_not_a_segment_but_the_library_would_open_it_then_the_node_refuses() throws Exception {
        twoSegments();
        Path copy = directory.resolve("log-02.log");
        Files.copy(LogOnDisk.segment(directory, 2), copy);

        assertRefused(copy + ": the name is not one of a segment of the log");
    }

    @Test
    void when_entries_after_the_mark_are_torn_then_they_are_wiped_and_kept_aside() throws Exception {
        try (LogOnDisk log = new LogOnDisk(directory)) {
            log.append(1, 5, 1000).force().append(1, 5, 1000);
        }
        Path segment = LogOnDisk.segment(directory, 1);
        byte[] written = Files.readAllBytes(segment);
        int fifth = 64 + 5 * (LogOnDisk.end(directory, 1) - 64) / 10;
        LogOnDisk.flip(segment, fifth + 20);

        assertThat(reopened()).isEqualTo(entries(5));

        assertThat(directory.resolve("torn-1-at-" + fifth + ".bytes")).exists();
        byte[] wiped = Files.readAllBytes(segment);
        assertThat(wiped).hasSameSizeAs(written);
        assertThat(java.util.Arrays.copyOfRange(wiped, fifth, wiped.length)).containsOnly(0);
    }

    @Test
    void when_a_torn_tail_was_cut_then_what_is_written_later_does_not_join_with_what_lay_behind_it() throws Exception {
        try (LogOnDisk log = new LogOnDisk(directory)) {
            log.append(1, 5, 1000).force().append(1, 5, 1000);
        }
        LogOnDisk.flip(LogOnDisk.segment(directory, 1), LogOnDisk.end(directory, 1) / 2 + 100);

        try (LogOnDisk log = LogOnDisk.audited(directory)) {
            log.append(2, 1, 1000).force();
        }

        assertThat(reopened()).isEqualTo(List.of("1.1", "1.2", "1.3", "1.4", "1.5", "2.6"));
    }

    @Test
    void when_there_is_no_mark_then_damage_before_whole_entries_is_refused_and_damage_at_the_end_is_cut()
            throws Exception {
        try (LogOnDisk log = new LogOnDisk(directory)) {
            log.append(1, 10, 1000).force();
        }
        Path segment = LogOnDisk.segment(directory, 1);
        Files.delete(ForcedMark.file(directory));
        LogOnDisk.flip(segment, 64 + 500);
        assertRefused(segment + ": offset 64: entry 1 is damaged, whole ones follow");

        LogOnDisk.flip(segment, 64 + 500);
        LogOnDisk.flip(segment, LogOnDisk.end(directory, 1) - 1);
        assertThat(reopened()).isEqualTo(entries(9));
    }

    /** Row 5 of docs/guard.md. */
    @Test
    void when_a_crash_left_a_new_segment_blank_or_short_then_it_is_removed() throws Exception {
        twoSegments();
        Path third = LogOnDisk.segment(directory, 3);
        for (int length : new int[] {0, 10, GuardedRaftContext.SEGMENT_BYTES}) {
            Files.write(third, new byte[length]);

            assertThat(reopened()).isEqualTo(entries(8));
            assertThat(third).doesNotExist();
        }
    }

    @Test
    void when_a_crash_left_the_very_first_segment_blank_then_the_node_starts_empty() throws Exception {
        Files.write(LogOnDisk.segment(directory, 1), new byte[GuardedRaftContext.SEGMENT_BYTES]);

        assertThat(reopened()).isEmpty();
    }

    @Test
    void when_a_crash_left_a_new_segment_with_content_but_no_header_then_it_is_moved_aside() throws Exception {
        twoSegments();
        byte[] headless = new byte[GuardedRaftContext.SEGMENT_BYTES];
        headless[1000] = 1;
        Files.write(LogOnDisk.segment(directory, 3), headless);

        assertThat(reopened()).isEqualTo(entries(8));
        assertThat(directory.resolve("torn-3-at-0.bytes")).exists();
    }

    @Test
    void when_a_crash_left_a_new_segment_empty_then_the_log_goes_on_in_it() throws Exception {
        twoSegments();
        byte[] empty = new byte[GuardedRaftContext.SEGMENT_BYTES];
        System.arraycopy(Files.readAllBytes(LogOnDisk.segment(directory, 2)), 0, empty, 0, 64);
        empty[11] = 3;
        empty[19] = 9;
        Files.write(LogOnDisk.segment(directory, 3), empty);

        try (LogOnDisk log = LogOnDisk.audited(directory)) {
            assertThat(log.writer().getLastEntry()).isNotNull().satisfies(last -> assertThat(last.index())
                    .isEqualTo(8));
            log.append(1, 1, 10).force();
        }
        assertThat(reopened()).isEqualTo(entries(9));
    }

    @Test
    void when_a_compaction_was_interrupted_then_the_snapshot_stands_in_for_the_hole() throws Exception {
        try (LogOnDisk log = new LogOnDisk(directory)) {
            log.append(1, 18, BIG).force();
        }
        Files.delete(LogOnDisk.segment(directory, 2));
        assertRefused("it begins with entry 11, but log-1.log before it ends with entry 5");

        assertThat(LogAudit.run(directory, 12)).isEqualTo(18);

        assertThat(LogOnDisk.segment(directory, 1)).doesNotExist();
        assertThat(LogOnDisk.segment(directory, 3)).exists();
    }

    @Test
    void when_any_byte_is_flipped_or_the_end_cut_off_anywhere_then_the_node_has_every_forced_entry_or_refuses()
            throws Exception {
        try (LogOnDisk log = new LogOnDisk(directory)) {
            log.append(1, 6, BIG).append(1, 20, 50).force().append(1, 3, 50);
        }
        long seed = Long.getLong("audit.seed", System.nanoTime());
        SplittableRandom random = new SplittableRandom(seed);
        Map<String, byte[]> before = LogOnDisk.files(directory);
        int refused = 0;
        int trials = Integer.getInteger("audit.trials", 100);
        for (int i = 0; i < trials; i++) {
            LogOnDisk.restore(directory, before);
            String harm = harm(random);
            try (LogOnDisk log = LogOnDisk.audited(directory)) {
                assertThat(log.read())
                        .as("seed %d: %s", seed, harm)
                        .startsWith(entries(26).toArray(new String[0]));
            } catch (CorruptLogException e) {
                refused++;
            }
        }
        assertThat(refused).as("seed %d: refused", seed).isBetween(trials / 4, trials - 1);
    }

    /** Changes one byte, or cuts off an end, of one file; most often where something is written. */
    private String harm(SplittableRandom random) throws Exception {
        String name = List.of("log-1.log", "log-2.log", "log-2.log", "mark").get(random.nextInt(4));
        Path file = directory.resolve(name);
        int length = (int) Files.size(file);
        int used = name.equals("mark") ? length : LogOnDisk.end(directory, name.charAt(4) - '0');
        int offset = random.nextInt(random.nextInt(8) == 0 ? length : Math.min(length, used + 20));
        if (random.nextInt(3) == 0) {
            LogOnDisk.truncate(file, offset);
            return name + " cut off at " + offset;
        }
        byte[] bytes = Files.readAllBytes(file);
        LogOnDisk.write(file, offset, (byte) (bytes[offset] ^ (1 << random.nextInt(8))));
        return name + " flipped at " + offset;
    }
}
