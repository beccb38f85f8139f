package io.heliograph.fsm;

import io.heliograph.command.HostPort;
import io.heliograph.kv.Entry;
import io.heliograph.kv.Revision;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What applying a command came to. The same on every node. */
public sealed interface CommandResult {

    /**
     * The command was applied.
     *
     * @param revision the revision that the entries carry; {@link Revision#NONE} for a command without entries
     * @param changed false when the state already was as asked for, and nothing was written
     * @param entries what the command published, in order
     * @param deleted the keys that it deleted, in order
     */
    record Done(Revision revision, boolean changed, List<Entry> entries, List<String> deleted)
            implements CommandResult {
        public Done {
            entries = List.copyOf(entries);
            deleted = List.copyOf(deleted);
        }

        /** Nothing was deleted. */
        public Done(Revision revision, boolean changed, List<Entry> entries) {
            this(revision, changed, entries, List.of());
        }
    }

    /**
     * The command was refused and changed nothing.
     *
     * @param reason what kind of refusal
     * @param message one line for people
     * @param actual the cluster's master, where that is why
     */
    record Refused(Reason reason, String message, @Nullable HostPort actual) implements CommandResult {}

    /** Why a command was refused; numbers are never used again. */
    enum Reason {
        /** No cluster has this alias. */
        UNKNOWN_CLUSTER(1),
        /** The master is not the one the caller expected. */
        UNEXPECTED_MASTER(2),
        /** The key belongs to a cluster. */
        KEY_IN_USE(3),
        /** There is no such key. */
        UNKNOWN_KEY(4);

        private final int wireId;

        Reason(int wireId) {
            this.wireId = wireId;
        }

        int wireId() {
            return wireId;
        }
    }
}
