package io.heliograph.daemon.http;

import io.heliograph.raft.GroupMember;
import io.heliograph.raft.ReplicatedLog;
import java.util.List;
import java.util.Optional;

/** The members of the group as the log has them at the moment. Threads: any. */
final class Members {

    private final ReplicatedLog log;

    Members(ReplicatedLog log) {
        this.log = log;
    }

    /** By id. */
    List<GroupMember> all() {
        return log.members();
    }

    Optional<GroupMember> find(String id) {
        return all().stream().filter(member -> member.id().equals(id)).findFirst();
    }

    /** The leader as far as this node knows. */
    Optional<GroupMember> leader() {
        return log.leadership().leader().flatMap(this::find);
    }
}
