package io.heliograph.raft.atomix;

import io.heliograph.raft.CorruptLogException;
import io.heliograph.raft.FailStop;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The current term and whom this node voted for in it, on disk before anybody hears of it, and never cleared within the
 * term (Raft paper, figure 2 and section 5.2). The library forgets its vote as soon as it hears from a leader; a node
 * that restarts then would vote twice in one term, and there could be two leaders.
 *
 * <p>Threads: the Raft thread.
 */
final class VoteRecord {

    private final Path file;
    private final FailStop failStop;
    private long term;
    private @Nullable String votedFor;

    static final String FILE = "vote";

    private VoteRecord(Path file, FailStop failStop) {
        this.file = file;
        this.failStop = failStop;
    }

    /**
     * Reads the record; term 0 without a vote when there is none yet.
     *
     * @throws CorruptLogException when it is damaged
     */
    static VoteRecord open(Path directory, FailStop failStop) throws CorruptLogException {
        VoteRecord vote = new VoteRecord(directory.resolve(FILE), failStop);
        if (Files.exists(vote.file)) {
            try {
                ByteBuffer body = ByteBuffer.wrap(CheckedFile.read(vote.file));
                vote.term = body.getLong();
                byte[] name = new byte[body.remaining()];
                body.get(name);
                vote.votedFor = name.length == 0 ? null : new String(name, StandardCharsets.UTF_8);
            } catch (IOException | RuntimeException e) {
                throw new CorruptLogException(
                        "the vote record is damaged: " + e.getMessage()
                                + "; this node may have voted and must not vote again: remove it and add it anew",
                        e);
            }
        }
        return vote;
    }

    static boolean exists(Path directory) {
        return Files.exists(directory.resolve(FILE));
    }

    /** Makes sure there is a record. */
    void create() {
        if (!Files.exists(file)) {
            store(term, votedFor);
        }
    }

    long term() {
        return term;
    }

    /** Whom this node voted for in this term, null for nobody. */
    @Nullable
    String votedFor(long inTerm) {
        return inTerm == term ? votedFor : null;
    }

    /** A new term begins, without a vote. */
    void begin(long newTerm) {
        if (newTerm > term) {
            store(newTerm, null);
        }
    }

    /** Votes; ends the process rather than vote for another in the same term. */
    void vote(long inTerm, String candidate) {
        if (inTerm < term || (inTerm == term && votedFor != null && !votedFor.equals(candidate))) {
            failStop.stop(
                    FailStop.STATE_MACHINE,
                    "about to vote for " + candidate + " in term " + inTerm + " after voting for " + votedFor
                            + " in term " + term,
                    new IllegalStateException("two votes"));
            return;
        }
        if (inTerm != term || votedFor == null) {
            store(inTerm, candidate);
        }
    }

    private void store(long newTerm, @Nullable String candidate) {
        byte[] name = candidate == null ? new byte[0] : candidate.getBytes(StandardCharsets.UTF_8);
        try {
            CheckedFile.write(
                    file,
                    ByteBuffer.allocate(Long.BYTES + name.length)
                            .putLong(newTerm)
                            .put(name)
                            .array());
        } catch (IOException e) {
            failStop.stop(
                    FailStop.CORRUPTED_DATA,
                    "cannot write the vote record " + file + ": " + e.getMessage()
                            + "; free or mend the disk, then start again",
                    e);
            return;
        }
        term = newTerm;
        votedFor = candidate;
    }
}
