package io.heliograph.daemon.layout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heliograph.command.HostPort;
import io.heliograph.command.Master;
import io.heliograph.kv.Entry;
import io.heliograph.kv.Revision;
import io.heliograph.kv.WriteSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeyLayoutTest {

    private static final String PREFIX = "mysql/master";
    private static final Revision REVISION = new Revision(77);
    private static final WriteSet ORDERS = published("orders", new Master(new HostPort("db1", 3306), "10.0.0.1", ""));

    private static WriteSet published(String alias, Master master) {
        return new WriteSet(REVISION, 1_700_000_000_000L, WriteSet.Action.SET, master.entries(PREFIX, alias));
    }

    private static KeyLayout of(String json, String... keysAndValues) {
        Map<String, String> keys = new LinkedHashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            keys.put(keysAndValues[i], keysAndValues[i + 1]);
        }
        return KeyLayout.of(keys.isEmpty() ? Optional.empty() : Optional.of(keys), Optional.ofNullable(json), PREFIX);
    }

    @Test
    void when_nothing_is_given_then_the_classic_keys_stay() {
        assertThat(of(null)).isSameAs(KeyLayout.CLASSIC);
        assertThat(KeyLayout.CLASSIC.arrange(ORDERS).orElseThrow()).isSameAs(ORDERS);
        assertThat(KeyLayout.CLASSIC.roots(PREFIX)).containsExactly(PREFIX);
    }

    @Test
    void when_keys_are_given_then_the_master_becomes_these_in_their_order() {
        KeyLayout layout =
                of(null, "db/{alias}/rw", "{master}", "{prefix}-parts/{alias}", "{host} {port} {ipv4}|{ipv6}| {alias}");

        assertThat(layout.arrange(ORDERS).orElseThrow())
                .isEqualTo(new WriteSet(
                        REVISION,
                        1_700_000_000_000L,
                        WriteSet.Action.SET,
                        List.of(
                                new Entry("db/orders/rw", "db1:3306"),
                                new Entry("mysql/master-parts/orders", "db1 3306 10.0.0.1|| orders"))));
        assertThat(layout.roots(PREFIX)).containsExactly("db", "mysql/master-parts");
    }

    @Test
    void when_an_object_is_wanted_then_one_key_says_master_revision_and_time() {
        WriteSet arranged = of("{prefix}/{alias}/json").arrange(ORDERS).orElseThrow();

        assertThat(arranged.entries()).hasSize(6).startsWith(ORDERS.entries().toArray(new Entry[0]));
        assertThat(arranged.entries().get(5))
                .isEqualTo(new Entry(
                        "mysql/master/orders/json",
                        "{\"master\":\"db1:3306\",\"revision\":77,\"time\":\"2023-11-14T22:13:20Z\"}"));
    }

    @Test
    void when_only_the_object_is_wanted_then_there_is_no_other_key() {
        KeyLayout layout = KeyLayout.of(Optional.of(Map.of()), Optional.of("masters/{alias}"), PREFIX);
        WriteSet timeless = new WriteSet(REVISION, new Master(new HostPort("::1", 1), "", "").entries(PREFIX, "a"));

        assertThat(layout.arrange(timeless).orElseThrow().entries())
                .containsExactly(new Entry("masters/a", "{\"master\":\"[::1]:1\",\"revision\":77}"));
    }

    @Test
    void when_keys_are_deleted_then_those_of_the_layout_are() {
        WriteSet deletion = WriteSet.deletion(REVISION, ORDERS.keys());

        assertThat(of("j/{alias}", "db/{alias}", "{master}").arrange(deletion).orElseThrow())
                .isEqualTo(WriteSet.deletion(REVISION, List.of("db/orders", "j/orders")));
    }

    @Test
    void when_an_entry_is_plain_then_it_stays_unless_a_cluster_would_have_its_key() {
        KeyLayout layout = of(null, "db/{alias}/rw", "{master}");
        WriteSet plain = new WriteSet(REVISION, List.of(new Entry("db/orders", "x")));
        WriteSet taken = new WriteSet(REVISION, List.of(new Entry("db/whatever/rw", "x")));

        assertThat(layout.arrange(plain).orElseThrow()).isSameAs(plain);
        assertThatThrownBy(() -> layout.arrange(taken)).hasMessageContaining("'db/whatever/rw'");
        assertThatThrownBy(() -> layout.arrange(WriteSet.deletion(REVISION, List.of("db/whatever/rw"))))
                .hasMessageContaining("'db/whatever/rw'");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "m/all | {alias} as a segment",
                "m/x-{alias} | {alias} as a segment",
                "{alias}/{alias} | {alias} as a segment",
                "m/{prefix}/{alias} | {prefix} can only be at its beginning",
                "m/{host}/{alias} | character",
                "/m/{alias} | part of a path",
                "m/{alias}/ | part of a path",
                "heliograph/{alias} | is kept for",
                "zookeeper/{alias} | ZooKeeper",
                "m/./{alias} | part of a path",
            })
    void when_a_key_cannot_be_used_then_it_is_refused(String key, String why) {
        assertThatThrownBy(() -> of(null, key, "x"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why);
    }

    @Test
    void when_two_templates_can_make_one_key_then_both_are_named() {
        assertThatThrownBy(() -> of(null, "m/{alias}/x", "1", "m/x/{alias}", "2"))
                .hasMessage("keys 'm/{alias}/x' and 'm/x/{alias}' can be the same key");
        assertThatThrownBy(() -> of("mysql/master/{alias}", "{prefix}/{alias}", "2"))
                .hasMessageContaining("can be the same key");
        assertThat(of(null, "m/{alias}/x", "1", "m/{alias}/y", "2").roots(PREFIX))
                .containsExactly("m");
    }

    @Test
    void when_a_long_alias_and_prefix_meet_the_longest_template_then_the_key_can_be_stored() {
        String key = "{prefix}/{alias}/" + "x".repeat(KeyTemplate.MAX_LENGTH - "{prefix}/{alias}/".length());
        WriteSet longest = new WriteSet(
                REVISION, new Master(new HostPort("db1", 1), "", "").entries("p".repeat(100), "\u4e2d".repeat(64)));

        assertThat(of(null, key, "x").arrange(longest).orElseThrow().head()).hasSizeGreaterThan(200);
        assertThatThrownBy(() -> of(null, key + "x", "x")).hasMessageContaining("at most");
    }

    @Test
    void when_a_master_has_another_prefix_then_only_the_keys_with_a_prefix_are_its_own() {
        WriteSet old =
                new WriteSet(REVISION, new Master(new HostPort("db1", 3306), "10.0.0.1", "").entries("old", "orders"));

        assertThat(of("j/{alias}", "{prefix}/{alias}", "{master}", "db/{alias}", "{host}")
                        .arrange(old)
                        .orElseThrow()
                        .keys())
                .containsExactly("old/orders");
        assertThat(of(null, "db/{alias}", "{host}", "{prefix}/{alias}", "{master}")
                        .arrange(old))
                .isEmpty();
        assertThat(of(null, "db/{alias}", "{host}").arrange(WriteSet.deletion(REVISION, old.keys())))
                .isEmpty();
    }

    @Test
    void when_two_are_made_from_the_same_text_then_they_are_equal_and_otherwise_not() {
        KeyLayout one = of("j/{alias}", "db/{alias}", "{master}");
        assertThat(of("j/{alias}", "db/{alias}", "{master}")).isEqualTo(one).hasSameHashCodeAs(one);
        assertThat(of("j/{alias}", "db/{alias}", "{host}")).isNotEqualTo(one);
        assertThat(of("k/{alias}", "db/{alias}", "{master}")).isNotEqualTo(one);
        assertThat(one.description()).isEqualTo("{db/{alias}={master}, j/{alias}={json}}");
    }
}
