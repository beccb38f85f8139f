package io.heliograph.raft.atomix;

import static org.awaitility.Awaitility.await;

import io.atomix.protocols.raft.protocol.AppendResponse;
import io.atomix.protocols.raft.storage.log.entry.RaftLogEntry;
import io.heliograph.raft.CommitOutcome.Committed;
import io.heliograph.raft.CorruptLogException;
import io.heliograph.raft.atomix.disk.DiskImage;
import io.heliograph.raft.atomix.disk.DiskTrace;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Runs nodes on a recorded disk, then cuts the power at many moments and looks at what is left. A program of its own,
 * started by {@link PowerLossTest} in a JVM whose file system is recorded.
 *
 * <p>Two histories are recorded. In one a single node is told by forged peers to vote, to append and to throw away what
 * it appended; every answer it gives is a promise of its own. In the other a group elects, hands over, loses and regains
 * nodes, takes snapshots and overwrites entries that were never committed; every acknowledged command is a promise of
 * the group. See {@link DiskImage} for what a power loss may leave.
 *
 * <p>At every cut, each node must find a directory it starts from, with every promise of its own, and every command that
 * was acknowledged must be on a majority. At some, the group is started from what is left.
 */
final class PowerLossRun {

    /** The group answered for a command. */
    private record Acknowledged(long index, String command) {}

    /** The node answered for its log up to an index: the commands, from index 1. */
    private record Claimed(List<String> commands) {}

    /** The node is being told to give up what comes after. */
    private record Withdrawn(int kept) {}

    private record Voted(long term, String candidate) {}

    private static final String BIG = "x".repeat(60_000);

    private final SplittableRandom random;
    private final long seed;
    private final Path work;
    private int images;

    private PowerLossRun(long seed, Path work) {
        this.seed = seed;
        this.random = new SplittableRandom(seed);
        this.work = work;
    }

    /** Arguments: a directory, the seed, how many cuts in each history, how many restarts of the group. */
    public static void main(String[] arguments) throws Exception {
        if (!DiskTrace.isPossible()) {
            throw new IllegalStateException("this JVM's file system is not recorded");
        }
        PowerLossRun run = new PowerLossRun(Long.parseLong(arguments[1]), Path.of(arguments[0]));
        int cuts = Integer.parseInt(arguments[2]);
        try {
            run.oneNode(cuts);
            System.out.println(since() + " " + run.images + " images of one node");
            run.group(cuts, Integer.parseInt(arguments[3]));
        } catch (Throwable e) {
            e.printStackTrace(System.out);
            System.out.println("FAILED with seed " + run.seed + ": " + e.getMessage());
            System.exit(1);
        }
        System.out.println(since() + " passed with seed " + run.seed + ", " + run.images + " images");
        System.exit(0);
    }

    // ---- one node and forged peers

    private void oneNode(int cuts) throws Exception {
        Path root = Files.createDirectory(work.resolve("one"));
        DiskTrace trace = new DiskTrace(root);
        trace.install();
        int founded;
        try (ForgedPeers peers = new ForgedPeers(root)) {
            founded = trace.position();
            tell(peers, trace);
            if (!peers.stops().isEmpty()) {
                throw new AssertionError("stopped: " + peers.stops());
            }
        }
        DiskTrace.uninstall();
        System.out.println(since() + " one node: " + trace.position() + " events, "
                + trace.promises().size() + " promises");
        DiskImage disk = new DiskImage(trace);
        for (int cut : cutsOf(trace, founded, cuts)) {
            disk.advance(cut);
            Path image = work.resolve("image");
            disk.write("a", image, random.split());
            checkOne(cut, trace, open(image, cut));
            delete(image);
        }
    }

    private void tell(ForgedPeers peers, DiskTrace trace) throws Exception {
        List<String> log = new ArrayList<>();
        List<Long> terms = new ArrayList<>();
        for (int term = 1; term <= 40; term++) {
            String leader = random.nextBoolean() ? "b" : "c";
            long lastTerm = terms.isEmpty() ? 0 : terms.get(terms.size() - 1);
            if (peers.vote(term, leader, log.size(), lastTerm)) {
                trace.promise(new Voted(term, leader));
            }
            int kept = log.isEmpty() || random.nextInt(3) > 0 ? log.size() : random.nextInt(log.size()) + 1;
            kept = Math.max(kept, log.size() - 45);
            for (int batch = 0; batch < 3; batch++) {
                boolean big = random.nextInt(4) == 0;
                int count = 1 + random.nextInt(big ? 12 : 30);
                List<RaftLogEntry> entries = new ArrayList<>();
                List<String> commands = new ArrayList<>();
                for (int i = 1; i <= count; i++) {
                    String command = "t" + term + "n" + (kept + i) + (big ? BIG : "");
                    commands.add(command);
                    entries.add(LogOnDisk.entry(term, command, 0));
                }
                trace.promise(new Withdrawn(kept));
                AppendResponse response =
                        peers.append(term, leader, kept, kept == 0 ? 0 : terms.get(kept - 1), 0, entries);
                if (!response.succeeded() || response.lastLogIndex() != kept + count) {
                    throw new AssertionError("refused: " + response);
                }
                log.subList(kept, log.size()).clear();
                terms.subList(kept, terms.size()).clear();
                log.addAll(commands);
                for (int i = 0; i < count; i++) {
                    terms.add((long) term);
                }
                trace.promise(new Claimed(List.copyOf(log)));
                kept = log.size();
            }
            if (term % 7 == 0) {
                peers.restart();
            }
        }
    }

