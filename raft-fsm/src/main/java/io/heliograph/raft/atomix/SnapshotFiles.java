package io.heliograph.raft.atomix;

import io.heliograph.raft.CorruptLogException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The snapshot files of a directory, as found at start.
 *
 * <p>A snapshot appears under its name only when it is whole and on disk, so a damaged one was damaged later. It is
 * never passed over in silence: the node does not start, and says whether the log holds everything that it held. One that
 * is older than a whole one is moved aside.
 *
 * <p>Threads: the one that opens the log.
 */
final class SnapshotFiles {

    private static final Logger LOG = LoggerFactory.getLogger(SnapshotFiles.class);
    private static final Pattern NAME = Pattern.compile("heliograph-([1-9][0-9]{0,17})\\.snapshot");

    /** A snapshot that cannot be read, and why. */
    private record Damaged(Path file, long index, String problem) {}

    private final Path directory;
    private final List<Long> whole = new ArrayList<>();
    private final List<Damaged> damaged = new ArrayList<>();
    private final List<Path> newer = new ArrayList<>();

    private SnapshotFiles(Path directory) throws IOException {
        this.directory = directory;
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Matcher name = NAME.matcher(String.valueOf(file.getFileName()));
                if (name.matches()) {
                    look(file, Long.parseLong(name.group(1)));
                }
            }
        }
    }

    private void look(Path file, long index) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        if (SnapshotEnvelope.isNewer(bytes)) {
            newer.add(file);
            return;
        }
        try {
            SnapshotEnvelope envelope = SnapshotEnvelope.decode(bytes);
            if (envelope.index() != index) {
                throw new IOException("it says it is at index " + envelope.index());
            }
            whole.add(index);
        } catch (IOException e) {
            damaged.add(new Damaged(file, index, String.valueOf(e.getMessage())));
        }
    }

    private long newestWhole() {
        return whole.stream().mapToLong(Long::longValue).max().orElse(0);
    }

    static Path file(Path directory, long index) {
        return directory.resolve("heliograph-" + index + ".snapshot");
    }

    /** Index of the newest snapshot that can be read, 0 for none. */
    static long newestWhole(Path directory) throws IOException {
        return new SnapshotFiles(directory).newestWhole();
    }

    /**
     * Audits snapshots and log together.
     *
     * @throws CorruptLogException when a snapshot is damaged and nothing else holds what it held, or the log is damaged
     */
    static void audit(Path directory) throws IOException, CorruptLogException {
        SnapshotFiles files = new SnapshotFiles(directory);
        if (!files.newer.isEmpty()) {
            throw new CorruptLogException(
                    "the snapshot " + files.newer.get(0) + " is of a newer format than this program knows, which is "
                            + SnapshotEnvelope.VERSION + "; start the version of the program that wrote it",
                    new IOException("newer format"));
        }
        long newest = files.newestWhole();
        Damaged worst = files.damaged.stream()
                .filter(one -> one.index() > newest)
                .max(java.util.Comparator.comparingLong(Damaged::index))
                .orElse(null);
        long end;
        try {
            end = LogAudit.run(directory, newest);
        } catch (CorruptLogException e) {
            throw worst == null ? e : lost(worst, e);
        }
        if (worst != null) {
            IOException cause = new IOException(worst.problem());
            throw end < worst.index() ? lost(worst, cause) : elsewhere(worst, cause);
        }
        files.clearAway(newest);
    }

    private static CorruptLogException lost(Damaged snapshot, Exception cause) {
        return new CorruptLogException(
                unusable(snapshot) + ", and the log does not reach back to an older one; " + LogAudit.REJOIN, cause);
    }

    private static CorruptLogException elsewhere(Damaged snapshot, Exception cause) {
        return new CorruptLogException(
                unusable(snapshot) + "; the log beside it holds everything that it held: move this one file away and"
                        + " start again, and look after the disk",
                cause);
    }

    private static String unusable(Damaged snapshot) {
        return "the snapshot " + snapshot.file() + " cannot be used: " + snapshot.problem();
    }

    private void clearAway(long newest) throws IOException {
        for (Damaged one : damaged) {
            Path aside = one.file().resolveSibling("damaged-" + one.file().getFileName());
            Files.move(one.file(), aside, StandardCopyOption.REPLACE_EXISTING);
            LOG.warn(
                    "Moved {} to {}: {}; snapshot {} is newer", one.file(), aside.getFileName(), one.problem(), newest);
        }
        for (long older : whole) {
            if (older < newest) {
                Files.deleteIfExists(file(directory, older));
            }
        }
    }
}
