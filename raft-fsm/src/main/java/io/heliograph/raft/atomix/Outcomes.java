package io.heliograph.raft.atomix;

import io.atomix.protocols.raft.RaftError;
import io.atomix.protocols.raft.protocol.CommandResponse;
import io.atomix.protocols.raft.protocol.RaftResponse;
import io.heliograph.raft.CommitOutcome;
import io.heliograph.raft.CommitOutcome.Committed;
import io.heliograph.raft.CommitOutcome.Reason;
import io.heliograph.raft.CommitOutcome.Rejected;
import io.heliograph.raft.CommitOutcome.Unknown;

/** What the library's answer to a command means. */
final class Outcomes {

    private Outcomes() {}

    static CommitOutcome of(CommandResponse response) {
        if (response.status() == RaftResponse.Status.OK) {
            return new Committed(response.index(), new CommitOutcome.Result(response.result()));
        }
        // the library answers so before it appends, while leadership is being handed over
        if (response.error().type() == RaftError.Type.ILLEGAL_MEMBER_STATE) {
            return new Rejected(Reason.NOT_LEADER, "this node is handing over leadership");
        }
        return new Unknown("leadership was lost before a quorum answered");
    }
}
