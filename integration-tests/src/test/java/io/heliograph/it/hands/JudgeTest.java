package io.heliograph.it.hands;

import static org.assertj.core.api.Assertions.assertThat;

import io.heliograph.it.servers.ConsulServer.Stored;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The judge finds what it is there to find. */
class JudgeTest {
    private static final String HEAD = "mysql/master/main";

    private final Judge judge = new Judge("consul", HEAD);

    @Test
    void when_revisions_rise_then_nothing_is_found_and_each_change_is_a_view() {
        judge.see(Map.of());
        judge.see(master("db1", "3306", 5));
        judge.see(master("db1", "3306", 5));
        judge.see(master("db2", "3307", 9));
        judge.see(master("db1", "3306", 11));

        assertThat(judge.findings()).isEmpty();
        assertThat(judge.reads()).isEqualTo(5);
        assertThat(judge.views()).isEqualTo(3);
        assertThat(judge.highest()).isEqualTo(11);
    }

    @Test
    void when_a_revision_falls_then_it_went_back_though_the_keys_were_away_in_between() {
        judge.see(master("db1", "3306", 9));
        judge.see(Map.of());
        judge.see(master("db2", "3306", 8));

        assertThat(judge.findings())
                .anyMatch(line -> line.contains("lost all keys"))
                .anyMatch(line -> line.contains("went back from revision 9"));
    }

    @Test
    void when_a_revision_falls_twice_then_both_are_held_against_the_highest() {
        judge.see(master("db1", "3306", 9));
        judge.see(master("db2", "3306", 7));
        judge.see(master("db3", "3306", 8));

        assertThat(judge.findings()).hasSize(2).allMatch(line -> line.contains("went back from revision 9"));
    }

    @Test
    void when_a_hand_writes_without_a_revision_then_it_went_back() {
        judge.see(master("db1", "3306", 9));
        judge.see(master("db2", "3306", 0));

        assertThat(judge.findings()).singleElement().asString().contains("went back from revision 9");
    }

    @Test
    void when_host_and_port_are_of_two_masters_then_it_is_half() {
        Map<String, Stored> mixed = master("db2", "3306", 5);
        mixed.put(HEAD + "/port", new Stored("3307", 5, 1));
        judge.see(mixed);

        assertThat(judge.findings()).singleElement().asString().contains("half a write set");
    }

    @Test
    void when_one_key_has_an_older_revision_then_it_is_half_though_the_values_fit() {
        Map<String, Stored> mixed = master("db2", "3306", 5);
        mixed.put(HEAD + "/ipv4", new Stored("", 4, 1));
        judge.see(mixed);

        assertThat(judge.findings()).singleElement().asString().contains("half a write set");
    }

    @Test
    void when_a_key_is_missing_then_it_is_half() {
        for (String part : new String[] {"", "/hostname", "/port", "/ipv4", "/ipv6"}) {
            Judge each = new Judge("consul", HEAD);
            Map<String, Stored> missing = master("db2", "3306", 5);
            missing.remove(HEAD + part);
            each.see(missing);

            assertThat(each.findings()).as(part).singleElement().asString().contains("half a write set");
        }
    }

    @Test
    void when_a_revision_shows_two_values_then_it_is_found() {
        judge.see(master("db1", "3306", 9));
        judge.see(master("db2", "3306", 9));

        assertThat(judge.findings()).singleElement().asString().contains("two values of one revision");
    }

    private static Map<String, Stored> master(String host, String port, long revision) {
        Map<String, Stored> entries = new TreeMap<>();
        entries.put(HEAD, new Stored(host + ":" + port, revision, 1));
        entries.put(HEAD + "/hostname", new Stored(host, revision, 1));
        entries.put(HEAD + "/port", new Stored(port, revision, 1));
        entries.put(HEAD + "/ipv4", new Stored("", revision, 1));
        entries.put(HEAD + "/ipv6", new Stored("", revision, 1));
        entries.put(HEAD + "2", new Stored("of another cluster", 77, 1));
        return entries;
    }
}
