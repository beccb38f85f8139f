package io.heliograph.raft.atomix;

import io.heliograph.raft.FailStop;
import io.heliograph.raft.GroupMember;
import io.heliograph.raft.RaftSettings;
import io.heliograph.raft.Standing;
import io.heliograph.raft.net.MemberNetwork;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How an empty node becomes a member. An empty directory is that of a new node, or of one that has lost what it voted
 * and acknowledged: it must not vote or acknowledge under its id before the group has made sure that nothing depends on
 * that any more.
 *
 * <ul>
 *   <li><b>Founding.</b> When every member of the configuration answers and all are empty, there is no group yet: they
 *       found one, with the incarnations of all of them. That is why the very first start needs every member once.
 *   <li><b>Late founder.</b> A founder tells which incarnations it founded the group with. A node that is still of that
 *       incarnation has never voted and takes part at once: it stopped between two lines of the founding.
 *   <li><b>Taken in.</b> Else the leader is asked. It takes this node's vote away by an entry of the log, waits until
 *       that is committed without this node's help, and answers with its term; from then on a majority that counted on
 *       the forgotten votes and acknowledgements cannot come about (Raft paper, section 6: majorities before and after
 *       such a change overlap in a node that remembers). This node never follows a leader of an older term. Its vote
 *       comes back once it has caught up.
 * </ul>
 *
 * <p>Crashes: the incarnation is on disk before anybody hears of it. The term is on disk before the identity is; a crash
 * between them leaves an empty node, which asks again. The identity is written before the first message is let in.
 *
 * <p>Threads: one of its own.
 */
final class Admission {

    static final String WHO = "heliograph-who";
    static final String ADMIT = "heliograph-admit";

    private static final Logger LOG = LoggerFactory.getLogger(Admission.class);
    private static final Duration LIMIT = Duration.ofSeconds(2);
    private static final Duration ADMIT_LIMIT = Duration.ofSeconds(5);
    private static final long PAUSE_MILLIS = 200;

    private final RaftSettings settings;
    private final MemberNetwork network;
    private final NodeIdentity self;
    private final FailStop failStop;
    private final Consumer<NodeIdentity> admitted;
    private final Map<String, String> addresses = new TreeMap<>();
    private boolean metGroup;
    private final Thread thread = new Thread(this::run, "raft-admission");
    private volatile Standing standing = new Standing(Standing.Kind.JOINING, "asking the members who they are");

