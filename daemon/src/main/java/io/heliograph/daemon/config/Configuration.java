package io.heliograph.daemon.config;

import io.heliograph.daemon.layout.KeyLayout;
import io.heliograph.kv.zookeeper.ZooKeeperAccessSettings;
import io.heliograph.raft.TlsFiles;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Everything a node is told. One record per section of the file.
 *
 * @param cluster name of this Heliograph cluster; the owner of what its stores hold
 * @param node who this node is
 * @param raft how it takes part in the group
 * @param http where it answers
 * @param kv under which keys masters are published
 * @param snapshot when snapshots are taken
 * @param log what is logged, and how
 * @param stores this node's own stores, besides the internal one
 */
public record Configuration(
        String cluster, Node node, Raft raft, Http http, Kv kv, Snapshot snapshot, Log log, List<Store> stores) {

    /** Name of the store that is always there. */
    public static final String INTERNAL_STORE = "internal";

    public Configuration {
        stores = List.copyOf(stores);
    }

    /**
     * @param id this node's id, a key of {@link Raft#members}
     * @param dataDir where log, snapshots and the internal store are kept
     */
    public record Node(String id, Path dataDir) {}

    /**
     * @param listen {@code host:port} to listen on for other members
     * @param electionTimeout a follower that hears nothing for one to two of these asks for votes
     * @param members every member of the group by node id, this one included
     * @param tls how members know each other; null when they speak without encryption
     */
    public record Raft(String listen, Duration electionTimeout, Map<String, Member> members, @Nullable TlsFiles tls) {
        public Raft {
            members = Collections.unmodifiableMap(new TreeMap<>(members));
        }
    }

    /**
     * @param raft {@code host:port} at which the others reach this member's Raft server
     * @param http base URL at which everybody reaches its HTTP server
     */
    public record Member(String raft, String http) {}

    /**
     * @param listen {@code host:port} to listen on
     * @param requestTimeout how long a write may wait for a quorum
     * @param auth who is let in; null for everybody
     * @param tls null to speak without encryption
     * @param stateChangingGets whether the GETs of the older API that change something are answered
     */
    public record Http(
            String listen,
            Duration requestTimeout,
            @Nullable Auth auth,
            @Nullable HttpTls tls,
            boolean stateChangingGets) {

        /** Everybody is let in, without encryption. */
        public Http(String listen, Duration requestTimeout) {
            this(listen, requestTimeout, null, null, true);
        }
    }

    /**
     * @param tokensFile who is known
     * @param nodeTokenFile what this node shows to the others; null when there are none
     */
    public record Auth(Path tokensFile, @Nullable Path nodeTokenFile) {}

    /**
     * @param certificate what the HTTP server shows
     * @param key of that certificate
     * @param ca authorities of the other nodes' certificates; null for those that this Java trusts
     * @param clientCa authorities of clients' certificates, whose subjects are in the tokens file; null to ask for none
     */
    public record HttpTls(Path certificate, Path key, @Nullable Path ca, @Nullable Path clientCa) {}

    /**
     * @param masterPrefix key prefix of the entries of a master, without a trailing slash
     */
    public record Kv(String masterPrefix) {}

    /**
     * @param afterFailover how long after a failover every node takes a snapshot
     */
    public record Snapshot(Duration afterFailover) {}

    /** How much is logged; each level holds those before it. */
    public enum LogLevel {
        OFF,
        ERROR,
        WARN,
        INFO,
        DEBUG,
        TRACE
    }

    /** What a line of the log looks like. */
    public enum LogFormat {
        /** For people. */
        TEXT,
        /** A JSON object. */
        JSON
    }

    /**
     * @param level of all that have none of their own
     * @param levels by name of a class or a package
     * @param format of each line
     */
    public record Log(LogLevel level, Map<String, LogLevel> levels, LogFormat format) {

        /** What counts when nothing is configured. */
        public static final Log DEFAULT = new Log(LogLevel.INFO, Map.of(), LogFormat.TEXT);

        public Log {
            levels = Collections.unmodifiableMap(new TreeMap<>(levels));
        }
    }

    /** One store of this node. */
    public sealed interface Store {

        /** Unique among the stores of the node. */
        String name();

        /** As written in the file. */
        String type();

        /** Limits and habits that stores of all types have. */
        Upkeep upkeep();
    }

    /** What is done about keys that are not as they were delivered. */
    public enum DriftPolicy {
        /** They are written again. */
        REPAIR,
        /** They are left as they are, counted and shown. */
        ALERT,
        /** A master that somebody wrote by hand becomes what every store should hold; the rest is written again. */
        ADOPT
    }

    /**
     * @param timeout limit on one call to the store
     * @param drift what is done about drift
     * @param verifyInterval time between two looks for drift
     * @param layout which keys a master becomes
     */
    public record Upkeep(Duration timeout, DriftPolicy drift, Duration verifyInterval, KeyLayout layout) {

        public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(5);
        public static final Duration DEFAULT_VERIFY_INTERVAL = Duration.ofMinutes(5);

        /** All but the time limit as they are when nothing is configured. */
        public static Upkeep ofTimeout(Duration timeout) {
            return new Upkeep(timeout, DriftPolicy.REPAIR, DEFAULT_VERIFY_INTERVAL, KeyLayout.CLASSIC);
        }
    }

    /**
     * @param url base URL of the local Consul agent
     * @param tokenFile holds the ACL token; null for none
     * @param tls for an {@code https} URL; null to trust what this Java trusts
     * @param datacenters which of Consul's data centres are written to
     */
    public record ConsulStore(
            String name,
            String url,
            @Nullable Path tokenFile,
            @Nullable ClientTlsFiles tls,
            Datacenters datacenters,
            Upkeep upkeep)
            implements Store {

        @Override
        public String type() {
            return "consul";
        }
    }

    /**
     * How a server is to prove who it is, and we to it.
     *
     * @param ca authorities that may have signed the server's certificate
     * @param own our certificate and key; null to show none
     */
    public record ClientTlsFiles(Path ca, @Nullable TlsFiles own) {}

    /**
     * Consul's data centres.
     *
     * @param all all that the agent knows
     * @param names these; empty for the agent's own, or with {@code all}
     */
    public record Datacenters(boolean all, List<String> names) {

        public static final Datacenters LOCAL = new Datacenters(false, List.of());
        public static final Datacenters ALL = new Datacenters(true, List.of());

        public Datacenters {
            names = List.copyOf(names);
        }
    }

    /**
     * @param connect servers and chroot as ZooKeeper clients write them
     * @param access as whom, and how
     */
    public record ZooKeeperStore(String name, String connect, ZooKeeperAccessSettings access, Upkeep upkeep)
            implements Store {
        @Override
        public String type() {
            return "zookeeper";
        }
    }

    /**
     * @param url JDBC URL
     * @param user null for none
     * @param password null for none
     * @param table name of the table
     */
    public record JdbcStore(
            String name, String url, @Nullable String user, @Nullable String password, String table, Upkeep upkeep)
            implements Store {
        /** Leaves the address and the password out: both can hold secrets. */
        @Override
        public String toString() {
            return "JdbcStore[name=" + name + ", user=" + user + "]";
        }

        @Override
        public String type() {
            return "jdbc";
        }
    }
}
