package io.heliograph.raft.atomix;

import io.atomix.storage.journal.JournalSegmentFile;
import io.heliograph.raft.CorruptLogException;
import io.heliograph.raft.atomix.ForcedMark.Mark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads every segment file of the log before the library opens them. The library itself takes the first thing it cannot
 * read for the end of the log, and deletes what follows. A node that forgets what it acknowledged can let the group
 * lose it (Raft paper, section 5.4.3: the argument needs every voter's log to be on stable storage).
 *
 * <h2>Torn or damaged</h2>
 *
 * A power loss leaves what was written since the last force in any state; nobody was told of it, and it may go. It is
 * always at the end: in the last file, behind the {@link ForcedMark}. Such a torn tail is wiped, so that nothing of it
 * can come back behind entries written later, and what it held is kept in a file beside. A segment file that a crash left
 * between its creation and its first force is treated alike. A cut that a crash interrupted is finished ({@link
 * PendingCut}), and so is the deletion of segments that a snapshot covers.
 *
 * <p>Everything else is damage: a header that is wrong, a segment that does not follow on the one before, an entry that
 * cannot be read at or below the mark or in a file that others follow, a log that ends before the mark or begins behind
 * the snapshot. Without a mark, whole entries behind one that cannot be read are damage too. The node does not start
 * then, and nothing is changed on disk.
 *
 * <p>Threads: the one that opens the log, before anything else uses the directory.
 */
final class LogAudit {

    /** What an operator does about damage. */
    static final String REJOIN = "nothing was changed; to let the node rejoin: stop it, move its raft directory away,"
            + " start it with an empty one, and the group sends it everything";

    private static final String NAME = "log";
    private static final Pattern SEGMENT = Pattern.compile(NAME + "-([1-9][0-9]{0,17})\\.log");

    /** One change to the directory, made only when nothing is damaged. */
    private interface Repair {
        void run() throws IOException;
    }

    private final Path directory;
    private final long snapshotIndex;
    private final List<Repair> repairs = new ArrayList<>();
    private final List<SegmentScan> kept = new ArrayList<>();
    private @Nullable Mark mark;
    private long lastWanted = Long.MAX_VALUE;

    private LogAudit(Path directory, long snapshotIndex) {
        this.directory = directory;
        this.snapshotIndex = snapshotIndex;
    }

    /**
     * Makes the directory safe for the library to open.
     *
     * @param snapshotIndex index of the newest whole snapshot on disk, 0 for none
     * @return index of the last entry, 0 for none
     * @throws CorruptLogException when acknowledged entries are damaged or missing; nothing was changed then
     * @throws IOException when a file cannot be read or written
     */
    static long run(Path directory, long snapshotIndex) throws IOException, CorruptLogException {
        return new LogAudit(directory, snapshotIndex).run();
    }

    private long run() throws IOException, CorruptLogException {
        PendingCut pending = new PendingCut(directory);
        OptionalLong cut = pending.read();
        mark = ForcedMark.read(directory).orElse(null);
        lastWanted = cut.orElse(Long.MAX_VALUE);
        for (SegmentScan segment : segments()) {
            check(segment);
        }
        checkEnds();
        for (Repair repair : repairs) {
            repair.run();
        }
        if (!repairs.isEmpty()) {
            Disk.forceDirectory(directory);
        }
        if (cut.isPresent()) {
            try (ForcedMark lowered = ForcedMark.open(directory, markOf(0))) {
                lowered.lower(markOf(Math.min(lowered.current().forcedIndex(), lastWanted)));
            }
            pending.done();
        } else if (mark == null && kept.isEmpty()) {
            // before there is a log, so that a log never lacks it
            ForcedMark.open(directory, markOf(0)).close();
        }
        return lastIndex();
    }

    private List<SegmentScan> segments() throws IOException, CorruptLogException {
        List<SegmentScan> found = new ArrayList<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                String name = String.valueOf(file.getFileName());
                Matcher matcher = SEGMENT.matcher(name);
                if (matcher.matches() && lastWanted == 0) {
                    repairs.add(() -> Files.delete(file));
                } else if (matcher.matches()) {
                    found.add(SegmentScan.read(file, Long.parseLong(matcher.group(1)), lastWanted));
                } else if (JournalSegmentFile.isSegmentFile(NAME, name)) {
                    throw corrupt(
                            file, "the name is not one of a segment of the log, but the log would take it for one");
                }
            }
        }
        found.sort(Comparator.comparingLong(SegmentScan::id));
        return withoutTornLast(found);
    }

    /** A last file without a header was never forced: the mark would lie in it otherwise. */
    private List<SegmentScan> withoutTornLast(List<SegmentScan> found) throws CorruptLogException {
        if (found.isEmpty() || found.get(found.size() - 1).hasHeader()) {
            return found;
        }
        SegmentScan last = found.get(found.size() - 1);
        List<SegmentScan> others = found.subList(0, found.size() - 1);
        boolean othersReadable = others.stream().allMatch(SegmentScan::hasHeader);
        long before = others.isEmpty() ? 0 : others.get(others.size() - 1).nextIndex() - 1;
        boolean damagedBefore = lastWanted == Long.MAX_VALUE
                && !others.isEmpty()
                && others.get(others.size() - 1).leftovers();
        if (!othersReadable || damagedBefore || markedIndex() > before || (mark == null && !last.blank())) {
            throw corrupt(last.file(), last.headerProblem());
        }
        repairs.add(() -> Torn.remove(last));
        return others;
    }

    private void check(SegmentScan segment) throws CorruptLogException {
        if (!segment.hasHeader()) {
            throw corrupt(segment.file(), segment.headerProblem());
        }
        if (!kept.isEmpty() && segment.firstIndex() > lastWanted) {
            repairs.add(() -> Files.delete(segment.file()));
            return;
        }
        if (!kept.isEmpty()) {
            checkFollows(kept.get(kept.size() - 1), segment);
        }
        kept.add(segment);
    }

    private void checkFollows(SegmentScan before, SegmentScan segment) throws CorruptLogException {
        if (segment.firstIndex() == before.nextIndex() && before.entries() > 0 && !before.leftovers()) {
            return;
        }
        boolean compactionInterrupted = segment.firstIndex() > before.nextIndex()
                && segment.firstIndex() - 1 <= snapshotIndex
                && !before.leftovers();
        if (compactionInterrupted) {
            for (SegmentScan covered : kept) {
                repairs.add(() -> Torn.removeCovered(covered, snapshotIndex));
            }
            kept.clear();
            return;
        }
        if (before.leftovers()) {
            throw corrupt(
                    before.file(),
                    "offset " + before.end() + ": entry " + before.nextIndex() + " is damaged, and "
                            + segment.file().getFileName() + " follows");
        }
        throw corrupt(
                segment.file(),
                "offset 12: it begins with entry " + segment.firstIndex() + ", but "
                        + before.file().getFileName() + " before it ends with entry " + (before.nextIndex() - 1));
    }

    private void checkEnds() throws IOException, CorruptLogException {
        if (kept.isEmpty()) {
            if (markedIndex() > 0) {
                throw corrupt(directory, "there is no log, but entries up to " + markedIndex() + " were acknowledged");
            }
            return;
        }
        SegmentScan first = kept.get(0);
        if (first.firstIndex() > snapshotIndex + 1) {
            throw corrupt(
                    first.file(),
                    "offset 12: the log begins with entry " + first.firstIndex() + ", and no snapshot covers "
                            + (snapshotIndex + 1) + " to " + (first.firstIndex() - 1));
        }
        checkLast(kept.get(kept.size() - 1));
        checkMarkedSegment();
    }

    private void checkLast(SegmentScan last) throws IOException, CorruptLogException {
        if (lastWanted != Long.MAX_VALUE) {
            if (last.nextIndex() <= Math.min(markedIndex(), lastWanted)) {
                throw corrupt(last.file(), damaged(last));
            }
            repairs.add(() -> Torn.wipe(last));
            return;
        }
        if (last.nextIndex() <= markedIndex()) {
            throw corrupt(last.file(), damaged(last));
        }
        if (last.leftovers()) {
            if (mark == null && last.wholeEntryFollows()) {
                throw corrupt(
                        last.file(),
                        "offset " + last.end() + ": entry " + last.nextIndex() + " is damaged, whole ones follow");
            }
            repairs.add(() -> Torn.keepAsideAndWipe(last));
        } else if (last.length() < GuardedRaftContext.SEGMENT_BYTES) {
            repairs.add(() -> Torn.wipe(last));
        }
    }

    private String damaged(SegmentScan last) {
        return "offset " + last.end() + ": entry " + last.nextIndex() + " is "
                + (last.leftovers() ? "damaged" : "missing") + ", and this node acknowledged entries up to "
                + markedIndex();
    }

    /** Every index follows from the first one of a segment, which the library keeps without a checksum. */
    private void checkMarkedSegment() throws CorruptLogException {
        if (mark == null || lastWanted != Long.MAX_VALUE) {
            return;
        }
        for (SegmentScan segment : kept) {
            if (segment.id() == mark.segment() && segment.firstIndex() != mark.segmentIndex()) {
                throw corrupt(
                        segment.file(),
                        "offset 12: it begins with entry " + segment.firstIndex() + ", it did begin with "
                                + mark.segmentIndex());
            }
        }
    }

    private long markedIndex() {
        return mark == null ? 0 : Math.min(mark.forcedIndex(), lastWanted);
    }

    private Mark markOf(long forcedIndex) {
        if (kept.isEmpty()) {
            return new Mark(forcedIndex, 0, 0);
        }
        SegmentScan last = kept.get(kept.size() - 1);
        return new Mark(forcedIndex, last.id(), last.firstIndex());
    }

    private long lastIndex() {
        return kept.isEmpty() ? 0 : kept.get(kept.size() - 1).nextIndex() - 1;
    }

    private static CorruptLogException corrupt(Path file, String problem) {
        return new CorruptLogException(
                "the log is damaged: " + file + ": " + problem + "; " + REJOIN, new IOException(problem));
    }
}
