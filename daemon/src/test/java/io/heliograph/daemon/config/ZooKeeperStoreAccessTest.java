package io.heliograph.daemon.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.heliograph.daemon.config.Configuration.ZooKeeperStore;
import io.heliograph.kv.zookeeper.ZooKeeperAccessSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code auth-file}, {@code acl} and {@code tls} of a ZooKeeper store. */
class ZooKeeperStoreAccessTest {

    private static final String STORE = "stores:\n- { name: a, type: zookeeper, connect: z, ";

    @TempDir
    private Path directory;

    private ConfigFile config;

    @BeforeEach
    void makeFiles() throws Exception {
        config = new ConfigFile(directory);
        Files.writeString(directory.resolve("login"), "helio:s3cret\n");
    }

    private ZooKeeperAccessSettings access(String keys) throws ConfigurationException {
        return ((ZooKeeperStore)
                        config.load(ConfigFile.MINIMAL + STORE + keys).stores().get(0))
                .access();
    }

    private void expect(String keys, String... problems) {
        assertThat(config.problems(ConfigFile.MINIMAL + STORE + keys)).containsExactly(problems);
    }

    @Test
    void when_there_is_a_login_then_nodes_belong_to_it_unless_they_are_to_be_open() throws Exception {
        assertThat(access("auth-file: login }\n")).isEqualTo(new ZooKeeperAccessSettings("helio:s3cret", true, null));
        assertThat(access("auth-file: login, acl: open }\n"))
                .isEqualTo(new ZooKeeperAccessSettings("helio:s3cret", false, null));
        assertThat(access("acl: open }\n")).isEqualTo(ZooKeeperAccessSettings.OPEN);
        assertThat(access("auth-file: login }\n").toString()).doesNotContain("s3cret");
    }

    @Test
    void when_a_login_cannot_be_one_then_it_is_said_and_not_shown() throws Exception {
        String problem = "h.yaml:9: stores.a.auth-file: a login is one line user:password, without spaces";
        for (String content :
                new String[] {"s3cret", ":s3cret", "helio:", "", "helio:s3 cret", "a:s3cret\nb:s3cret\n"}) {
            Files.writeString(directory.resolve("bad"), content);
            expect("auth-file: bad }\n", problem);
        }
        expect("auth-file: missing }\n", "h.yaml:9: stores.a.auth-file: there is no file missing");
        expect("auth-file: missing, acl: creator }\n", "h.yaml:9: stores.a.auth-file: there is no file missing");
    }

    @Test
    void when_the_acl_cannot_be_then_it_is_named() {
        expect("acl: world }\n", "h.yaml:9: stores.a.acl: 'world' is not one of open, creator");
        expect(
                "acl: creator }\n",
                "h.yaml:9: stores.a.acl: 'creator' needs an auth-file: nodes would belong to nobody");
    }

    @Test
    void when_a_server_has_no_name_to_check_then_tls_is_refused() {
        for (String address : new String[] {"127.0.0.1", "10.0.0.1:2281", "zk-a,10.0.0.1", "[::1]:2281"}) {
            assertThat(config.problems(ConfigFile.MINIMAL
                            + "stores:\n- { name: a, type: zookeeper, connect: \"" + address
                            + "\", tls: { ca: nowhere } }\n"))
                    .containsExactly(
                            "h.yaml:9: stores.a.tls.ca: there is no file nowhere",
                            "h.yaml:9: stores.a.connect: with tls, servers are given by name: of an address, ZooKeeper's"
                                    + " client would check the name that reverse DNS tells");
        }
    }

    @Test
    void when_tls_is_not_whole_then_it_is_said() {
        expect("tls: { } }\n", "h.yaml:9: stores.a.tls.ca: is missing");
        expect("tls: { ca: nowhere } }\n", "h.yaml:9: stores.a.tls.ca: there is no file nowhere");
        expect("tls: { ca: login, certificate: login } }\n", "h.yaml:9: stores.a.tls: certificate and key go together");
        expect(
                "tls: { ca: login, password: x } }\n",
                "h.yaml:9: stores.a.tls.password: is not a known key; known here: ca, certificate, key",
                "h.yaml:9: stores.a.tls.ca: no certificate in login");
    }

    @Test
    void when_a_file_of_tls_is_something_else_then_each_is_named() throws Exception {
        Files.writeString(
                directory.resolve("broken.pem"), "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
        Files.writeString(
                directory.resolve("broken.key"), "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
        assertThat(config.problems(ConfigFile.MINIMAL + STORE
                        + "tls: { ca: broken.pem, certificate: login, key: broken.key } }\n"))
                .satisfiesExactly(
                        line -> assertThat(line)
                                .startsWith(
                                        "h.yaml:9: stores.a.tls.ca: no certificate in broken.pem that can be used: "),
                        line -> assertThat(line)
                                .isEqualTo("h.yaml:9: stores.a.tls.certificate: no certificate in login"),
                        line -> assertThat(line)
                                .startsWith("h.yaml:9: stores.a.tls.key: no private key in PKCS #8, not encrypted in"
                                        + " broken.key that can be used: "));
    }
}
