package io.heliograph.daemon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.heliograph.daemon.auth.Role;
import io.heliograph.daemon.config.Configuration;
import io.heliograph.daemon.config.Configuration.ConsulStore;
import io.heliograph.daemon.config.Configuration.Datacenters;
import io.heliograph.daemon.config.Configuration.Member;
import io.heliograph.daemon.config.Configuration.ZooKeeperStore;
import io.heliograph.daemon.config.ConfigurationLoader;
import io.heliograph.daemon.config.TokensFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code heliograph import-config}. */
class ImportConfigTest {

    private static final String EVERYTHING =
            """
            {
              "Debug": true,
              "ListenAddress": ":3000",
              "HTTPAdvertise": "http://10.0.2.5:3000",
              "KVClusterMasterPrefix": "/mysql/master",
              "ConsulAddress": "127.0.0.1:8500",
              "ConsulScheme": "http",
              "ConsulAclToken": "acl-secret",
              "ConsulCrossDataCenterDistribution": true,
              "ConsulKVStoreProvider": "consul-txn",
              "ConsulMaxKVsPerTransaction": 64,
              "ZkAddress": "srv-a,srv-b:12181,srv-c",
              "RaftEnabled": true,
              "RaftBind": "10.0.2.5",
              "RaftAdvertise": "10.0.2.5",
              "RaftDataDir": "/var/lib/orchestrator/",
              "DefaultRaftPort": 10008,
              "RaftNodes": ["10.0.1.5", "10.0.2.5", "10.0.3.5:10009"],
              "AuthenticationMethod": "basic",
              "HTTPAuthUser": "ops",
              "HTTPAuthPassword": "a good password",
              "UseSSL": false,
              "MySQLTopologyUser": "orc"
            }
            """;

    @TempDir
    private Path directory;

    private Run run(String json, String... more) throws IOException {
        Path file = directory.resolve("orchestrator.conf.json");
        Files.writeString(file, json);
        String[] all = new String[more.length + 2];
        all[0] = "import-config";
        all[1] = file.toString();
        System.arraycopy(more, 0, all, 2, more.length);
        return Run.of(all);
    }

    private Path written() {
        return directory.resolve("h.yaml");
    }

