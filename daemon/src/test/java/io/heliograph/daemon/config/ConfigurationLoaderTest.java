package io.heliograph.daemon.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.heliograph.daemon.config.Configuration.ConsulStore;
import io.heliograph.daemon.config.Configuration.Datacenters;
import io.heliograph.daemon.config.Configuration.DriftPolicy;
import io.heliograph.daemon.config.Configuration.Http;
import io.heliograph.daemon.config.Configuration.JdbcStore;
import io.heliograph.daemon.config.Configuration.Kv;
import io.heliograph.daemon.config.Configuration.Log;
import io.heliograph.daemon.config.Configuration.LogFormat;
import io.heliograph.daemon.config.Configuration.LogLevel;
import io.heliograph.daemon.config.Configuration.Member;
import io.heliograph.daemon.config.Configuration.Node;
import io.heliograph.daemon.config.Configuration.Raft;
import io.heliograph.daemon.config.Configuration.Snapshot;
import io.heliograph.daemon.config.Configuration.Upkeep;
import io.heliograph.daemon.config.Configuration.ZooKeeperStore;
import io.heliograph.daemon.layout.KeyLayout;
import io.heliograph.kv.zookeeper.ZooKeeperAccessSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every key and every default. */
class ConfigurationLoaderTest {

    private static final String EVERYTHING =
            """
            cluster: orders
            node: { id: dc1, data-dir: /var/lib/heliograph }
            raft:
              listen: 127.0.1.5:10008
              election-timeout: 500ms
              members:
                dc1: { raft: "10.0.1.5:10008", http: "http://10.0.1.5:3000" }
                dc2: { raft: "10.0.2.5:10008", http: "https://10.0.2.5:3000/" }
            http:
              listen: 127.0.1.5:3000
              request-timeout: 7s
            kv: { master-prefix: my/masters }
            snapshot: { after-failover: 2m }
            log: { level: warn, levels: { io.heliograph.daemon.http: trace, org.eclipse.jetty: off }, format: json }
            stores:
              - { name: consul, type: consul, url: "http://127.0.0.1:8500", token-file: consul.token,
                  datacenters: local, timeout: 3s }
              - { name: zk, type: zookeeper, connect: "srv-a,srv-b:12181,srv-c", timeout: 4s }
              - { name: inventory, type: jdbc, url: "jdbc:mariadb://127.0.0.1/meta", user: helio,
                  password-file: secrets/db.password, table: meta.masters, timeout: 200ms,
                  drift: alert, verify-interval: 30s }
            """;

    @TempDir
    private Path directory;

    private ConfigFile config;

    @BeforeEach
    void secrets() throws Exception {
        config = new ConfigFile(directory);
        Files.writeString(directory.resolve("consul.token"), "  s3cret\n");
        Files.createDirectory(directory.resolve("secrets"));
        Files.writeString(directory.resolve("secrets/db.password"), "pass word\n");
    }

    @Test
    void when_every_key_is_given_then_each_has_its_effect() throws Exception {
        Configuration read = config.load(EVERYTHING);
        assertThat(read.cluster()).isEqualTo("orders");
        assertThat(read.node()).isEqualTo(new Node("dc1", Path.of("/var/lib/heliograph")));
        assertThat(read.raft())
                .isEqualTo(new Raft(
                        "127.0.1.5:10008",
                        Duration.ofMillis(500),
                        Map.of(
                                "dc1", new Member("10.0.1.5:10008", "http://10.0.1.5:3000"),
                                "dc2", new Member("10.0.2.5:10008", "https://10.0.2.5:3000")),
                        null));
        assertThat(read.http()).isEqualTo(new Http("127.0.1.5:3000", Duration.ofSeconds(7)));
        assertThat(read.kv()).isEqualTo(new Kv("my/masters"));
        assertThat(read.snapshot()).isEqualTo(new Snapshot(Duration.ofMinutes(2)));
        assertThat(read.log())
                .isEqualTo(new Log(
                        LogLevel.WARN,
                        Map.of("io.heliograph.daemon.http", LogLevel.TRACE, "org.eclipse.jetty", LogLevel.OFF),
                        LogFormat.JSON));
        assertThat(read.stores())
                .containsExactly(
                        new ConsulStore(
                                "consul",
                                "http://127.0.0.1:8500",
                                directory.resolve("consul.token"),
                                null,
                                Datacenters.LOCAL,
                                Upkeep.ofTimeout(Duration.ofSeconds(3))),
                        new ZooKeeperStore(
                                "zk",
                                "srv-a,srv-b:12181,srv-c",
                                ZooKeeperAccessSettings.OPEN,
                                Upkeep.ofTimeout(Duration.ofSeconds(4))),
                        new JdbcStore(
                                "inventory",
                                "jdbc:mariadb://127.0.0.1/meta",
                                "helio",
                                "pass word",
                                "meta.masters",
                                new Upkeep(
                                        Duration.ofMillis(200),
                                        DriftPolicy.ALERT,
                                        Duration.ofSeconds(30),
                                        KeyLayout.CLASSIC)));
        assertThat(read.stores()).extracting(store -> store.type()).containsExactly("consul", "zookeeper", "jdbc");
    }