    private static void checkOne(int cut, DiskTrace trace, FoundNode node) {
        List<String> claimed = List.of();
        Voted voted = new Voted(0, "");
        for (Object promise : trace.promises().headMap(cut).values()) {
            if (promise instanceof Claimed claim) {
                claimed = claim.commands();
            } else if (promise instanceof Withdrawn withdrawn) {
                claimed = claimed.subList(0, Math.min(claimed.size(), withdrawn.kept()));
            } else if (promise instanceof Voted vote) {
                voted = vote;
            }
        }
        for (int i = 0; i < claimed.size(); i++) {
            if (!node.holds(i + 1, claimed.get(i))) {
                throw new AssertionError("cut " + cut + ": entry " + (i + 1) + " of " + claimed.size()
                        + " acknowledged ones is gone; the log ends at "
                        + (node.log().isEmpty() ? 0 : node.log().lastKey()));
            }
        }
        VoteRecord vote = node.vote();
        boolean kept = vote.term() > voted.term() || voted.candidate().equals(vote.votedFor(voted.term()));
        if (voted.term() > 0 && !kept) {
            throw new AssertionError("cut " + cut + ": the vote " + voted + " is forgotten, the record is of term "
                    + vote.term() + " for " + vote.votedFor(vote.term()));
        }
    }

    // ---- a group

    private void group(int cuts, int restarts) throws Exception {
        Path root = Files.createDirectory(work.resolve("group"));
        DiskTrace trace = new DiskTrace(root);
        trace.install();
        Group group = new Group(root, "a", "b", "c");
        try (group) {
            live(group, trace);
            if (!group.stops.stops.isEmpty()) {
                throw new AssertionError("stopped: " + group.stops.stops);
            }
        }
        DiskTrace.uninstall();
        System.out.println(since() + " group: " + trace.position() + " events, "
                + trace.promises().size() + " acknowledged");
        DiskImage disk = new DiskImage(trace);
        int done = 0;
        for (int cut : cutsOf(trace, 0, cuts)) {
            disk.advance(cut);
            Path images = work.resolve("images");
            Map<String, FoundNode> nodes = new LinkedHashMap<>();
            for (String id : group.addresses.keySet()) {
                disk.write(id, images.resolve(id), random.split());
            }
            boolean restart = restarts > 0 && done++ % Math.max(1, cuts / restarts) == cuts / restarts / 2;
            Path untouched = work.resolve("restarted");
            if (restart) {
                copy(images, untouched);
            }
            for (String id : group.addresses.keySet()) {
                nodes.put(id, open(images.resolve(id), cut));
            }
            List<Acknowledged> acknowledged = acknowledgedBefore(trace, cut);
            checkGroup(cut, acknowledged, nodes);
            if (restart) {
                restart(cut, group.elsewhere(untouched), acknowledged);
                delete(untouched);
            }
            delete(images);
        }
    }

    private static List<Acknowledged> acknowledgedBefore(DiskTrace trace, int cut) {
        return trace.promises().headMap(cut).values().stream()
                .map(Acknowledged.class::cast)
                .toList();
    }

    private void live(Group group, DiskTrace trace) throws Exception {
        group.startAll();
        for (int round = 0; round < 4; round++) {
            String name = "r" + round + "-";
            append(group, trace, name, 10, "");
            append(group, trace, name + "big", 25, BIG);
            group.logs.get(group.awaitFollower()).takeSnapshot().get();
            String away = group.awaitFollower();
            group.stop(away);
            append(group, trace, name + "two", 10, "");
            group.logs.get(group.awaitLeader()).takeSnapshot().get();
            group.start(away);
            append(group, trace, name + "three", 5, "");
            group.logs
                    .get(group.awaitLeader())
                    .transferLeadership(group.awaitFollower(), Duration.ofSeconds(5))
                    .exceptionally(error -> null)
                    .join();
            append(group, trace, name + "handed", 10, "");
            overwrite(group, trace, name);
        }
    }