    @Test
    void when_everything_is_there_then_the_configuration_is_good_and_says_the_same() throws Exception {
        Run run = run(EVERYTHING, "--to", written().toString(), "--cluster", "shop");
        assertThat(run.err()).isEmpty();
        assertThat(run.exitCode()).isZero();
        Configuration read = ConfigurationLoader.load(written(), Map.of());
        assertThat(read.cluster()).isEqualTo("shop");
        assertThat(read.node().id()).isEqualTo("dc2");
        assertThat(read.node().dataDir()).isEqualTo(Path.of("/var/lib/orchestrator/heliograph"));
        assertThat(read.raft().listen()).isEqualTo("10.0.2.5:10008");
        assertThat(read.raft().members())
                .isEqualTo(Map.of(
                        "dc1", new Member("10.0.1.5:10008", "http://10.0.1.5:3000"),
                        "dc2", new Member("10.0.2.5:10008", "http://10.0.2.5:3000"),
                        "dc3", new Member("10.0.3.5:10009", "http://10.0.3.5:3000")));
        assertThat(read.http().listen()).isEqualTo("0.0.0.0:3000");
        assertThat(read.kv().masterPrefix()).isEqualTo("mysql/master");
        ConsulStore consul = (ConsulStore) read.stores().get(0);
        assertThat(consul.url()).isEqualTo("http://127.0.0.1:8500");
        assertThat(consul.datacenters()).isEqualTo(Datacenters.ALL);
        assertThat(consul.tokenFile()).isEqualTo(directory.resolve("consul.token"));
        assertThat(((ZooKeeperStore) read.stores().get(1)).connect()).isEqualTo("srv-a:2181,srv-b:12181,srv-c:2181");
        assertThat(TokensFile.read(directory.resolve("tokens.yaml")).holds("ops.a good password", Role.ADMIN))
                .isTrue();
        assertThat(directory.resolve("consul.token")).hasContent("acl-secret");
        for (String secret : new String[] {"consul.token", "node.token", "tokens.yaml"}) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve(secret))))
                    .isEqualTo("rw-------");
        }
        Run.of("check-config", "-f", written().toString())
                .expectDone(
                        written() + ": good; node dc2 of cluster shop, 3 members, 2 stores beside the internal one");
    }

    @Test
    void when_something_is_not_carried_over_then_each_key_is_named_and_no_secret_is_shown() throws Exception {
        Run run = run(EVERYTHING, "--to", written().toString());
        assertThat(run.out())
                .contains("Debug: is not carried over")
                .contains("MySQLTopologyUser: is not carried over")
                .contains("ConsulKVStoreProvider: is not needed")
                .contains("ConsulMaxKVsPerTransaction: is not needed")
                .contains("RaftNodes: they are dc1, dc2")
                .contains("HTTPAuthPassword: tokens.yaml has a hash of it");
        String all = run.out() + run.err() + Files.readString(written());
        assertThat(all).doesNotContain("acl-secret").doesNotContain("a good password");
        assertThat(Files.readString(written())).startsWith("# Made of orchestrator's configuration.");
    }

    @Test
    void when_it_is_printed_then_nothing_is_written() throws Exception {
        Run run = run(EVERYTHING);
        assertThat(run.exitCode()).isZero();
        assertThat(run.out())
                .contains("cluster: masters")
                .contains("datacenters: all")
                .doesNotContain("acl-secret");
        assertThat(run.err().lines())
                .containsExactly(
                        "heliograph: consul.token is not written; --to writes it",
                        "heliograph: node.token is not written; --to writes it",
                        "heliograph: tokens.yaml is not written; --to writes it");
        assertThat(directory.toFile().list()).containsExactly("orchestrator.conf.json");
    }

    @Test
    void when_little_is_there_then_the_defaults_are_those_of_orchestrator() throws Exception {
        assertThat(run("{}", "--to", written().toString()).exitCode()).isZero();
        Configuration read = ConfigurationLoader.load(written(), Map.of());
        assertThat(read.raft().members())
                .isEqualTo(Map.of("dc1", new Member("127.0.0.1:10008", "http://127.0.0.1:3000")));
        assertThat(read.http().listen()).isEqualTo("0.0.0.0:3000");
        assertThat(read.http().auth()).isNull();
        assertThat(read.stores()).isEmpty();
        assertThat(Files.readString(written())).contains("AuthenticationMethod: is empty, so whoever reaches");
    }

    @Test
    void when_a_file_is_in_the_way_then_nothing_is_written() throws Exception {
        Path token = directory.resolve("node.token");
        Files.writeString(token, "mine");
        run(EVERYTHING, "--to", written().toString()).expectFailure(ExitCodes.REFUSED, "node.token exists already");
        assertThat(written()).doesNotExist();
        assertThat(directory.resolve("consul.token")).doesNotExist();
        assertThat(token).hasContent("mine");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "[]; should be a JSON object",
                "{; is not JSON",
                "{} {}; is not JSON",
                "{\"UseSSL\": true}; UseSSL: needs SSLCertFile and SSLPrivateKeyFile",
                "{\"consuladdress\": \"127.0.0.1:8500\"}; consuladdress: is not the way to write ConsulAddress",
                "{\"ConsulAddress\": 5}; ConsulAddress: should be text",
                "{\"RaftEnabled\": \"yes\"}; RaftEnabled: should be true or false",
                "{\"RaftNodes\": \"a,b\"}; RaftNodes: should be a list",
                "{\"RaftNodes\": [1]}; RaftNodes: should be a list of text",
                "{\"DefaultRaftPort\": \"10008\"}; DefaultRaftPort: should be a whole number"
            })
    void when_the_file_is_bad_then_it_is_one_line_with_the_key(String json, String problem) throws Exception {
        run(json, "--to", written().toString()).expectFailure(ExitCodes.USAGE, problem);
        assertThat(written()).doesNotExist();
    }

    /** What orchestrator takes, and what does not let in anybody who was kept out before. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "{\"AuthenticationMethod\": \"basic\"}; nobody is known",
                "{\"AuthenticationMethod\": \"proxy\"}; has no counterpart",
                "{\"AuthenticationMethod\": \"basic\", \"HTTPAuthUser\": \"a b\", \"HTTPAuthPassword\": \"x\"}; a b",
                "{\"AuthenticationMethod\": \"x\\ncluster: y\\u2028\"}; x?cluster: y?",
            })
    void when_there_was_some_authentication_then_it_is_not_open_and_can_be_loaded(String json, String note)
            throws Exception {
        Run run = run(json, "--to", written().toString());
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out()).contains(note);
        assertThat(ConfigurationLoader.load(written(), Map.of()).http().auth()).isNotNull();
        assertThat(TokensFile.read(directory.resolve("tokens.yaml")).tokens()).isEmpty();
    }

    @Test
    void when_only_certificates_let_people_in_then_it_is_not_open_to_everybody() throws Exception {
        for (String name : new String[] {"node.pem", "node.key", "ca.pem"}) {
            Files.copy(Path.of("src", "test", "resources", "tls", name), directory.resolve(name));
        }
        String json =
                """
                {"UseSSL": true, "UseMutualTLS": true, "SSLCertFile": "node.pem", "SSLPrivateKeyFile": "node.key",
                 "SSLCAFile": "ca.pem"}
                """;
        assertThat(run(json, "--to", written().toString()).exitCode()).isZero();
        Configuration.Http http = ConfigurationLoader.load(written(), Map.of()).http();
        assertThat(http.auth()).isNotNull();
        assertThat(http.tls()).isNotNull();
        assertThat(http.tls().clientCa()).isEqualTo(directory.resolve("ca.pem"));
    }

    @Test
    void when_a_socket_was_listened_on_then_nobody_else_reaches_it() throws Exception {
        Run run = run(
                "{\"ListenSocket\": \"/run/orchestrator.sock\"}",
                "--to",
                written().toString());
        assertThat(run.out()).contains("ListenSocket: has no counterpart");
        assertThat(ConfigurationLoader.load(written(), Map.of()).http().listen())
                .isEqualTo("127.0.0.1:3000");
    }

    @Test
    void when_addresses_are_written_as_orchestrator_takes_them_then_the_loader_does() throws Exception {
        String json =
                """
                {"ConsulAddress": "https://consul:8501", "ZkAddress": "srv-a, srv-b:12181,", "RaftNodes": null,
                 "RaftEnabled": null, "DefaultRaftPort": null, "KVClusterMasterPrefix": "/", "URLPrefix": "/orc"}
                """;
        Run run = run(json, "--to", written().toString());
        assertThat(run.err()).isEmpty();
        Configuration read = ConfigurationLoader.load(written(), Map.of());
        assertThat(((ConsulStore) read.stores().get(0)).url()).isEqualTo("https://consul:8501");
        assertThat(((ZooKeeperStore) read.stores().get(1)).connect()).isEqualTo("srv-a:2181,srv-b:12181");
        assertThat(read.kv().masterPrefix()).isEqualTo("mysql/master");
        assertThat(run.out())
                .contains("KVClusterMasterPrefix: puts masters at the top")
                .contains("URLPrefix: has no counterpart: clients that ask for '/orc'");
        Files.delete(written());
        assertThat(run("{\"ConsulAddress\": \"unix:///run/consul.sock\", \"KVClusterMasterPrefix\": \"\"}")
                        .out())
                .contains("ConsulAddress: a socket has no counterpart")
                .contains("KVClusterMasterPrefix: puts masters at the top");
    }

    @Test
    void when_the_only_user_has_the_nodes_name_then_both_are_known() throws Exception {
        String json = EVERYTHING.replace("\"ops\"", "\"nodes\"");
        assertThat(run(json, "--to", written().toString()).exitCode()).isZero();
        assertThat(TokensFile.read(directory.resolve("tokens.yaml")).tokens()).containsOnlyKeys("nodes", "other-nodes");
        assertThat(ConfigurationLoader.load(written(), Map.of()).http().auth()).isNotNull();
    }

    @Test
    void when_the_cluster_cannot_have_this_name_then_nothing_is_written() throws Exception {
        run("{}", "--to", written().toString(), "--cluster", "my shop").expectFailure(ExitCodes.USAGE, "my shop");
        assertThat(written()).doesNotExist();
    }

    @Test
    void when_there_is_no_file_then_it_says_so() {
        Run.of("import-config", directory.resolve("nosuch.json").toString())
                .expectFailure(ExitCodes.USAGE, "nosuch.json: there is no such file");
    }
}