    @Test
    void when_only_what_is_needed_is_given_then_the_rest_has_these_defaults() throws Exception {
        Configuration read = config.load(ConfigFile.MINIMAL);
        assertThat(read)
                .isEqualTo(new Configuration(
                        "orders",
                        new Node("dc1", directory.resolve("data")),
                        new Raft(
                                "127.0.0.1:10008",
                                Duration.ofMillis(750),
                                Map.of("dc1", new Member("127.0.0.1:10008", "http://127.0.0.1:3000")),
                                null),
                        new Http("127.0.0.1:3000", Duration.ofSeconds(5)),
                        new Kv("mysql/master"),
                        new Snapshot(Duration.ofSeconds(10)),
                        new Log(LogLevel.INFO, Map.of(), LogFormat.TEXT),
                        List.of()));
    }

    @Test
    void when_only_what_a_store_needs_is_given_then_the_rest_has_these_defaults() throws Exception {
        Configuration read = config.load(
                ConfigFile.MINIMAL
                        + """
                stores:
                  - { name: c, type: consul, url: "https://consul:8501" }
                  - { name: z, type: zookeeper, connect: "zk/chroot" }
                  - { name: j, type: jdbc, url: "jdbc:postgresql://db/meta" }
                """);
        assertThat(read.stores())
                .containsExactly(
                        new ConsulStore(
                                "c",
                                "https://consul:8501",
                                null,
                                null,
                                Datacenters.LOCAL,
                                Upkeep.ofTimeout(Duration.ofSeconds(5))),
                        new ZooKeeperStore(
                                "z",
                                "zk/chroot",
                                ZooKeeperAccessSettings.OPEN,
                                Upkeep.ofTimeout(Duration.ofSeconds(5))),
                        new JdbcStore(
                                "j",
                                "jdbc:postgresql://db/meta",
                                null,
                                null,
                                "kv_store",
                                Upkeep.ofTimeout(Duration.ofSeconds(5))));
    }

    @Test
    void when_sections_that_may_be_empty_are_empty_then_they_have_their_defaults() throws Exception {
        Configuration read = config.load(ConfigFile.MINIMAL + "kv:\nsnapshot: {}\nstores:\n");
        assertThat(read).isEqualTo(config.load(ConfigFile.MINIMAL));
    }

    @Test
    void when_the_file_is_json_then_it_says_the_same() throws Exception {
        Configuration yaml = config.load(ConfigFile.MINIMAL);
        Configuration json = config.load(
                """
                {
                  "cluster": "orders",
                  "node": {"id": "dc1", "data-dir": "data"},
                  "raft": {
                    "listen": "127.0.0.1:10008",
                    "members": {"dc1": {"raft": "127.0.0.1:10008", "http": "http://127.0.0.1:3000"}}
                  },
                  "http": {"listen": "127.0.0.1:3000"},
                  "stores": []
                }
                """);
        assertThat(json).isEqualTo(yaml);
    }

