package io.heliograph.daemon.masters;

import io.heliograph.command.HostPort;
import io.heliograph.fsm.CommandResult;
import io.heliograph.kv.Entry;
import io.heliograph.kv.Revision;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What became of a write that an operator asked for. */
public sealed interface WriteOutcome {

    /**
     * Committed: a quorum has it on disk.
     *
     * @param revision the revision the entries carry
     * @param changed false when everything already was as asked for
     * @param entries what it published
     * @param deleted the keys that it deleted
     */
    record Committed(Revision revision, boolean changed, List<Entry> entries, List<String> deleted)
            implements WriteOutcome {}

    /**
     * Refused; nothing was written.
     *
     * @param reason what kind of refusal
     * @param message one line for people
     * @param actual the cluster's master where that is why
     */
    record Refused(CommandResult.Reason reason, String message, @Nullable HostPort actual) implements WriteOutcome {}

    /**
     * The members of the group are as asked for, and that is committed.
     *
     * @param index index of the list of members in the log
     */
    record MembersChanged(long index) implements WriteOutcome {}

    /**
     * The members of the group stay as they are.
     *
     * @param message one line for people
     */
    record MembersRefused(String message) implements WriteOutcome {}

    /** This node does not lead; nothing was written. */
    record NotLeader() implements WriteOutcome {}

    /**
     * Not possible at the moment; nothing was written.
     *
     * @param message one line for people
     */
    record Unavailable(String message) implements WriteOutcome {}

    /**
     * May or may not have been written.
     *
     * @param message one line for people
     */
    record Unknown(String message) implements WriteOutcome {}
}
