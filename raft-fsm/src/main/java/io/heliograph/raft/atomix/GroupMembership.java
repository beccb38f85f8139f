package io.heliograph.raft.atomix;

import io.atomix.cluster.MemberId;
import io.atomix.protocols.raft.RaftServer;
import io.atomix.protocols.raft.cluster.RaftMember;
import io.atomix.protocols.raft.cluster.impl.DefaultRaftMember;
import io.atomix.protocols.raft.cluster.impl.RaftMemberContext;
import io.atomix.protocols.raft.storage.log.entry.CommandEntry;
import io.atomix.protocols.raft.storage.log.entry.InitializeEntry;
import io.atomix.protocols.raft.storage.log.entry.RaftLogEntry;
import io.atomix.protocols.raft.storage.system.Configuration;
import io.heliograph.raft.GroupMember;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The members of the group as the log has them, told to the library. A list of members is an entry of the log like any
 * command, and is in force as soon as it is in the log (Raft paper, section 6; Ongaro's dissertation, section 4.1). The
 * library's own way is not used: it hands configurations around outside the log, keeps only committed ones on disk, and
 * never takes one back.
 *
 * <p>Threads: the Raft thread, but for {@link #history()}.
 */
final class GroupMembership implements LogChanges {

    private static final Logger LOG = LoggerFactory.getLogger(GroupMembership.class);

    /** The library compares this with commit indexes, and must find it beyond all of them. */
    private static final long FIRST_VERSION = Long.MAX_VALUE / 2;

    private final String self;
    private final MemberHistory history;
    private final Consumer<Map<String, GroupMember>> addresses;
    private final Consumer<MemberHistory.At> removed;
    private @Nullable GuardedRaftContext raft;
    private MemberHistory.@Nullable At inForce;
    private long version = FIRST_VERSION;
    private long termStart = Long.MAX_VALUE;

    /**
     * @param addresses gets the members whenever they change
     * @param removed is told once a list without this node is committed
     */
    GroupMembership(
            String self,
            MemberHistory history,
            Consumer<Map<String, GroupMember>> addresses,
            Consumer<MemberHistory.At> removed) {
        this.self = self;
        this.history = history;
        this.addresses = addresses;
        this.removed = removed;
    }

    MemberHistory history() {
        return history;
    }

    /** Makes the newest list the library's, and takes part as it says. Called once, before messages are let in. */
    void begin(GuardedRaftContext opened) {
        raft = opened;
        adopt(opened);
        opened.transition(ownType());
    }

    @Override
    public void appended(long index, RaftLogEntry entry) {
        if (entry instanceof InitializeEntry) {
            termStart = index;
        }
        if (entry instanceof CommandEntry command && CommandSession.isMembers(command)) {
            history.appended(index, members(index, command));
            follow();
        }
    }

    /** Finds the lists in the log at start. */
    void read(long index, RaftLogEntry entry) {
        if (entry instanceof CommandEntry command && CommandSession.isMembers(command)) {
            history.appended(index, members(index, command));
        }
    }

    private static SortedMap<String, GroupMember> members(long index, CommandEntry command) {
        try {
            return MembersCodec.decode(command.operation().value());
        } catch (IOException e) {
            throw new UncheckedIOException("entry " + index + " of the log: " + e.getMessage(), e);
        }
    }

    @Override
    public void cutBack(long lastIndex) {
        history.cutBack(lastIndex);
        termStart = Long.MAX_VALUE;
        follow();
    }

    /** The state of a snapshot was installed. */
    void learned(MemberHistory.At base, long snapshotIndex) {
        history.learned(base, snapshotIndex);
        follow();
    }

    /**
     * A leader counts with the new list before it sends it. Others are in the middle of handling a message, and a change
     * of role would pull the ground from under it: they follow right after, before the next message.
     */
    private void follow() {
        GuardedRaftContext opened = raft;
        if (opened == null) {
            return;
        }
        if (opened.getRole() == RaftServer.Role.LEADER) {
            adopt(opened);
        } else {
            opened.getThreadContext().execute(() -> adopt(opened));
        }
    }

    private void adopt(GuardedRaftContext opened) {
        MemberHistory.At latest = history.latest();
        if (latest.equals(inForce)) {
            return;
        }
        if (inForce != null) {
            LOG.info(
                    "Members as of entry {}: {}",
                    latest.index(),
                    latest.members().values());
        }
        inForce = latest;
        Instant now = Instant.now();
        List<RaftMember> members = new ArrayList<>();
        latest.members()
                .values()
                .forEach(member -> members.add(new DefaultRaftMember(MemberId.from(member.id()), type(member), now)));
        Configuration configuration = new Configuration(version++, opened.getTerm(), now.toEpochMilli(), members);
        // the library asks for it back when the leader changes
        opened.getMetaStore().storeConfiguration(configuration);
        InFlight.Before forgotten = opened.inFlight().before(changed(opened, latest));
        opened.getCluster().configure(configuration);
        forgotten.restore();
        try {
            addresses.accept(latest.members());
        } catch (IllegalArgumentException e) {
            LOG.error("A member cannot be reached: {}", e.getMessage());
        }
        committed(opened.getCommitIndex());
    }

    /** The members the library begins anew with: those that stay and whose vote changes. */
    private static List<RaftMemberContext> changed(GuardedRaftContext opened, MemberHistory.At latest) {
        return opened.getCluster().getRemoteMemberStates().stream()
                .filter(state -> {
                    GroupMember next =
                            latest.members().get(state.getMember().memberId().id());
                    return next != null && state.getMember().getType() != type(next);
                })
                .toList();
    }

    private static RaftMember.Type type(GroupMember member) {
        return member.voting() ? RaftMember.Type.ACTIVE : RaftMember.Type.PROMOTABLE;
    }

    /** A node that is on its way out listens until that is committed. */
    private RaftMember.Type ownType() {
        return hasVote() ? RaftMember.Type.ACTIVE : RaftMember.Type.PROMOTABLE;
    }

    /** Whether this node has a vote by the newest list in its log, committed or not. */
    boolean hasVote() {
        GroupMember own = history.latest().members().get(self);
        return own != null && own.voting();
    }

    /** What takes a role away is done only once it is committed: until then this node is needed to commit it. */
    void committed(long commitIndex) {
        GuardedRaftContext opened = raft;
        MemberHistory.At latest = inForce;
        if (opened == null || latest == null || latest.index() > commitIndex) {
            return;
        }
        if (!latest.members().containsKey(self)) {
            removed.accept(latest);
        } else if (ownType() == RaftMember.Type.PROMOTABLE && opened.getRole() != RaftServer.Role.PROMOTABLE) {
            opened.getThreadContext().execute(() -> opened.transition(ownType()));
        }
    }

    /**
     * Whether a leader may append another list: its own first entry and the last list are committed (Ongaro, "bug in
     * single-server membership changes", raft-dev, 2015).
     */
    boolean isSettled() {
        GuardedRaftContext opened = raft;
        MemberHistory.At latest = inForce;
        return opened != null
                && latest != null
                && opened.getCommitIndex() >= termStart
                && opened.getCommitIndex() >= latest.index();
    }
}
