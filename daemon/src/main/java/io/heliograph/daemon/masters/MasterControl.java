package io.heliograph.daemon.masters;

import io.heliograph.command.Command;
import io.heliograph.command.Command.AliasedMaster;
import io.heliograph.command.Command.Attributed;
import io.heliograph.command.Command.DeleteCluster;
import io.heliograph.command.Command.DeleteEntry;
import io.heliograph.command.Command.ForgetCluster;
import io.heliograph.command.Command.PutEntry;
import io.heliograph.command.Command.RaiseEpoch;
import io.heliograph.command.Command.SetAlias;
import io.heliograph.command.Command.SetMaster;
import io.heliograph.command.Command.SubmitMasters;
import io.heliograph.command.CommandCodec;
import io.heliograph.command.HostPort;
import io.heliograph.command.Master;
import io.heliograph.fsm.CommandResult;
import io.heliograph.fsm.RegisteredCluster;
import io.heliograph.fsm.ReplicatedState;
import io.heliograph.fsm.ResultCodec;
import io.heliograph.kv.Entry;
import io.heliograph.kv.Revision;
import io.heliograph.raft.CommitOutcome;
import io.heliograph.raft.ReplicatedLog;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Turns what operators ask for into commands, on the leader: resolves addresses before the log, appends, waits for the
 * quorum.
 *
 * <p>Threads: any; every call blocks for at most the request timeout and the time for resolving.
 */
public final class MasterControl {

    /** How long resolving may hold up a write, all hosts of it together. */
    static final Duration RESOLVE_LIMIT = Duration.ofSeconds(1);

    private final ReplicatedLog log;
    private final Supplier<ReplicatedState> state;
    private final AddressResolver resolver;
    private final InstantSource clock;
    private final String prefix;
    private final Duration timeout;
    private final FirstEpoch firstEpoch;
    private final Object epochLock = new Object();

    /**
     * @param storesHighestEpoch reads the highest epoch that this node's stores show, 0 for none
     * @param prefix key prefix of masters
     * @param timeout how long to wait for a quorum
     */
    public MasterControl(
            ReplicatedLog log,
            Supplier<ReplicatedState> state,
            LongSupplier storesHighestEpoch,
            AddressResolver resolver,
            InstantSource clock,
            String prefix,
            Duration timeout) {
        this.log = log;
        this.state = state;
        this.resolver = resolver;
        this.clock = clock;
        this.prefix = prefix;
        this.timeout = timeout;
        this.firstEpoch = new FirstEpoch(state, storesHighestEpoch);
    }

    /**
     * Sets a cluster's master; registers the cluster when its alias is new.
     *
     * @param by who asks, for the failover history; may be empty
     * @throws IllegalArgumentException when alias, master or reason cannot be stored
     */
    public WriteOutcome set(String alias, HostPort master, @Nullable HostPort expected, String reason, String by) {
        return setMaster(alias, master, expected, reason, true, by);
    }

    /**
     * Sets the master of a cluster that is known.
     *
     * @param expected apply only while this is the master; null: whatever it is
     * @param by who asks, for the failover history; may be empty
     * @throws IllegalArgumentException when alias, master or reason cannot be stored
     */
    public WriteOutcome failover(String alias, HostPort master, @Nullable HostPort expected, String reason, String by) {
        return setMaster(alias, master, expected, reason, false, by);
    }

    private WriteOutcome setMaster(
            String alias, HostPort address, @Nullable HostPort expected, String reason, boolean register, String by) {
        Command.checkAlias(alias);
        if (!log.leadership().isLeader()) {
            return new WriteOutcome.NotLeader();
        }
        Addresses resolved = resolver.resolve(List.of(address.host()), RESOLVE_LIMIT)
                .getOrDefault(address.host(), Optional.empty())
                .orElse(Addresses.NONE);
        SetMaster command = new SetMaster(
                alias,
                prefix,
                new Master(address, resolved.ipv4(), resolved.ipv6()),
                expected,
                register,
                reason,
                clock.millis());
        return append(by.isEmpty() ? command : new Attributed(by, command));
    }

    /**
     * Has a cluster known by another alias.
     *
     * @param hint its alias so far, its name, or its master's {@code host:port}
     * @throws IllegalArgumentException when nothing can have the new alias
     */
    public WriteOutcome setAlias(String hint, String to) {
        Command.checkAlias(to);
        Optional<WriteOutcome> behind = catchUp();
        if (behind.isPresent()) {
            return behind.get();
        }
        return append(new SetAlias(aliasOf(hint), to, prefix, clock.millis()));
    }

    /** What is no hint to a cluster stays what it is, and is refused when it is applied. */
    private String aliasOf(String hint) {
        return state.get().clusters().find(hint).map(RegisteredCluster::alias).orElse(hint);
    }

    /**
     * Writes the entries of one cluster again.
     *
     * @param hint its alias, its name, or its master's {@code host:port}
     */
    public WriteOutcome submit(String hint) {
        Optional<WriteOutcome> behind = catchUp();
        if (behind.isPresent()) {
            return behind.get();
        }
        return state.get()
                .clusters()
                .find(hint)
                .map(cluster -> submitThese(List.of(cluster)))
                .orElseGet(() -> new WriteOutcome.Refused(
                        CommandResult.Reason.UNKNOWN_CLUSTER, "no cluster has the alias '" + hint + "'", null));
    }

