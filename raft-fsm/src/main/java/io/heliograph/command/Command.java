package io.heliograph.command;

import io.heliograph.kv.Entry;
import io.heliograph.kv.Limits;
import io.heliograph.kv.Revision;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One entry of the replicated log. Everything a command needs in order to be applied is inside it: the state machine
 * has no clock and no resolver, so every node comes to the same state.
 */
public sealed interface Command {

    /** The kinds of command, with the numbers that stand for them in the log. Numbers are never used again. */
    enum Type {
        BARRIER(1),
        SET_MASTER(2),
        SUBMIT_MASTERS(3),
        FORGET_CLUSTER(4),
        PUT_ENTRY(5),
        RAISE_EPOCH(6),
        DELETE_ENTRY(7),
        DELETE_CLUSTER(8),
        ATTRIBUTED(9),
        SET_ALIAS(10),
        BEGIN_EPOCH(11);

        private final int wireId;

        Type(int wireId) {
            this.wireId = wireId;
        }

        /** The number in the log. */
        public int wireId() {
            return wireId;
        }
    }

    Type type();

    /** Changes nothing. Who sees it applied has seen every command that was committed before it was sent. */
    record Barrier() implements Command {
        @Override
        public Type type() {
            return Type.BARRIER;
        }
    }

    /**
     * A cluster's master is {@code master} from now on.
     *
     * @param alias the cluster; see {@link #checkAlias}
     * @param prefix the key prefix under which the leader publishes masters
     * @param master the new master
     * @param expected apply only while this is the master; null: whatever it is
     * @param register true: an unknown alias is registered; false: an unknown alias is refused
     * @param reason why, for the failover history; at most {@value #MAX_REASON} characters
     * @param decidedAt milliseconds since 1970, by the leader's clock
     */
    record SetMaster(
            String alias,
            String prefix,
            Master master,
            @Nullable HostPort expected,
            boolean register,
            String reason,
            long decidedAt)
            implements Command {
        public SetMaster {
            checkAlias(alias);
            checkPrefix(prefix);
            if (reason.length() > MAX_REASON) {
                throw new IllegalArgumentException(
                        "a reason has at most " + MAX_REASON + " characters, not " + reason.length());
            }
        }

        @Override
        public Type type() {
            return Type.SET_MASTER;
        }
    }

    /**
     * Writes the entries of clusters again, as a new revision.
     *
     * @param prefix the key prefix under which the leader publishes masters
     * @param masters what the leader knew of each cluster; a cluster that has another master by now keeps that one
     * @param decidedAt milliseconds since 1970, by the leader's clock
     */
    record SubmitMasters(String prefix, List<AliasedMaster> masters, long decidedAt) implements Command {
        public SubmitMasters {
            checkPrefix(prefix);
            masters = List.copyOf(masters);
            masters.forEach(each -> checkAlias(each.alias()));
            if (masters.size() > MAX_SUBMIT) {
                throw new IllegalArgumentException("at most " + MAX_SUBMIT + " masters in one command");
            }
        }

        @Override
        public Type type() {
            return Type.SUBMIT_MASTERS;
        }
    }

    /**
     * A cluster's alias and master.
     *
     * @param alias the cluster
     * @param master its master
     */
    record AliasedMaster(String alias, Master master) {}

    /**
     * Forgets a cluster. Its keys stay.
     *
     * @param alias the cluster
     */
    record ForgetCluster(String alias) implements Command {
        @Override
        public Type type() {
            return Type.FORGET_CLUSTER;
        }
    }

    /**
     * Sets one plain entry.
     *
     * @param entry key and value
     */
    record PutEntry(Entry entry) implements Command {
        @Override
        public Type type() {
            return Type.PUT_ENTRY;
        }
    }

    /**
     * Deletes one plain entry, or all that a forgotten cluster left.
     *
     * @param key the plain entry's key, or the first key of what was left
     */
    record DeleteEntry(String key) implements Command {
        @Override
        public Type type() {
            return Type.DELETE_ENTRY;
        }
    }

