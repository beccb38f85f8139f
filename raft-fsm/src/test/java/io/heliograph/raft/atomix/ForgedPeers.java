package io.heliograph.raft.atomix;

import io.atomix.cluster.MemberId;
import io.atomix.primitive.operation.OperationId;
import io.atomix.primitive.operation.PrimitiveOperation;
import io.atomix.protocols.raft.protocol.AppendRequest;
import io.atomix.protocols.raft.protocol.AppendResponse;
import io.atomix.protocols.raft.protocol.InstallRequest;
import io.atomix.protocols.raft.protocol.VoteRequest;
import io.atomix.protocols.raft.protocol.VoteResponse;
import io.atomix.protocols.raft.storage.log.entry.CommandEntry;
import io.atomix.protocols.raft.storage.log.entry.RaftLogEntry;
import io.heliograph.raft.GroupMember;
import io.heliograph.raft.net.MemberNetwork;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** One real node, "a", whose peers "b" and "c" are played by the test, message by message. */
final class ForgedPeers implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final Group group;
    private final MemberNetwork peer;

    ForgedPeers(Path directory) throws Exception {
        group = new Group(directory, "a", "b", "c");
        group.electionTimeout = Duration.ofSeconds(60);
        group.found("a");
        group.start("a");
        peer = MemberNetwork.open("test", "b", group.addresses.get("b"), group.addresses);
    }

    void stop() {
        group.stop("a");
    }

    void restart() throws Exception {
        group.stop("a");
        group.start("a");
    }

    AtomixReplicatedLog node() {
        return group.logs.get("a");
    }

    List<String> applied() {
        return group.recorders.get("a").commands;
    }

    List<String> stops() {
        return group.stops.stops;
    }

    boolean vote(long term, String candidate, long lastIndex, long lastTerm) {
        VoteResponse response = ask(
                "vote",
                VoteRequest.builder()
                        .withTerm(term)
                        .withCandidate(MemberId.from(candidate))
                        .withLastLogIndex(lastIndex)
                        .withLastLogTerm(lastTerm)
                        .build());
        return response.voted();
    }

    AppendResponse append(
            long term, String leader, long prevIndex, long prevTerm, long commitIndex, List<RaftLogEntry> entries) {
        return ask(
                "append",
                AppendRequest.builder()
                        .withTerm(term)
                        .withLeader(MemberId.from(leader))
                        .withPrevLogIndex(prevIndex)
                        .withPrevLogTerm(prevTerm)
                        .withCommitIndex(commitIndex)
                        .withEntries(new ArrayList<>(entries))
                        .build());
    }

    /** Sends a snapshot whole. */
    void install(long term, String leader, long index, byte[] bytes) {
        ask(
                "install",
                InstallRequest.builder()
                        .withTerm(term)
                        .withLeader(MemberId.from(leader))
                        .withIndex(index)
                        .withTimestamp(1)
                        .withVersion(1)
                        .withOffset(0)
                        .withData(bytes)
                        .withComplete(true)
                        .build());
    }

    /** A snapshot of {@link Group.Recorder} with these commands applied, of a group of a, b and c. */
    static byte[] snapshot(long index, long term, String... commands) {
        Group.Recorder recorder = new Group.Recorder();
        recorder.commands.addAll(List.of(commands));
        TreeMap<String, GroupMember> members = new TreeMap<>();
        for (String id : List.of("a", "b", "c")) {
            members.put(id, GroupMember.asConfigured(id, true));
        }
        return new SnapshotEnvelope(index, term, 0, members, new SnapshotEnvelope.Bytes(recorder.snapshot())).encode();
    }

    /** Commands of one term, numbered from {@code from}. */
    static List<RaftLogEntry> commands(long term, int from, int count) {
        List<RaftLogEntry> entries = new ArrayList<>();
        for (int i = from; i < from + count; i++) {
            entries.add(new CommandEntry(
                    term,
                    0,
                    1,
                    i,
                    PrimitiveOperation.operation(
                            OperationId.command("append"), ("t" + term + "n" + i).getBytes(StandardCharsets.UTF_8))));
        }
        return entries;
    }

    /** An entry with a list of members that all vote. */
    static RaftLogEntry members(long term, String... ids) {
        return membersWithout("nobody", term, ids);
    }

    /** An entry with a list of members of which one has no vote. */
    static RaftLogEntry membersWithout(String votelessId, long term, String... ids) {
        Map<String, GroupMember> members = new TreeMap<>();
        for (String id : ids) {
            members.put(id, new GroupMember(id, "127.0.0.1:1", "http://" + id, !id.equals(votelessId)));
        }
        return new CommandEntry(
                term,
                0,
                1,
                0,
                PrimitiveOperation.operation(OperationId.command("members"), MembersCodec.encode(members)));
    }

    /** Tells the node to stand at once; the answer comes when somebody leads, so nobody waits for it. */
    void tellToStand() {
        peer.ask("a", RaftNode.subject(1) + "-promote", new byte[Long.BYTES], LIMIT);
    }

    private <T> T ask(String type, Object request) {
        byte[] reply = peer.ask("a", RaftNode.subject(1) + "-" + type, RaftNode.MESSAGES.encode(request), LIMIT)
                .join();
        return RaftNode.MESSAGES.decode(reply);
    }

    @Override
    public void close() throws IOException {
        peer.close();
        group.close();
    }
}