    /** Writes the entries of every cluster again. */
    public WriteOutcome submitAll() {
        Optional<WriteOutcome> behind = catchUp();
        return behind.orElseGet(
                () -> submitThese(List.copyOf(state.get().clusters().all())));
    }

    /**
     * Waits until this leader has applied everything that was committed before it led: what it submits is read from its
     * own state (Raft paper, section 8).
     *
     * @return why not, empty on success
     */
    private Optional<WriteOutcome> catchUp() {
        if (!log.leadership().isLeader()) {
            return Optional.of(new WriteOutcome.NotLeader());
        }
        try {
            log.barrier(timeout).join();
            return Optional.empty();
        } catch (CompletionException e) {
            return Optional.of(new WriteOutcome.Unavailable(
                    "no majority answered within " + timeout.toMillis() + " ms; see heliograph status"));
        }
    }

    private WriteOutcome submitThese(List<RegisteredCluster> clusters) {
        Map<String, Optional<Addresses>> resolved = resolver.resolve(
                clusters.stream().map(each -> each.master().address().host()).toList(), RESOLVE_LIMIT);
        List<AliasedMaster> masters =
                clusters.stream().map(each -> refreshed(each, resolved)).toList();
        Revision revision = Revision.NONE;
        List<Entry> entries = new ArrayList<>();
        for (int from = 0; from < masters.size(); from += Command.MAX_SUBMIT) {
            int to = Math.min(masters.size(), from + Command.MAX_SUBMIT);
            WriteOutcome outcome = append(new SubmitMasters(prefix, masters.subList(from, to), clock.millis()));
            if (!(outcome instanceof WriteOutcome.Committed committed)) {
                return outcome;
            }
            revision = committed.revision();
            entries.addAll(committed.entries());
        }
        return new WriteOutcome.Committed(revision, !entries.isEmpty(), entries, List.of());
    }

    /** Without an answer in time the addresses known so far stay: they are of the same host. */
    private static AliasedMaster refreshed(RegisteredCluster cluster, Map<String, Optional<Addresses>> resolved) {
        Master known = cluster.master();
        Master master = resolved.getOrDefault(known.address().host(), Optional.empty())
                .map(found -> new Master(known.address(), found.ipv4(), found.ipv6()))
                .orElse(known);
        return new AliasedMaster(cluster.alias(), master);
    }

    /** Forgets a cluster; its keys stay. */
    public WriteOutcome forget(String alias) {
        return append(new ForgetCluster(alias));
    }

    /** Forgets a cluster and deletes its keys. */
    public WriteOutcome delete(String alias) {
        return append(new DeleteCluster(alias));
    }

    /** Deletes a plain entry, or all keys that a forgotten cluster left. */
    public WriteOutcome deleteEntry(String key) {
        return append(new DeleteEntry(key));
    }

    /** Sets a plain entry. */
    public WriteOutcome put(Entry entry) {
        return append(new PutEntry(entry));
    }

    /** Gives everything a revision of an epoch that is at least this one. */
    public WriteOutcome raiseEpoch(long atLeast) {
        return appendNow(new RaiseEpoch(atLeast));
    }

    private WriteOutcome append(Command command) {
        return chooseFirstEpoch().orElseGet(() -> appendNow(command));
    }

    /**
     * Empty when the write may go on. A state that looks empty may only be behind, so it is looked at again after a
     * barrier.
     */
    private Optional<WriteOutcome> chooseFirstEpoch() {
        long term = log.leadership().term();
        if (!log.leadership().isLeader() || !firstEpoch.isOpen(term)) {
            return Optional.empty();
        }
        synchronized (epochLock) {
            Optional<WriteOutcome> behind = catchUp();
            if (behind.isPresent() || !firstEpoch.isOpen(term)) {
                return behind;
            }
            Optional<Command> needed = firstEpoch.needed();
            if (needed.isPresent()) {
                WriteOutcome raised = appendNow(needed.get());
                if (!(raised instanceof WriteOutcome.Committed)) {
                    return Optional.of(raised);
                }
            }
            firstEpoch.settle(term);
            return Optional.empty();
        }
    }

    private WriteOutcome appendNow(Command command) {
        CommitOutcome outcome =
                log.append(CommandCodec.encode(command), timeout).join();
        if (outcome instanceof CommitOutcome.Committed committed) {
            CommandResult result = ResultCodec.decode(committed.result().bytes());
            if (result instanceof CommandResult.Done done) {
                return new WriteOutcome.Committed(done.revision(), done.changed(), done.entries(), done.deleted());
            }
            CommandResult.Refused refused = (CommandResult.Refused) result;
            return new WriteOutcome.Refused(refused.reason(), refused.message(), refused.actual());
        }
        if (outcome instanceof CommitOutcome.Rejected rejected) {
            return rejected.reason() == CommitOutcome.Reason.NOT_LEADER
                    ? new WriteOutcome.NotLeader()
                    : new WriteOutcome.Unavailable(rejected.message());
        }
        return new WriteOutcome.Unknown(((CommitOutcome.Unknown) outcome).cause());
    }
}
