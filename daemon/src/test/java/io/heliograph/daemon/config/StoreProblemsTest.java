package io.heliograph.daemon.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What can be wrong with a store. */
class StoreProblemsTest {

    @TempDir
    private Path directory;

    private ConfigFile config;

    @BeforeEach
    void makeFile() {
        config = new ConfigFile(directory);
    }

    /** The list begins in line 9. */
    private void expect(String stores, String... problems) {
        assertThat(config.problems(ConfigFile.MINIMAL + "stores:\n" + stores)).containsExactly(problems);
    }

    @Test
    void when_name_or_type_or_address_is_missing_then_the_key_is_named() {
        expect("- { type: consul }\n", "h.yaml:9: stores.1.name: is missing", "h.yaml:9: stores.1.url: is missing");
        expect("- { name: a }\n", "h.yaml:9: stores.a.type: is missing");
        expect("- { name: a, type: zookeeper }\n", "h.yaml:9: stores.a.connect: is missing");
        expect("- { name: a, type: jdbc }\n", "h.yaml:9: stores.a.url: is missing");
    }

    @Test
    void when_the_type_is_unknown_then_the_known_ones_are_named() {
        expect(
                "- { name: a, type: etcd, url: x }\n",
                "h.yaml:9: stores.a.type: 'etcd' is not one of consul, zookeeper, jdbc");
    }

