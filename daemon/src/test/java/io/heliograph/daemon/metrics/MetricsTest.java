package io.heliograph.daemon.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.heliograph.daemon.delivery.StoreStatus;
import io.heliograph.kv.Revision;
import io.heliograph.kv.StoreResult;
import io.heliograph.raft.Leadership;
import io.heliograph.raft.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.Yaml;

/** What is documented is what is shown, and alerts and dashboard ask for nothing else. */
class MetricsTest {

    private static final Path ROOT = Path.of("..");
    private static final Pattern TYPE = Pattern.compile("(?m)^# TYPE (\\S+) (\\S+)$");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `(heliograph_\\S+)` \\| (\\S+) \\| ([^|]*)\\| .+\\|$");
    private static final Pattern NAME = Pattern.compile("heliograph_[a-z_]+");

    private static String scrape() {
        Metrics metrics = new Metrics();
        metrics.watchRaft(() -> new Leadership("dc1", Role.LEADER, 7, "dc1", true, 12, 11, 10));
        metrics.watchWaits(() -> 3);
        metrics.watchStores(() -> List.of(new StoreStatus(
                "consul",
                "consul",
                StoreStatus.State.DOWN,
                new Revision(5),
                new Revision(4),
                2,
                1500,
                1,
                Optional.of(Duration.ofSeconds(9)),
                "refused")));
        metrics.leaderChanged();
        metrics.answered(404);
        for (StoreResult.Type type : StoreResult.Type.values()) {
            metrics.attempted("consul", type);
        }
        metrics.drifted("consul");
        metrics.repaired("consul");
        metrics.took("consul", Duration.ofMillis(20));
        return metrics.scrape();
    }

    private static String read(String file) throws IOException {
        return Files.readString(ROOT.resolve(file));
    }

    private static Map<String, String> documented() throws IOException {
        Map<String, String> rows = new TreeMap<>();
        Matcher row = ROW.matcher(read("docs/metrics.md"));
        while (row.find()) {
            rows.put(row.group(1), row.group(2));
        }
        return rows;
    }

    @Test
    void when_everything_has_happened_then_names_and_types_are_those_of_the_table() throws IOException {
        Map<String, String> shown = new TreeMap<>();
        Matcher type = TYPE.matcher(scrape());
        while (type.find()) {
            if (type.group(1).startsWith("heliograph_")) {
                shown.put(type.group(1), type.group(2));
            }
        }
        assertThat(shown).isEqualTo(documented()).hasSizeGreaterThan(15);
    }

    @Test
    void when_labels_are_shown_then_they_are_those_of_the_table() throws IOException {
        String scraped = scrape();
        Matcher row = ROW.matcher(read("docs/metrics.md"));
        while (row.find()) {
            Set<String> labels = new TreeSet<>();
            Matcher sample = Pattern.compile("(?m)^" + row.group(1) + "(?:_count)?(?:\\{(.*)})? [0-9.E+-]+$")
                    .matcher(scraped);
            assertThat(sample.find()).as(row.group(1)).isTrue();
            if (sample.group(1) != null) {
                for (String label : sample.group(1).split(",")) {
                    labels.add(label.substring(0, label.indexOf('=')));
                }
            }
            Set<String> written = new TreeSet<>(List.of(row.group(3).strip().split(", ")));
            written.remove("");
            assertThat(labels).as(row.group(1)).isEqualTo(written);
        }
    }

    @Test
    void when_values_are_shown_then_they_are_what_was_told() {
        assertThat(scrape())
                .contains("heliograph_raft_term 7.0")
                .contains("heliograph_raft_commit_index 12.0")
                .contains("heliograph_raft_applied_index 11.0")
                .contains("heliograph_raft_is_leader 1.0")
                .contains("heliograph_store_lag_seconds{store=\"consul\"} 1.5")
                .contains("heliograph_store_pending{store=\"consul\"} 2.0")
                .contains("heliograph_store_up{store=\"consul\"} 0.0")
                .contains("heliograph_fenced_writes_total{store=\"consul\"} 1.0")
                .contains("heliograph_drift_repairs_total{store=\"consul\"} 1.0")
                .contains("heliograph_leader_changes_total 1.0")
                .contains("heliograph_http_requests_total{status=\"404\"} 1.0")
                .contains("heliograph_delivery_waits 3.0");
    }

    @ParameterizedTest
    @EnumSource(StoreStatus.State.class)
    void when_a_store_is_in_a_state_then_alerts_can_tell_before_anything_was_counted(StoreStatus.State state) {
        Metrics metrics = new Metrics();
        metrics.watchStores(() -> List.of(new StoreStatus(
                "zk", "zookeeper", state, new Revision(5), new Revision(5), 0, 0, 0, Optional.empty(), "")));
        assertThat(metrics.scrape())
                .contains("heliograph_store_up{store=\"zk\"} " + (state == StoreStatus.State.DOWN ? "0.0" : "1.0"))
                .contains(
                        "heliograph_store_fenced{store=\"zk\"} " + (state == StoreStatus.State.FENCED ? "1.0" : "0.0"))
                .contains(
                        "heliograph_store_parked{store=\"zk\"} " + (state == StoreStatus.State.PARKED ? "1.0" : "0.0"))
                .contains("heliograph_fenced_writes_total{store=\"zk\"} 0.0")
                .contains("heliograph_drift_found_total{store=\"zk\"} 0.0")
                .contains("heliograph_drift_repairs_total{store=\"zk\"} 0.0");
    }

    @Test
    void when_outcomes_are_counted_then_the_table_names_every_one() throws IOException {
        String table = read("docs/metrics.md");
        for (StoreResult.Type type : StoreResult.Type.values()) {
            assertThat(table).contains("`" + type.name().toLowerCase(java.util.Locale.ROOT) + "`");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"deploy/prometheus/heliograph.rules.yml", "deploy/grafana/heliograph.json"})
    void when_alerts_or_dashboard_ask_then_only_for_what_is_there(String file) throws IOException {
        Set<String> known = documented().keySet();
        Matcher name = NAME.matcher(read(file));
        int asked = 0;
        while (name.find()) {
            asked++;
            assertThat(known).contains(name.group().replaceAll("_bucket$", ""));
        }
        assertThat(asked).isGreaterThan(5);
    }

    @Test
    void when_alerts_and_dashboard_are_read_then_they_are_what_their_readers_expect() throws IOException {
        Map<String, List<Map<String, List<Map<String, Object>>>>> rules =
                new Yaml().load(read("deploy/prometheus/heliograph.rules.yml"));
        assertThat(rules.get("groups").get(0).get("rules")).isNotEmpty().allSatisfy(rule -> assertThat(rule)
                .containsKeys("alert", "expr", "labels", "annotations"));
        assertThat(new ObjectMapper()
                        .readTree(read("deploy/grafana/heliograph.json"))
                        .path("panels"))
                .isNotEmpty()
                .allSatisfy(panel -> assertThat(
                                panel.path("targets").get(0).path("expr").asText())
                        .isNotEmpty());
    }
}