    /** A leader appends what nobody gets, and has to give it up for what the others commit meanwhile. */
    private void overwrite(Group group, DiskTrace trace, String name) throws Exception {
        String leader = group.awaitLeader();
        List<String> others = group.addresses.keySet().stream()
                .filter(id -> !id.equals(leader))
                .toList();
        others.forEach(group::stop);
        for (int i = 0; i < 20; i++) {
            group.logs.get(leader).append(bytes(name + "lost" + i + (i % 3 == 0 ? BIG : "")), Duration.ofMillis(300));
        }
        group.logs
                .get(leader)
                .append(bytes(name + "lost"), Duration.ofMillis(300))
                .join();
        group.stop(leader);
        for (String id : others) {
            group.start(id);
        }
        append(group, trace, name + "instead", 5, "");
        group.start(leader);
        append(group, trace, name + "again", 5, "");
    }

    private static byte[] bytes(String command) {
        return command.getBytes(StandardCharsets.UTF_8);
    }

    /** Appends some at a time, so that a force covers several. Only what is answered for is a promise. */
    private static void append(Group group, DiskTrace trace, String name, int count, String filling) {
        AtomixReplicatedLog leader = group.logs.get(group.awaitLeader());
        List<CompletableFuture<?>> answers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String command = name + i + filling;
            answers.add(leader.append(bytes(command), Duration.ofSeconds(5)).thenAccept(outcome -> {
                if (outcome instanceof Committed committed) {
                    trace.promise(new Acknowledged(committed.index(), command));
                }
            }));
            if (i % 5 == 4) {
                answers.forEach(CompletableFuture::join);
            }
        }
        answers.forEach(CompletableFuture::join);
    }

    private static void checkGroup(int cut, List<Acknowledged> acknowledged, Map<String, FoundNode> nodes) {
        for (Acknowledged one : acknowledged) {
            List<String> holders = nodes.entrySet().stream()
                    .filter(node -> node.getValue().holds(one.index(), one.command()))
                    .map(Map.Entry::getKey)
                    .toList();
            if (holders.size() < 2) {
                throw new AssertionError(
                        "cut " + cut + ": entry " + one.index() + " was acknowledged and is only on " + holders);
            }
        }
    }

    private void restart(int cut, Group group, List<Acknowledged> acknowledged) throws Exception {
        List<String> expected = acknowledged.stream()
                .sorted(Comparator.comparingLong(Acknowledged::index))
                .map(Acknowledged::command)
                .toList();
        try (group) {
            group.startAll();
            String last = "after the power loss at " + cut;
            group.append(last);
            for (String id : group.addresses.keySet()) {
                await().atMost(Group.PATIENCE)
                        .until(() -> group.recorders.get(id).commands.contains(last));
                List<String> applied = new ArrayList<>(group.recorders.get(id).commands);
                applied.retainAll(java.util.Set.copyOf(expected));
                if (!applied.equals(expected)) {
                    throw new AssertionError("cut " + cut + ": " + id + " applied " + applied.size() + " of the "
                            + expected.size() + " acknowledged commands, or in another order");
                }
            }
            if (!group.stops.stops.isEmpty()) {
                throw new AssertionError("cut " + cut + ": stopped: " + group.stops.stops);
            }
        }
    }

    // ---- both

    private static String since() {
        return java.lang.management.ManagementFactory.getRuntimeMXBean().getUptime() / 1000 + " s:";
    }

    private FoundNode open(Path image, int cut) throws IOException {
        images++;
        try {
            return FoundNode.open(image);
        } catch (CorruptLogException e) {
            throw new AssertionError("cut " + cut + ": the node would not start: " + e.getMessage(), e);
        }
    }

    /** Rising; many right after a promise, or within the steps of what takes several. */
    private int[] cutsOf(DiskTrace trace, int from, int count) {
        List<Integer> promises = List.copyOf(trace.promises().keySet());
        List<Integer> turns = trace.turns();
        return IntStream.range(0, count)
                .map(i -> switch (i % 3) {
                    case 0 -> random.nextInt(trace.position() + 1);
                    case 1 -> promises.get(random.nextInt(promises.size())) + 1;
                    default -> turns.get(random.nextInt(turns.size())) + 1 + random.nextInt(4);
                })
                .map(cut -> Math.max(from, Math.min(cut, trace.position())))
                .sorted()
                .toArray();
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