    @Test
    void when_the_environment_overrides_keys_then_it_wins_over_the_file_and_fills_what_is_missing() throws Exception {
        Configuration read = config.load(
                EVERYTHING,
                Map.of(
                        "HELIOGRAPH_CLUSTER", "other",
                        "HELIOGRAPH_NODE_ID", "dc2",
                        "HELIOGRAPH_NODE_DATA_DIR", "here",
                        "HELIOGRAPH_RAFT_ELECTION_TIMEOUT", "2s",
                        "HELIOGRAPH_RAFT_MEMBERS_DC1_RAFT", "10.9.9.9:1",
                        "HELIOGRAPH_HTTP_LISTEN", "127.0.0.9:9",
                        "HELIOGRAPH_KV_MASTER_PREFIX", "p",
                        "HELIOGRAPH_STORES_CONSUL_URL", "http://other:1",
                        "HELIOGRAPH_STORES_INVENTORY_PASSWORD_FILE", "consul.token",
                        "PATH", "/bin"));
        assertThat(read.cluster()).isEqualTo("other");
        assertThat(read.node()).isEqualTo(new Node("dc2", directory.resolve("here")));
        assertThat(read.raft().electionTimeout()).isEqualTo(Duration.ofSeconds(2));
        assertThat(read.raft().members().get("dc1").raft()).isEqualTo("10.9.9.9:1");
        assertThat(read.http().listen()).isEqualTo("127.0.0.9:9");
        assertThat(read.kv().masterPrefix()).isEqualTo("p");
        assertThat(((ConsulStore) read.stores().get(0)).url()).isEqualTo("http://other:1");
        assertThat(((JdbcStore) read.stores().get(2)).password()).isEqualTo("s3cret");
    }

    @Test
    void when_a_variable_is_empty_then_the_file_counts() throws Exception {
        Configuration read = config.load(ConfigFile.MINIMAL, Map.of("HELIOGRAPH_CLUSTER", ""));
        assertThat(read.cluster()).isEqualTo("orders");
    }

    @Test
    void when_a_section_is_only_in_the_environment_then_it_is_read() throws Exception {
        Configuration read = config.load(ConfigFile.MINIMAL, Map.of("HELIOGRAPH_SNAPSHOT_AFTER_FAILOVER", "30s"));
        assertThat(read.snapshot().afterFailover()).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void when_variables_of_the_command_line_are_set_then_they_do_not_disturb() throws Exception {
        Map<String, String> environment = Map.of(
                "HELIOGRAPH_HOME", "/opt",
                "HELIOGRAPH_JAVA_OPTS", "-Xmx1g",
                "HELIOGRAPH_ENDPOINTS", "http://x",
                "HELIOGRAPH_CONFIG", "f",
                "HELIOGRAPH_TOKEN", "t");
        assertThat(config.load(ConfigFile.MINIMAL, environment)).isEqualTo(config.load(ConfigFile.MINIMAL));
    }

    @Test
    void when_a_relative_file_is_given_then_it_is_relative_to_the_configuration() throws Exception {
        Path below = Files.createDirectory(directory.resolve("below"));
        Configuration read = new ConfigFile(below)
                .load(ConfigFile.MINIMAL.replace("data-dir: data", "data-dir: ../data")
                        + "stores: [{name: c, type: consul, url: \"http://c\", token-file: ../consul.token}]\n");
        assertThat(read.node().dataDir()).isEqualTo(directory.resolve("data"));
        assertThat(((ConsulStore) read.stores().get(0)).tokenFile()).isEqualTo(directory.resolve("consul.token"));
    }

    @Test
    void when_durations_are_written_in_any_unit_then_they_are_read() throws Exception {
        Map<String, Duration> units = Map.of(
                "100ms", Duration.ofMillis(100),
                "61s", Duration.ofSeconds(61),
                "5m", Duration.ofMinutes(5),
                "1h", Duration.ofHours(1));
        for (Map.Entry<String, Duration> each : units.entrySet()) {
            assertThat(config.load(ConfigFile.MINIMAL + "snapshot: {after-failover: " + each.getKey() + "}\n")
                            .snapshot()
                            .afterFailover())
                    .isEqualTo(each.getValue());
        }
    }
}
