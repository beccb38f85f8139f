package io.heliograph.raft.atomix;

import static org.awaitility.Awaitility.await;

import io.heliograph.raft.CommitOutcome;
import io.heliograph.raft.CommitOutcome.Committed;
import io.heliograph.raft.FailStop;
import io.heliograph.raft.GroupMember;
import io.heliograph.raft.LogApplication;
import io.heliograph.raft.RaftSettings;
import io.heliograph.raft.TestPorts;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/** A Raft group in this process, over loopback. */
final class Group implements AutoCloseable {

    static final byte[] BARRIER = new byte[0];
    static final Duration PATIENCE = Duration.ofSeconds(20);

    /** Remembers every command in order. */
    static final class Recorder implements LogApplication {
        final List<String> commands = new CopyOnWriteArrayList<>();
        volatile int restores;
        volatile boolean failApply;
        volatile boolean failSnapshot;

        @Override
        public byte[] apply(long index, byte[] command) {
            if (failApply) {
                throw new IllegalStateException("apply fails on purpose");
            }
            if (command.length > 0) {
                commands.add(new String(command, StandardCharsets.UTF_8));
            }
            return Long.toString(index).getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public byte[] snapshot() {
            if (failSnapshot) {
                throw new IllegalStateException("snapshot fails on purpose");
            }
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (DataOutputStream out = new DataOutputStream(bytes)) {
                out.writeInt(commands.size());
                for (String command : commands) {
                    out.writeUTF(command);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return bytes.toByteArray();
        }

        @Override
        public void restore(byte[] snapshot) {
            List<String> restored = new ArrayList<>();
            try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(snapshot))) {
                int size = in.readInt();
                for (int i = 0; i < size; i++) {
                    restored.add(in.readUTF());
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            commands.clear();
            commands.addAll(restored);
            restores++;
        }
    }

    /** Remembers why the process would have ended. */
    static final class RecordedStop implements FailStop {
        final List<String> stops = new CopyOnWriteArrayList<>();

        @Override
        public void stop(int exitCode, String message, Throwable cause) {
            stops.add(exitCode + " " + message);
        }
    }

    final Map<String, String> addresses = new LinkedHashMap<>();
    final Map<String, AtomixReplicatedLog> logs = new LinkedHashMap<>();
    final Map<String, Recorder> recorders = new LinkedHashMap<>();
    final RecordedStop stops = new RecordedStop();
    private final Path directory;
    Duration electionTimeout = Duration.ofMillis(500);

    Group(Path directory, String... ids) throws Exception {
        this.directory = directory;
        for (String id : ids) {
            addAddress(id);
        }
    }

    /** The same group, reached at the same addresses, with other directories. */
    Group elsewhere(Path otherDirectory) throws Exception {
        Group group = new Group(otherDirectory);
        group.addresses.putAll(addresses);
        group.electionTimeout = electionTimeout;
        return group;
    }

    Group startAll() throws Exception {
        for (String id : addresses.keySet()) {
            start(id);
        }
        return this;
    }

    AtomixReplicatedLog start(String id) throws Exception {
        return start(id, members());
    }

    /** Starts a node that knows of these members only. */
    AtomixReplicatedLog start(String id, Map<String, GroupMember> configured) throws Exception {
        Recorder recorder = new Recorder();
        RaftSettings settings =
                new RaftSettings("test", id, configured, addresses.get(id), directoryOf(id), electionTimeout, null);
        AtomixReplicatedLog log = AtomixReplicatedLog.open(settings, recorder, stops, BARRIER);
        logs.put(id, log);
        recorders.put(id, recorder);
        return log;
    }

    Map<String, GroupMember> members() {
        Map<String, GroupMember> members = new LinkedHashMap<>();
        addresses.forEach((id, address) -> members.put(id, new GroupMember(id, address, "http://" + id, true)));
        return members;
    }

    /** Makes an empty node a founder of the group without asking the others. */
    void found(String id) throws Exception {
        Path own = directoryOf(id);
        if (!NodeIdentity.exists(own)) {
            Files.createDirectories(own);
            VoteRecord.open(own, stops).create();
            NodeIdentity.founder(1, 1, addresses.keySet(), Map.of(id, 1L)).write(own);
        }
    }

    Path directoryOf(String id) {
        return directory.resolve(id);
    }

    void stop(String id) {
        AtomixReplicatedLog log = logs.remove(id);
        if (log != null) {
            log.close();
        }
    }

    /** Empties the directory of a stopped node, as a replaced disk would be. */
    void wipe(String id) throws IOException {
        try (Stream<Path> files = Files.walk(directoryOf(id))) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /** Gives a further node an address; it is no member by that. */
    void addAddress(String id) throws IOException {
        addresses.put(id, TestPorts.freeAddress());
    }

    Optional<String> currentLeader() {
        return logs.entrySet().stream()
                .filter(node -> node.getValue().leadership().isLeader())
                .filter(node -> node.getValue().leadership().hasQuorum())
                .map(Map.Entry::getKey)
                .findFirst();
    }

    String awaitLeader() {
        if (currentLeader().isEmpty()) {
            await().atMost(PATIENCE).until(() -> currentLeader().isPresent());
        }
        return currentLeader().orElseThrow();
    }

    String awaitFollower() {
        String leader = awaitLeader();
        return logs.keySet().stream()
                .filter(id -> !id.equals(leader))
                .findFirst()
                .orElseThrow();
    }

    /** Appends through whoever leads, again and again until it is committed. */
    long append(String command) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        CommitOutcome outcome;
        do {
            outcome = tryAppend(command);
            if (outcome instanceof Committed committed) {
                return committed.index();
            }
        } while (System.nanoTime() < deadline);
        throw new AssertionError("not committed: " + outcome);
    }

    private CommitOutcome tryAppend(String command) {
        AtomixReplicatedLog leader = logs.get(awaitLeader());
        return leader.append(command.getBytes(StandardCharsets.UTF_8), Duration.ofSeconds(5))
                .join();
    }

    @Override
    public void close() {
        List.copyOf(logs.keySet()).forEach(this::stop);
    }
}