    private static final String LAYOUT = ", layout: { keys: { \"{prefix}/{alias}\": \"{host}\" } }";

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            textBlock =
                    """
                    type: consul, url: "http://c:8500"; type: consul, url: "http://C:8500/"
                    type: consul, url: "http://c"; type: consul, url: "http://c", datacenters: all
                    type: consul, url: "http://c", datacenters: [x, y]; type: consul, url: "http://c", datacenters: [y]
                    type: zookeeper, connect: "a:2181,b:2181/x"; type: zookeeper, connect: "b:2181, a:2181/x/"
                    type: jdbc, url: "jdbc:sqlite:x"; type: jdbc, url: "jdbc:sqlite:x?a=b"
                    """)
    void when_two_stores_at_one_place_share_keys_then_they_need_one_layout(String one, String other) throws Exception {
        expect(
                "- { name: a, " + one + " }\n- { name: b, " + other + LAYOUT + " }\n",
                "h.yaml:10: stores.b.name: the store 'a' has some of these keys at the same place in another layout;"
                        + " give both one layout, or each its own keys");
        for (String layout : List.of("", LAYOUT)) {
            expectTaken(one + layout, other + layout);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            textBlock =
                    """
                    type: consul, url: "http://c"; type: consul, url: "http://d"
                    type: consul, url: "http://c", datacenters: [x]; type: consul, url: "http://c", datacenters: [y]
                    type: zookeeper, connect: "a/x"; type: zookeeper, connect: "a/y"
                    type: jdbc, url: "jdbc:sqlite:x"; type: jdbc, url: "jdbc:sqlite:x", table: other
                    """)
    void when_two_stores_are_elsewhere_then_each_has_its_own_layout(String one, String other) throws Exception {
        expectTaken(one, other + LAYOUT);
    }

    @Test
    void when_two_stores_at_one_place_have_other_keys_then_both_are_taken() throws Exception {
        expectTaken(
                "type: zookeeper, connect: z",
                "type: zookeeper, connect: z, layout: { keys: {}, json: \"json/{alias}\" }");
    }

    private void expectTaken(String one, String other) throws Exception {
        String stores = "stores:\n- { name: a, " + one + " }\n- { name: b, " + other + " }\n";
        assertThat(config.load(ConfigFile.MINIMAL + stores).stores())
                .extracting(Configuration.Store::name)
                .containsExactly("a", "b");
    }

    @Test
    void when_a_name_is_taken_then_the_second_is_named() {
        expect(
                "- { name: a, type: zookeeper, connect: x }\n- { name: a, type: zookeeper, connect: y }\n"
                        + "- { name: internal, type: zookeeper, connect: z }\n",
                "h.yaml:10: stores.a.name: 'a' is the name of another store",
                "h.yaml:11: stores.internal.name: 'internal' is the name of another store");
    }

    @Test
    void when_a_name_can_be_one_of_anothers_data_centres_then_it_is_taken_too() {
        expect(
                "- { name: c@east, type: zookeeper, connect: z }\n"
                        + "- { name: c, type: consul, url: \"http://c:8500\", datacenters: all }\n",
                "h.yaml:10: stores.c.name: NAME@DATACENTER is the name of another store in one of its data centres");
        expect(
                "- { name: c, type: consul, url: \"http://c:8500\", datacenters: [east] }\n"
                        + "- { name: c@east, type: zookeeper, connect: z }\n",
                "h.yaml:10: stores.c@east.name: NAME@DATACENTER is the name of another store in one of its data"
                        + " centres");
    }

    @Test
    void when_a_consul_url_has_a_query_then_it_cannot_be_used() {
        expect(
                "- { name: c, type: consul, url: \"http://c:8500/x?y=1\" }\n",
                "h.yaml:9: stores.c.url: store 'c': the url must be http://host:port or https://host:port, without ?"
                        + " and #");
    }

    @Test
    void when_a_key_belongs_to_another_type_then_it_is_unknown() {
        expect(
                "- { name: a, type: zookeeper, connect: z, password: x }\n",
                "h.yaml:9: stores.a.password: is not a known key; known here: name, timeout, verify-interval, drift, layout, type, connect, auth-file, tls, acl");
    }

    @Test
    void when_an_address_cannot_be_used_then_the_adapters_words_are_shown() {
        expect(
                "- { name: a, type: consul, url: \"consul:8500\" }\n"
                        + "- { name: b, type: consul, url: \"http://user:secret@consul:8500\" }\n",
                "h.yaml:9: stores.a.url: store 'a': the url must be http://host:port or https://host:port,"
                        + " without a password",
                "h.yaml:10: stores.b.url: store 'b': the url must be http://host:port or https://host:port,"
                        + " without a password");
        expect(
                "- { name: a, type: zookeeper, connect: \"z:port\" }\n",
                "h.yaml:9: stores.a.connect: not a ZooKeeper server: 'z:port'; write host or host:port");
        expect(
                "- { name: a, type: jdbc, url: \"jdbc:oracle:x\" }\n",
                "h.yaml:9: stores.a.url: store 'a': the url must begin with jdbc:sqlite:, jdbc:mariadb:, jdbc:mysql:"
                        + " or jdbc:postgresql:");
    }

    @Test
    void when_a_secret_is_missing_then_its_file_is_named() {
        expect(
                "- { name: a, type: consul, url: \"http://c\", token-file: t }\n"
                        + "- { name: b, type: jdbc, url: \"jdbc:sqlite:x\", password-file: sub/p }\n",
                "h.yaml:9: stores.a.token-file: there is no file t",
                "h.yaml:10: stores.b.password-file: there is no file sub/p");
    }

    @Test
    void when_a_secret_cannot_be_one_then_its_file_is_named_and_not_its_content() throws Exception {
        Files.write(directory.resolve("large"), new byte[64 * 1024 + 1]);
        Files.write(directory.resolve("binary"), new byte[] {'p', 'a', 's', 's', (byte) 0xff});
        Files.createDirectory(directory.resolve("folder"));
        assertThat(
                        config.problems(
                                ConfigFile.MINIMAL
                                        + """
                        stores:
                        - { name: a, type: consul, url: "http://a", token-file: large }
                        - { name: b, type: consul, url: "http://b", token-file: binary }
                        - { name: c, type: consul, url: "http://c", token-file: folder }
                        """))
                .hasSize(3)
                .noneMatch(line -> line.contains("pass"))
                .satisfiesExactly(
                        line -> assertThat(line)
                                .isEqualTo("h.yaml:9: stores.a.token-file: large is too large for a secret"),
                        line -> assertThat(line).startsWith("h.yaml:10: stores.b.token-file: cannot read binary"),
                        line -> assertThat(line).startsWith("h.yaml:11: stores.c.token-file: cannot read folder"));
    }

    @Test
    void when_other_data_centers_are_wanted_then_it_says_that_this_version_cannot() {
        expect(
                "- { name: a, type: consul, url: \"http://a\", datacenters: some }\n"
                        + "- { name: b, type: consul, url: \"http://b\", datacenters: [] }\n"
                        + "- { name: c, type: consul, url: \"http://c\", datacenters: [dc1, dc1] }\n"
                        + "- { name: d, type: consul, url: \"http://d\", datacenters: [dc1, \"a/b\"] }\n",
                "h.yaml:9: stores.a.datacenters: should be local, all, or a list of different names",
                "h.yaml:10: stores.b.datacenters: should be local, all, or a list of different names",
                "h.yaml:11: stores.c.datacenters: should be local, all, or a list of different names",
                "h.yaml:12: stores.d.datacenters: 'a/b' is no name of a data centre in Consul");
    }

    @Test
    void when_the_habits_of_a_store_cannot_be_then_each_is_named() {
        expect(
                "- { name: a, type: zookeeper, connect: z, drift: ignore, verify-interval: 10ms }\n"
                        + "- { name: b, type: zookeeper, connect: y, drift: overwrite }\n",
                "h.yaml:9: stores.a.verify-interval: 10ms is not between 1s and 86400s",
                "h.yaml:9: stores.a.drift: 'ignore' is not one of repair, alert, adopt",
                "h.yaml:10: stores.b.drift: 'overwrite' is not one of repair, alert, adopt");
    }

    @Test
    void when_a_layout_cannot_be_used_then_the_template_is_named() {
        String store = "- { name: a, type: zookeeper, connect: z, layout: ";
        expect(
                store + "{ keys: { \"masters/all\": \"{master}\" } } }\n",
                "h.yaml:9: stores.a.layout: key 'masters/all' needs {alias} as a segment of its own, once: without it two"
                        + " clusters would have the same key");
        expect(
                store + "{ keys: { \"m/{alias}/x\": a, \"m/x/{alias}\": b } } }\n",
                "h.yaml:9: stores.a.layout: keys 'm/{alias}/x' and 'm/x/{alias}' can be the same key");
        expect(
                store + "{ json: \"{prefix}/{alias}\" } }\n",
                "h.yaml:9: stores.a.layout: keys '{prefix}/{alias}' and '{prefix}/{alias}' can be the same key");
        expect(
                store + "{ keys: { \"m/{alias}\": \"{hots}\" } } }\n",
                "h.yaml:9: stores.a.layout: value '{hots}': {hots} is not one of [alias, master, host, port, ipv4, ipv6]");
        expect(store + "{ keys: {} } }\n", "h.yaml:9: stores.a.layout: a layout needs a key");
        expect(
                store + "{ templates: x } }\n",
                "h.yaml:9: stores.a.layout.templates: is not a known key; known here: keys, json");
    }
}