    /**
     * @param admitted gets the identity of a member once it is on disk
     */
    Admission(
            RaftSettings settings,
            MemberNetwork network,
            NodeIdentity self,
            FailStop failStop,
            Consumer<NodeIdentity> admitted) {
        this.settings = settings;
        this.network = network;
        this.self = self;
        this.failStop = failStop;
        this.admitted = admitted;
        settings.members().forEach((id, member) -> addresses.put(id, member.raft()));
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    void stop() {
        thread.interrupt();
    }

    Standing standing() {
        return standing;
    }

    private void run() {
        try {
            NodeIdentity member = attempt();
            while (member == null) {
                Thread.sleep(PAUSE_MILLIS);
                member = attempt();
            }
            admitted.accept(member);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException | RuntimeException e) {
            failStop.stop(
                    FailStop.CORRUPTED_DATA,
                    "cannot write this node's identity in " + settings.directory() + ": " + e.getMessage(),
                    e);
        }
    }

    private @Nullable NodeIdentity attempt() throws InterruptedException, IOException {
        Map<String, NodeIdentity> others = askAll();
        long generation = others.values().stream()
                .filter(other -> other.kind() == Standing.Kind.MEMBER)
                .mapToLong(NodeIdentity::generation)
                .max()
                .orElse(0);
        if (generation == 0) {
            if (metGroup) {
                note("the members of the group do not answer any more");
                return null;
            }
            return found(others);
        }
        metGroup = true;
        learnAddresses(others, generation);
        for (NodeIdentity other : others.values()) {
            Long mine = other.founders().get(settings.self());
            if (other.generation() == generation && mine != null && mine == self.incarnation()) {
                return become(new Admitted(0, founder(other)));
            }
        }
        return askToBeAdmitted(others, generation);
    }

    private NodeIdentity founder(NodeIdentity other) {
        return NodeIdentity.founder(
                self.incarnation(), other.generation(), other.founders().keySet(), other.founders());
    }

    /** The leader need not be in this node's configuration: members tell of each other. */
    private void learnAddresses(Map<String, NodeIdentity> others, long generation) {
        boolean learned = false;
        for (NodeIdentity other : others.values()) {
            if (other.generation() == generation) {
                for (GroupMember member : other.members().values()) {
                    learned |= !member.raft().isEmpty() && addresses.putIfAbsent(member.id(), member.raft()) == null;
                }
            }
        }
        if (learned) {
            try {
                network.setMembers(addresses);
            } catch (IllegalArgumentException e) {
                LOG.error("A member cannot be reached: {}", e.getMessage());
            }
        }
    }

    private Map<String, NodeIdentity> askAll() throws InterruptedException {
        Map<String, CompletableFuture<byte[]>> replies = new TreeMap<>();
        for (String id : addresses.keySet()) {
            if (!id.equals(settings.self())) {
                replies.put(id, network.ask(id, WHO, new byte[0], LIMIT));
            }
        }
        Map<String, NodeIdentity> others = new TreeMap<>();
        for (Map.Entry<String, CompletableFuture<byte[]>> reply : replies.entrySet()) {
            try {
                others.put(reply.getKey(), NodeIdentity.decode(reply.getValue().get()));
            } catch (ExecutionException | IOException e) {
                LOG.debug("{} does not say who it is: {}", reply.getKey(), e.getMessage());
            }
        }
        return others;
    }

    private @Nullable NodeIdentity found(Map<String, NodeIdentity> others) throws IOException {
        List<String> missing = new ArrayList<>(settings.members().keySet());
        missing.remove(settings.self());
        missing.removeAll(others.keySet());
        if (!missing.isEmpty()) {
            note("the first start of a group needs every member once; not reached yet: " + missing);
            return null;
        }
        TreeMap<String, Long> founders = new TreeMap<>(Map.of(settings.self(), self.incarnation()));
        for (Map.Entry<String, NodeIdentity> other : others.entrySet()) {
            NodeIdentity identity = other.getValue();
            if (identity.kind() != Standing.Kind.JOINING) {
                note(other.getKey()
                        + " was part of a group that is no more; move its data directory away and start it");
                return null;
            }
            if (!identity.members().keySet().equals(settings.members().keySet())) {
                note("the configuration of " + other.getKey() + " lists the members "
                        + identity.members().keySet() + ", this one "
                        + settings.members().keySet()
                        + "; make them the same");
                return null;
            }
            founders.put(other.getKey(), identity.incarnation());
        }
        LOG.info("All members are new: founding the group {}", founders.keySet());
        return become(new Admitted(
                0,
                NodeIdentity.founder(self.incarnation(), 1, settings.members().keySet(), founders)));
    }

    private @Nullable NodeIdentity askToBeAdmitted(Map<String, NodeIdentity> others, long generation)
            throws InterruptedException, IOException {
        String why = "no member of the group answered";
        for (Map.Entry<String, NodeIdentity> other : others.entrySet()) {
            if (other.getValue().generation() != generation) {
                continue;
            }
            try {
                byte[] reply = network.ask(
                                other.getKey(), ADMIT, settings.self().getBytes(StandardCharsets.UTF_8), ADMIT_LIMIT)
                        .get();
                return become(Admitted.decode(reply, self.incarnation()));
            } catch (ExecutionException e) {
                String reason =
                        String.valueOf(e.getCause() == null ? e : e.getCause().getMessage());
                // the leader's reason is the one that counts
                if (!reason.contains(Admitted.NOT_LEADING)) {
                    why = reason;
                }
            }
        }
        note("this node is empty and there is a group; the leader must take it in: " + why);
        return null;
    }

    private NodeIdentity become(Admitted admission) throws IOException {
        VoteRecord vote;
        try {
            vote = VoteRecord.open(settings.directory(), failStop);
        } catch (io.heliograph.raft.CorruptLogException e) {
            throw new IOException(e.getMessage(), e);
        }
        vote.begin(admission.term());
        vote.create();
        admission.identity().write(settings.directory());
        return admission.identity();
    }

    private void note(String text) {
        if (!standing.note().equals(text)) {
            LOG.info("Waiting: {}", text);
            standing = new Standing(Standing.Kind.JOINING, text);
        }
    }

    /**
     * What the leader answers to a node it takes in: long term, then the identity.
     *
     * @param term the leader's
     * @param identity the node's from now on
     */
    record Admitted(long term, NodeIdentity identity) {

        /** Stands in the answer of a member that cannot take anybody in. */
        static final String NOT_LEADING = "does not lead";

        byte[] encode() {
            byte[] bytes = identity.encode();
            return ByteBuffer.allocate(Long.BYTES + bytes.length)
                    .putLong(term)
                    .put(bytes)
                    .array();
        }

        static Admitted decode(byte[] reply, long incarnation) throws IOException {
            NodeIdentity told = NodeIdentity.decode(Arrays.copyOfRange(reply, Long.BYTES, reply.length));
            return new Admitted(
                    ByteBuffer.wrap(reply).getLong(),
                    new NodeIdentity(
                            incarnation,
                            Standing.Kind.MEMBER,
                            told.generation(),
                            told.membersIndex(),
                            told.members(),
                            told.founders()));
        }
    }
}
