package io.heliograph.fsm;

import io.heliograph.command.Command;
import io.heliograph.command.Command.AliasedMaster;
import io.heliograph.command.Command.Attributed;
import io.heliograph.command.Command.BeginEpoch;
import io.heliograph.command.Command.DeleteCluster;
import io.heliograph.command.Command.DeleteEntry;
import io.heliograph.command.Command.ForgetCluster;
import io.heliograph.command.Command.PutEntry;
import io.heliograph.command.Command.RaiseEpoch;
import io.heliograph.command.Command.SetAlias;
import io.heliograph.command.Command.SetMaster;
import io.heliograph.command.Command.SubmitMasters;
import io.heliograph.command.CommandCodec;
import io.heliograph.command.Master;
import io.heliograph.fsm.CommandResult.Done;
import io.heliograph.fsm.CommandResult.Reason;
import io.heliograph.fsm.CommandResult.Refused;
import io.heliograph.kv.Entry;
import io.heliograph.kv.Revision;
import io.heliograph.kv.WriteSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Turns committed commands into the desired state.
 *
 * <h2>Determinism</h2>
 *
 * The state after a command depends on the state before it, the command and its index, and on nothing else: no clock,
 * no randomness, no I/O, no iteration over unsorted maps.
 *
 * <h2>Threads</h2>
 *
 * {@link #apply}, {@link #snapshot} and {@link #restore} exclude each other; the state they work on may be read by any
 * thread meanwhile.
 *
 * <h2>Failures</h2>
 *
 * A command that cannot be decoded, or a snapshot that cannot be read, throws; the caller must end the process, because
 * a node that skips a command differs from the others for ever.
 */
public final class StateMachine {

    private final SnapshotCodec snapshots;
    private final StateListener listener;
    private final StateDigest digest = new StateDigest();
    private volatile ReplicatedState state = new ReplicatedState(ReplicatedState.FIRST_EPOCH, 0);

    /**
     * @param cluster the name of the Heliograph cluster; a snapshot of another one is refused
     * @param listener is told of every change
     */
    public StateMachine(String cluster, StateListener listener) {
        this.snapshots = new SnapshotCodec(cluster);
        this.listener = listener;
    }

    /** The state as it is now. A restore puts another object in its place. */
    public ReplicatedState state() {
        return state;
    }

    /**
     * Applies the command at {@code index}.
     *
     * @param index higher than that of every command applied before
     * @param bytes as {@link CommandCodec} wrote them
     * @return the result, as {@link ResultCodec} writes it
     * @throws io.heliograph.command.UndecodableCommandException when the bytes are no known command
     */
    public synchronized byte[] apply(long index, byte[] bytes) {
        ReplicatedState now = state;
        if (index <= now.lastIndex()) {
            throw new IllegalStateException(
                    "command " + index + " comes after command " + now.lastIndex() + " was applied");
        }
        Command decoded = CommandCodec.decode(bytes);
        CommandResult result = decoded instanceof Attributed attributed
                ? decide(now, index, attributed.command(), attributed.by())
                : decide(now, index, decoded, "");
        now.applied(index);
        return ResultCodec.encode(result);
    }

    private CommandResult decide(ReplicatedState now, long index, Command command, String by) {
        return switch (command.type()) {
            case BARRIER -> new Done(Revision.NONE, false, List.of());
            case SET_MASTER -> setMaster(now, index, (SetMaster) command, by);
            case SUBMIT_MASTERS -> submit(now, index, (SubmitMasters) command);
            case FORGET_CLUSTER -> forget(now, (ForgetCluster) command);
            case PUT_ENTRY -> putEntry(now, index, (PutEntry) command);
            case DELETE_ENTRY -> deleteEntry(now, index, (DeleteEntry) command);
            case DELETE_CLUSTER -> deleteCluster(now, index, (DeleteCluster) command);
            case RAISE_EPOCH -> raiseEpoch(now, index, (RaiseEpoch) command);
            case BEGIN_EPOCH -> beginEpoch(now, index, (BeginEpoch) command);
            case SET_ALIAS -> setAlias(now, index, (SetAlias) command);
            case ATTRIBUTED -> throw new IllegalStateException("a command is attributed once");
        };
    }

    private CommandResult setMaster(ReplicatedState now, long index, SetMaster command, String by) {
        Optional<RegisteredCluster> known = now.clusters().get(command.alias());
        if (known.isEmpty() && !command.register()) {
            return unknownCluster(command.alias());
        }
        if (known.isPresent()) {
            RegisteredCluster cluster = known.get();
            Master actual = cluster.master();
            if (command.expected() != null && !command.expected().equals(actual.address())) {
                return new Refused(
                        Reason.UNEXPECTED_MASTER,
                        "the master of '" + command.alias() + "' is " + actual.address() + ", not "
                                + command.expected(),
                        actual.address());
            }
            if (actual.address().equals(command.master().address())) {
                List<Entry> entries =
                        now.desired().get(cluster.head()).map(WriteSet::entries).orElse(List.of());
                return new Done(cluster.revision(), false, entries);
            }
        }
        return publishNewMaster(now, index, command, known, by);
    }

    private Done publishNewMaster(
            ReplicatedState now, long index, SetMaster command, Optional<RegisteredCluster> known, String by) {
        Revision revision = Revision.of(now.epoch(), index);
        RegisteredCluster next = new RegisteredCluster(
                command.alias(),
                known.map(RegisteredCluster::name).orElse(command.master().address()),
                command.prefix(),
                command.master(),
                revision);
        List<String> heads = new ArrayList<>();
        WriteSet set = publish(now, next, command.decidedAt(), heads);
        if (known.isPresent()) {
            now.failovers()
                    .add(new Failover(
                            command.alias(),
                            known.get().master().address(),
                            command.master().address(),
                            command.reason(),
                            revision,
                            command.decidedAt(),
                            by));
        }
        // who delivers it must find the failover in the history
        listener.changed(heads);
        if (known.isPresent()) {
            listener.masterChanged(index);
        }
        return new Done(revision, true, set.entries());
    }

    private Done submit(ReplicatedState now, long index, SubmitMasters command) {
        Revision revision = Revision.of(now.epoch(), index);
        List<String> heads = new ArrayList<>();
        List<Entry> entries = new ArrayList<>();
        for (AliasedMaster each : command.masters()) {
            Optional<RegisteredCluster> known = now.clusters().get(each.alias());
            if (known.isPresent()) {
                RegisteredCluster cluster = known.get();
                boolean same = cluster.master().address().equals(each.master().address());
                Master master = same ? each.master() : cluster.master();
                WriteSet set = publish(
                        now,
                        new RegisteredCluster(each.alias(), cluster.name(), command.prefix(), master, revision),
                        command.decidedAt(),
                        heads);
                entries.addAll(set.entries());
            }
        }
        if (!heads.isEmpty()) {
            listener.changed(heads);
        }
        return new Done(heads.isEmpty() ? Revision.NONE : revision, !heads.isEmpty(), entries);
    }

    /**
     * @param changed gets the heads that changed
     */
    private static WriteSet publish(
            ReplicatedState now, RegisteredCluster cluster, long decidedAt, List<String> changed) {
        WriteSet set = new WriteSet(
                cluster.revision(),
                decidedAt,
                WriteSet.Action.SET,
                cluster.master().entries(cluster.prefix(), cluster.alias()));
        changed.addAll(now.desired().put(set));
        now.clusters().put(cluster);
        return set;
    }

    private CommandResult setAlias(ReplicatedState now, long index, SetAlias command) {
        Optional<RegisteredCluster> known = now.clusters().get(command.from());
        if (known.isEmpty()) {
            return unknownCluster(command.from());
        }
        RegisteredCluster cluster = known.get();
        if (command.to().equals(command.from())) {
            return new Done(cluster.revision(), false, List.of());
        }
        if (now.clusters().get(command.to()).isPresent()) {
            return new Refused(Reason.KEY_IN_USE, "the alias '" + command.to() + "' is that of another cluster", null);
        }
        Revision revision = Revision.of(now.epoch(), index);
        List<String> heads = new ArrayList<>();
        now.clusters().remove(command.from());
        WriteSet set = publish(
                now,
                new RegisteredCluster(command.to(), cluster.name(), command.prefix(), cluster.master(), revision),
                command.decidedAt(),
                heads);
        listener.changed(heads);
        return new Done(revision, true, set.entries());
    }

    private static CommandResult forget(ReplicatedState now, ForgetCluster command) {
        if (now.clusters().get(command.alias()).isEmpty()) {
            return unknownCluster(command.alias());
        }
        now.clusters().remove(command.alias());
        return new Done(Revision.NONE, true, List.of());
    }

    private static Refused unknownCluster(String alias) {
        return new Refused(Reason.UNKNOWN_CLUSTER, "no cluster has the alias '" + alias + "'", null);
    }

    private CommandResult deleteCluster(ReplicatedState now, long index, DeleteCluster command) {
        Optional<RegisteredCluster> known = now.clusters().get(command.alias());
        if (known.isEmpty()) {
            return unknownCluster(command.alias());
        }
        now.clusters().remove(command.alias());
        return now.desired()
                .owning(known.get().head())
                .map(set -> delete(now, index, set))
                .orElseGet(() -> new Done(Revision.NONE, true, List.of()));
    }

    private CommandResult deleteEntry(ReplicatedState now, long index, DeleteEntry command) {
        String key = command.key();
        Optional<WriteSet> deleted = now.desired().deletionOf(key);
        if (deleted.isPresent()) {
            return new Done(
                    deleted.get().revision(), false, List.of(), deleted.get().keys());
        }
        Optional<WriteSet> owner = now.desired().owning(key);
        if (owner.isEmpty()) {
            return new Refused(Reason.UNKNOWN_KEY, "there is no key '" + key + "'", null);
        }
        String head = owner.get().head();
        Optional<RegisteredCluster> cluster = now.clusters().ofHead(head);
        if (cluster.isPresent()) {
            return new Refused(
                    Reason.KEY_IN_USE,
                    "key '" + key + "' belongs to the cluster '" + cluster.get().alias()
                            + "'; it goes when the cluster is forgotten with its keys",
                    null);
        }
        return key.equals(head)
                ? delete(now, index, owner.get())
                : new Refused(
                        Reason.KEY_IN_USE,
                        "key '" + key + "' is one of the keys of '" + head + "', which go together; delete that one",
                        null);
    }

    private Done delete(ReplicatedState now, long index, WriteSet set) {
        Revision revision = Revision.of(now.epoch(), index);
        listener.changed(now.desired().put(WriteSet.deletion(revision, set.keys())));
        return new Done(revision, true, List.of(), set.keys());
    }

    private CommandResult putEntry(ReplicatedState now, long index, PutEntry command) {
        Entry entry = command.entry();
        Optional<WriteSet> owner = now.desired().owning(entry.key());
        if (owner.isPresent() && owner.get().entries().size() > 1) {
            return new Refused(
                    Reason.KEY_IN_USE,
                    "key '" + entry.key() + "' is one of the keys of '"
                            + owner.get().head() + "', which change together",
                    null);
        }
        if (owner.isPresent() && owner.get().entries().get(0).equals(entry)) {
            return new Done(owner.get().revision(), false, List.of(entry));
        }
        Revision revision = Revision.of(now.epoch(), index);
        listener.changed(now.desired().put(new WriteSet(revision, List.of(entry))));
        return new Done(revision, true, List.of(entry));
    }

    private CommandResult raiseEpoch(ReplicatedState now, long index, RaiseEpoch command) {
        boolean isHigher = command.atLeast() > now.epoch();
        now.takeEpoch(command.atLeast());
        if (!isHigher) {
            return new Done(Revision.NONE, false, List.of());
        }
        Revision revision = Revision.of(now.epoch(), index);
        List<WriteSet> sets = List.copyOf(now.desired().all());
        sets.forEach(set -> now.desired().put(set.at(revision)));
        List.copyOf(now.clusters().all()).forEach(each -> now.clusters()
                .put(new RegisteredCluster(each.alias(), each.name(), each.prefix(), each.master(), revision)));
        if (!sets.isEmpty()) {
            listener.changed(sets.stream().map(WriteSet::head).toList());
        }
        return new Done(revision, true, List.of());
    }

    private static CommandResult beginEpoch(ReplicatedState now, long index, BeginEpoch command) {
        boolean isNews = now.isRestored() || command.atLeast() > now.epoch();
        now.takeEpoch(command.atLeast());
        return new Done(isNews ? Revision.of(now.epoch(), index) : Revision.NONE, isNews, List.of());
    }

    /** The state as bytes: the same bytes on every node that applied the same commands. */
    public synchronized byte[] snapshot() {
        return snapshots.encode(state);
    }

    /**
     * The state as the beginning of another group: in an epoch one higher, every write set with a revision of it, so that
     * it is newer than whatever the old group wrote last. Other groups may begin with the same one; see
     * {@link ReplicatedState#isRestored}.
     */
    public synchronized byte[] snapshotOfNextEpoch() {
        ReplicatedState old = state;
        ReplicatedState next = new ReplicatedState(old.epoch() + 1, old.lastIndex());
        next.restoredAnew();
        Revision revision = Revision.of(next.epoch(), old.lastIndex());
        old.desired().all().forEach(set -> next.desired().put(set.at(revision)));
        old.clusters().all().forEach(each -> next.clusters()
                .put(new RegisteredCluster(each.alias(), each.name(), each.prefix(), each.master(), revision)));
        old.failovers().all().forEach(next.failovers()::add);
        return snapshots.encode(next);
    }

    /**
     * Puts the state of a snapshot in the place of this one.
     *
     * @throws SnapshotException when the bytes are damaged, of an unknown version or of another cluster; the state stays
     */
    public synchronized void restore(byte[] bytes) {
        state = snapshots.decode(bytes);
        listener.restored();
    }

    /** Index of the last command and a hash of the state after it, as {@code index:hash}, for nodes to compare. */
    public synchronized String digest() {
        return digest.of(state, snapshots);
    }
}
