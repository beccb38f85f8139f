package io.heliograph.daemon.config;

import io.heliograph.command.Command;
import io.heliograph.command.HostPort;
import io.heliograph.daemon.config.Configuration.DriftPolicy;
import io.heliograph.daemon.config.Configuration.Http;
import io.heliograph.daemon.config.Configuration.Kv;
import io.heliograph.daemon.config.Configuration.Log;
import io.heliograph.daemon.config.Configuration.Member;
import io.heliograph.daemon.config.Configuration.Raft;
import io.heliograph.daemon.config.Configuration.Snapshot;
import io.heliograph.daemon.config.Configuration.Store;
import io.heliograph.kv.Limits;
import io.heliograph.raft.TlsFiles;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Reads the configuration: YAML, or JSON, which is YAML too. Collects everything that is wrong before it gives up.
 * Relative files are relative to the configuration file.
 */
public final class ConfigurationLoader {

    private final Path file;
    private final Source source;

    private ConfigurationLoader(Path file, Map<String, String> environment) {
        this.file = file;
        this.source = new Source(file, environment);
    }

    /**
     * @param environment variables that override keys, {@code HELIOGRAPH_HTTP_LISTEN} for {@code http.listen}
     * @throws ConfigurationException with every problem
     */
    public static Configuration load(Path file, Map<String, String> environment) throws ConfigurationException {
        return new ConfigurationLoader(file, new HashMap<>(environment)).load();
    }

    /** How each key is asked for while this file is read, whatever is wrong with it. */
    static Set<Asked> asked(Path file) {
        ConfigurationLoader loader = new ConfigurationLoader(file, Map.of());
        try {
            loader.load();
        } catch (ConfigurationException e) {
            // what was asked for is known all the same
        }
        return loader.source.asked();
    }

    private Configuration load() throws ConfigurationException {
        Section root = new Section(source, YamlFile.parse(file, source));
        Configuration configuration = readAll(root);
        root.done();
        source.reportUnknownVariables();
        if (!source.problems().isEmpty()) {
            throw new ConfigurationException(source.problems());
        }
        return configuration;
    }

    private Configuration readAll(Section root) {
        String cluster = name(root, "cluster");
        Section node = root.section("node");
        String id = name(node, "id");
        Path dataDir = node.file("data-dir", "directory").orElse(Path.of(""));
        node.done();
        Section raftSection = root.section("raft");
        Raft raft = readRaft(raftSection, id);
        Section httpSection = root.section("http");
        Http http = new HttpReader(source, InstantSource.system()).read(httpSection, raft, id);
        Section kv = root.section("kv");
        String prefix = kv.textOr("master-prefix", "key, 1 to " + Command.MAX_PREFIX_BYTES + " bytes", "mysql/master");
        try {
            Command.checkPrefix(prefix);
        } catch (IllegalArgumentException e) {
            kv.problem("master-prefix", String.valueOf(e.getMessage()));
        }
        kv.done();
        Section snapshot = root.section("snapshot");
        Duration afterFailover = snapshot.duration(
                "after-failover", Duration.ofSeconds(10), Duration.ofMillis(100), Duration.ofHours(1));
        snapshot.done();
        Log log = LogReader.read(root.section("log"));
        List<Store> stores = readStores(root, prefix);
        checkAdoption(httpSection, http, stores);
        return new Configuration(
                cluster,
                new Configuration.Node(id, dataDir),
                raft,
                http,
                new Kv(prefix),
                new Snapshot(afterFailover),
                log,
                stores);
    }

    /** Taking a hand edit over is a write like any other. */
    private static void checkAdoption(Section section, Http http, List<Store> stores) {
        boolean adopts = stores.stream().anyMatch(store -> store.upkeep().drift() == DriftPolicy.ADOPT);
        if (adopts && http.auth() != null && http.auth().nodeTokenFile() == null) {
            section.section("auth")
                    .problem(
                            "node-token-file",
                            "is missing: a store with 'drift: adopt' needs it to write what it adopts");
        }
    }

