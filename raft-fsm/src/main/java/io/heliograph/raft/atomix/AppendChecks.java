package io.heliograph.raft.atomix;

import io.atomix.protocols.raft.protocol.AppendRequest;
import io.atomix.protocols.raft.protocol.AppendResponse;
import io.atomix.protocols.raft.protocol.RaftResponse;
import io.atomix.protocols.raft.storage.log.RaftLogReader;
import io.atomix.protocols.raft.storage.log.entry.RaftLogEntry;
import io.atomix.storage.journal.Indexed;
import io.heliograph.raft.FailStop;
import java.util.List;
import java.util.OptionalLong;

/**
 * What the library does not check in an append (Raft paper, section 5.3). Its leader sends a previous term of 0 where
 * its log begins; its follower believes such a message without comparing anything, and begins its own log anew, with
 * whatever it had acknowledged in it. And it compares with the wrong entry where its own log begins later.
 *
 * <p>An append is believed only after a prefix that this node knows to be committed, or that the library can compare.
 *
 * <p>Threads: the Raft thread.
 */
final class AppendChecks {

    private final GuardedRaftContext raft;
    private final FailStop failStop;

    AppendChecks(GuardedRaftContext raft, FailStop failStop) {
        this.raft = raft;
        this.failStop = failStop;
    }

    /**
     * The last index to name when refusing a message that must not be believed, so that the leader goes on after it;
     * empty for a message that may be.
     */
    OptionalLong refuse(AppendRequest request) {
        if (request.term() < raft.getTerm()) {
            return OptionalLong.empty();
        }
        long previous = request.prevLogIndex();
        long end =
                Math.max(raft.getLogWriter().getLastIndex(), raft.snapshotMark().index());
        if (previous > end) {
            return OptionalLong.of(end);
        }
        // the leader no longer has what comes before, so it is committed; whether ours is the same, only we can know
        boolean unknownPrefix = request.prevLogTerm() == 0 && previous > committed();
        if (unknownPrefix) {
            return OptionalLong.of(previous - 1);
        }
        SnapshotMark snapshot = raft.snapshotMark();
        if (previous == snapshot.index() && request.prevLogTerm() != 0 && request.prevLogTerm() != snapshot.term()) {
            failStop.stop(
                    FailStop.STATE_MACHINE,
                    "the leader " + request.leader() + " has entry " + previous + " of term " + request.prevLogTerm()
                            + ", this node's snapshot has it of term " + snapshot.term(),
                    new IllegalStateException("two histories"));
            return OptionalLong.of(previous - 1);
        }
        return OptionalLong.empty();
    }

    private long committed() {
        return Math.max(raft.getCommitIndex(), raft.snapshotMark().index());
    }

    /** A message of the same leader that the library refuses by itself, after it has taken note of term and leader. */
    static AppendRequest unbelievable(AppendRequest request) {
        return AppendRequest.builder()
                .withTerm(request.term())
                .withLeader(request.leader())
                .withPrevLogIndex(Long.MAX_VALUE / 2)
                .withPrevLogTerm(Long.MAX_VALUE / 2)
                .withEntries(List.of())
                .withCommitIndex(0)
                .build();
    }

    /** The library's answer with another last index. */
    static AppendResponse refusal(AppendResponse response, long lastLogIndex) {
        return AppendResponse.builder()
                .withStatus(RaftResponse.Status.OK)
                .withTerm(response.term())
                .withSucceeded(false)
                .withLastLogIndex(lastLogIndex)
                .build();
    }

    /**
     * The same message in a form the library handles well: without the entries that this node has already, so that it
     * begins its log anew only where there is nothing of it to keep. Only for what {@link #refuse} lets pass.
     */
    AppendRequest prepared(AppendRequest request) {
        long first = raft.log().firstIndex();
        long last = raft.getLogWriter().getLastIndex();
        long previous = request.prevLogIndex();
        boolean libraryCanCompare = request.prevLogTerm() != 0 && previous >= first && previous <= last;
        if (request.term() < raft.getTerm() || libraryCanCompare) {
            return request;
        }
        List<RaftLogEntry> entries = request.entries();
        long end = previous + entries.size();
        long had = Math.min(end, Math.max(previous, raft.snapshotMark().index()));
        long hadTerm = 0;
        long from = Math.max(first, had);
        if (from <= last && from <= end) {
            try (RaftLogReader reader = raft.log().peek(from)) {
                while (reader.hasNext() && reader.getNextIndex() <= end) {
                    Indexed<RaftLogEntry> ours = reader.next();
                    boolean same = ours.index() <= had
                            || entries.get((int) (ours.index() - previous - 1)).term()
                                    == ours.entry().term();
                    if (!same) {
                        break;
                    }
                    had = Math.max(had, ours.index());
                    hadTerm = ours.index() == had ? ours.entry().term() : hadTerm;
                }
            }
        }
        return AppendRequest.builder()
                .withTerm(request.term())
                .withLeader(request.leader())
                .withPrevLogIndex(had)
                .withPrevLogTerm(hadTerm)
                .withEntries(entries.subList((int) (had - previous), entries.size()))
                .withCommitIndex(request.commitIndex())
                .build();
    }
}
