package io.heliograph.it.daemon;

import io.heliograph.it.servers.Certificates;
import io.heliograph.it.servers.FreePorts;
import io.heliograph.it.servers.TestDirectory;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Collects what a cluster of daemons is to be like. */
public final class ClusterBuilder {
    private String name = "orders";
    private List<String> ids = List.of("dc1", "dc2", "dc3");
    private Duration electionTimeout = Duration.ofMillis(750);
    private Duration snapshotAfterFailover = Duration.ofSeconds(10);
    private boolean relays;
    private @Nullable Certificates certificates;
    private @Nullable AccessFiles access;
    private boolean plain;
    private final Map<String, List<Map<String, Object>>> stores = new LinkedHashMap<>();

    ClusterBuilder() {}

    /** The {@code cluster:} name, "orders" when not given. */
    public ClusterBuilder name(String name) {
        this.name = name;
        return this;
    }

    /** The node ids; dc1, dc2 and dc3 when not given. */
    public ClusterBuilder nodes(String... ids) {
        this.ids = List.of(ids);
        return this;
    }

    /**
     * Adds a store to one node; see {@link Stores}.
     *
     * @param store an entry of the {@code stores} list; {@code password} becomes a {@code password-file}
     */
    public ClusterBuilder storeFor(String id, Map<String, Object> store) {
        stores.computeIfAbsent(id, unused -> new ArrayList<>()).add(store);
        return this;
    }

    public ClusterBuilder electionTimeout(Duration timeout) {
        electionTimeout = timeout;
        return this;
    }

    public ClusterBuilder snapshotAfterFailover(Duration delay) {
        snapshotAfterFailover = delay;
        return this;
    }

    /** Has the nodes speak TLS, each with a certificate of this authority for its id and 127.0.0.1. */
    public ClusterBuilder tls(Certificates authority) {
        certificates = authority;
        return this;
    }

    /** Has the nodes ask everybody for a token, and speak TLS with everybody. */
    public ClusterBuilder guarded(AccessFiles files) {
        access = files;
        return tls(files.authority());
    }

    /** Has the nodes ask everybody for a token, without encryption: for callers that know no authority of ours. */
    public ClusterBuilder guardedWithoutTls(AccessFiles files) {
        access = files;
        plain = true;
        return this;
    }

    private String httpUrl(Ports ports) {
        return access == null || plain ? ports.httpUrl() : ports.httpUrl().replace("http:", "https:");
    }

    /** Leads every connection from node to node through a relay, so that links can be cut. */
    public ClusterBuilder withRaftRelays() {
        relays = true;
        return this;
    }

    /** Prepares the cluster without starting a node. */
    public HeliographCluster build() {
        Map<String, Ports> ports = new LinkedHashMap<>();
        ids.forEach(id -> ports.put(id, new Ports(FreePorts.next(), FreePorts.next())));
        Links links = new Links();
        Map<String, HeliographNode> nodes = new LinkedHashMap<>();
        for (String id : ids) {
            Map<String, Ports> seen = relays ? links.relaysFrom(id, ports) : ports;
            nodes.put(id, node(id, seen));
        }
        return new HeliographCluster(nodes, links);
    }

    /** Starts all nodes and waits until they have a leader and its state. */
    public HeliographCluster start() {
        HeliographCluster cluster = build();
        try {
            cluster.startAll();
            return cluster;
        } catch (RuntimeException e) {
            cluster.close();
            throw e;
        }
    }

    private HeliographNode node(String id, Map<String, Ports> members) {
        Ports own = members.get(id);
        if (own == null) {
            throw new IllegalArgumentException(id + " is none of " + members.keySet());
        }
        NodeFiles files = new NodeFiles(TestDirectory.create(id));
        files.write(configuration(id, own, members, files), stores.getOrDefault(id, List.of()));
        return new HeliographNode(
                id, URI.create(httpUrl(own)), files.directory(), files.config(), files.data(), access);
    }

    private Map<String, Object> configuration(String id, Ports own, Map<String, Ports> members, NodeFiles files) {
        Map<String, Object> memberSection = new LinkedHashMap<>();
        members.forEach((member, ports) ->
                memberSection.put(member, Map.of("raft", ports.raftAddress(), "http", httpUrl(ports))));
        Map<String, Object> configuration = new LinkedHashMap<>();
        configuration.put("cluster", name);
        configuration.put("node", Map.of("id", id, "data-dir", files.data().toString()));
        Map<String, Object> raft = new LinkedHashMap<>();
        raft.put("listen", own.raftAddress());
        raft.put("election-timeout", electionTimeout.toMillis() + "ms");
        raft.put("members", memberSection);
        if (certificates != null) {
            Path issued = certificates.issue(id, "127.0.0.1");
            Map<String, Object> tls = new LinkedHashMap<>();
            tls.put("certificate", issued.resolve("node.pem").toString());
            tls.put("key", issued.resolve("node.key").toString());
            tls.put("ca", issued.resolve("ca.pem").toString());
            raft.put("tls", tls);
        }
        configuration.put("raft", raft);
        String listen = "127.0.0.1:" + own.http();
        configuration.put("http", access == null ? Map.of("listen", listen) : access.http(id, listen, plain));
        configuration.put("snapshot", Map.of("after-failover", snapshotAfterFailover.toMillis() + "ms"));
        return configuration;
    }
}