    private static String name(Section section, String key) {
        String name = section.text(key, "name");
        if (!name.isEmpty()) {
            try {
                Limits.checkName(key, name);
            } catch (IllegalArgumentException e) {
                section.problem(key, String.valueOf(e.getMessage()));
            }
        }
        return name;
    }

    private Raft readRaft(Section raft, String self) {
        String listen = address(raft, "listen");
        Duration electionTimeout = raft.duration(
                "election-timeout", Duration.ofMillis(750), Duration.ofMillis(100), Duration.ofMinutes(1));
        Section membersSection = raft.section("members");
        Map<String, Member> members = new LinkedHashMap<>();
        Set<String> addresses = new HashSet<>();
        Set<String> urls = new HashSet<>();
        membersSection.sections().forEach((id, member) -> {
            try {
                Limits.checkName("node id", id);
            } catch (IllegalArgumentException e) {
                member.problem("raft", String.valueOf(e.getMessage()));
            }
            Member read = new Member(address(member, "raft"), url(member, "http"));
            if (!read.raft().isEmpty() && !addresses.add(read.raft())) {
                member.problem("raft", read.raft() + " is the address of another member too");
            }
            if (!read.http().isEmpty() && !urls.add(read.http().toLowerCase(Locale.ROOT))) {
                member.problem("http", read.http() + " is the address of another member too");
            }
            member.done();
            members.put(id, read);
        });
        if (members.isEmpty()) {
            raft.problem("members", "is missing: list every node of the group, this one included");
        } else if (!self.isEmpty() && !members.containsKey(self)) {
            raft.problem("members", "does not list this node, '" + self + "'; listed are " + members.keySet());
        }
        Member own = members.get(self);
        TlsFiles tls = new RaftTlsReader(InstantSource.system())
                .read(raft, self, own == null ? "" : own.raft(), members.size() > 1);
        raft.done();
        return new Raft(listen, electionTimeout, members, tls);
    }

    private List<Store> readStores(Section root, String masterPrefix) {
        List<Store> stores = new ArrayList<>();
        Set<String> names = new HashSet<>(Set.of(Configuration.INTERNAL_STORE));
        StoreReader reader = new StoreReader(masterPrefix);
        for (Section section : root.list("stores")) {
            reader.read(section).ifPresent(store -> {
                if (!store.name().isEmpty() && !names.add(store.name())) {
                    section.problem("name", "'" + store.name() + "' is the name of another store");
                }
                stores.stream()
                        .filter(other -> Targets.clash(store, other, masterPrefix))
                        .findFirst()
                        .ifPresent(other -> section.problem(
                                "name",
                                "the store '" + other.name()
                                        + "' has some of these keys at the same place in another layout; give"
                                        + " both one layout, or each its own keys"));
                stores.add(store);
                if (stores.stream().anyMatch(other -> isIn(store, other) || isIn(other, store))) {
                    section.problem("name", "NAME@DATACENTER is the name of another store in one of its data centres");
                }
            });
        }
        return stores;
    }

    private static boolean isIn(Store store, Store consul) {
        return consul instanceof Configuration.ConsulStore several
                && !several.datacenters().equals(Configuration.Datacenters.LOCAL)
                && store.name().startsWith(consul.name() + "@");
    }

    static String address(Section section, String key) {
        String text = section.text(key, "host:port");
        if (!text.isEmpty()) {
            try {
                HostPort.parse(text);
            } catch (IllegalArgumentException e) {
                section.problem(key, String.valueOf(e.getMessage()));
            }
        }
        return text;
    }

    private static String url(Section section, String key) {
        String text = section.text(key, "http or https URL");
        if (!text.isEmpty() && !isHttpUrl(text)) {
            section.problem(key, "'" + text + "' is not a URL like http://10.0.1.5:3000");
        }
        return text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
    }

    static boolean isHttpUrl(String text) {
        try {
            URI uri = URI.create(text);
            return uri.getHost() != null && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