    /**
     * Forgets a cluster and deletes its keys.
     *
     * @param alias the cluster
     */
    record DeleteCluster(String alias) implements Command {
        @Override
        public Type type() {
            return Type.DELETE_CLUSTER;
        }
    }

    /**
     * Every write set gets a revision of an epoch that is at least this one, so that it is newer than what an earlier
     * group left in the stores. Changes nothing where the epoch is that high already.
     *
     * @param atLeast 1 to {@link Revision#MAX_EPOCH}
     */
    record RaiseEpoch(long atLeast) implements Command {
        public RaiseEpoch {
            checkEpoch(atLeast);
        }

        @Override
        public Type type() {
            return Type.RAISE_EPOCH;
        }
    }

    /**
     * What is decided from now on gets revisions of an epoch that is at least this one; what was decided before keeps its
     * revision. For a restored group: what it decides is newer than what another group, restored from the same snapshot,
     * left in the stores, and what it has not decided itself puts nothing of that back. Changes nothing but that where the
     * epoch is that high already.
     *
     * @param atLeast 1 to {@link Revision#MAX_EPOCH}
     */
    record BeginEpoch(long atLeast) implements Command {
        public BeginEpoch {
            checkEpoch(atLeast);
        }

        @Override
        public Type type() {
            return Type.BEGIN_EPOCH;
        }
    }

    /**
     * A command, and who asked for it.
     *
     * @param by who, for the failover history; 1 to {@value #MAX_BY} characters
     * @param command what they asked for; not itself one of these
     */
    record Attributed(String by, Command command) implements Command {
        public Attributed {
            if (by.isEmpty() || by.length() > MAX_BY) {
                throw new IllegalArgumentException("who asked has 1 to " + MAX_BY + " characters, not " + by.length());
            }
            if (command instanceof Attributed) {
                throw new IllegalArgumentException("a command is attributed once");
            }
        }

        @Override
        public Type type() {
            return Type.ATTRIBUTED;
        }
    }

    /**
     * A cluster is known by another alias from now on, and published under it. The keys of the old one stay.
     *
     * @param from the alias so far
     * @param to the alias from now on; see {@link #checkAlias}
     * @param prefix the key prefix under which the leader publishes masters
     * @param decidedAt milliseconds since 1970, by the leader's clock
     */
    record SetAlias(String from, String to, String prefix, long decidedAt) implements Command {
        public SetAlias {
            checkAlias(to);
            checkPrefix(prefix);
        }

        @Override
        public Type type() {
            return Type.SET_ALIAS;
        }
    }

    /** Longest reason, in characters. */
    int MAX_REASON = 1000;

    /** Longest text that says who asked, in characters. */
    int MAX_BY = 400;

    /** Longest alias, in characters. */
    int MAX_ALIAS = 128;

    /** Longest key prefix, in bytes of UTF-8: with it and the longest alias, every key of a master can be stored. */
    int MAX_PREFIX_BYTES = 100;

    /** Most masters in one {@link SubmitMasters}. */
    int MAX_SUBMIT = 500;

    private static void checkEpoch(long epoch) {
        if (epoch < 1 || epoch > Revision.MAX_EPOCH) {
            throw new IllegalArgumentException("an epoch is 1 to " + Revision.MAX_EPOCH + ", not " + epoch);
        }
    }

    /**
     * Checks that {@code prefix} can be the beginning of a key in every store.
     *
     * @throws IllegalArgumentException naming the character that is not allowed, or the length
     */
    static void checkPrefix(String prefix) {
        Limits.checkKey(prefix);
        int bytes = prefix.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > MAX_PREFIX_BYTES) {
            throw new IllegalArgumentException("a key prefix has at most " + MAX_PREFIX_BYTES + " bytes, not " + bytes);
        }
    }

    /**
     * Checks that {@code alias} can be a part of a key in every store.
     *
     * @throws IllegalArgumentException naming the character that is not allowed, or the length
     */
    static void checkAlias(String alias) {
        if (alias.isEmpty() || alias.length() > MAX_ALIAS) {
            throw new IllegalArgumentException("an alias has 1 to " + MAX_ALIAS + " characters, not " + alias.length());
        }
        Limits.checkName("alias", alias);
    }
}
