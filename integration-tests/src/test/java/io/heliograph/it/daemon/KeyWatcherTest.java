package io.heliograph.it.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heliograph.it.servers.ConsulServer.Stored;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** The watcher finds what it is there to find. */
class KeyWatcherTest {
    private static final String ROOT = "mysql/master/main";

    @Test
    void when_revisions_rise_then_nothing_is_found() {
        KeyWatcher watcher = watched(List.of(Map.of(), master("db1", "3306", 5), master("db2", "3307", 9)));
        assertThat(watcher.views()).extracting(KeyWatcher.View::master).containsExactly("", "db1:3306", "db2:3307");
        assertThatCode(watcher::assertNeverHalf).doesNotThrowAnyException();
        assertThatCode(watcher::assertNeverBackwards).doesNotThrowAnyException();
    }

    @Test
    void when_host_and_port_are_of_two_masters_then_it_is_half() {
        Map<String, Stored> mixed = master("db2", "3306", 5);
        mixed.put(ROOT + "/port", new Stored("3307", 0, 1));
        assertThatThrownBy(watched(List.of(master("db2", "3306", 4), mixed))::assertNeverHalf)
                .hasMessageContaining("half a change");
    }

    @Test
    void when_a_key_is_missing_then_it_is_half() {
        Map<String, Stored> missing = master("db2", "3306", 5);
        missing.remove(ROOT + "/ipv6");
        assertThatThrownBy(watched(List.of(missing))::assertNeverHalf).hasMessageContaining("half a change");
    }

    @Test
    void when_a_revision_falls_then_it_went_back() {
        KeyWatcher watcher = watched(List.of(master("db1", "3306", 9), master("db2", "3306", 8)));
        assertThatThrownBy(watcher::assertNeverBackwards).hasMessageContaining("went back from 9");
    }

    @Test
    void when_a_revision_shows_two_values_then_it_is_found() {
        KeyWatcher watcher = watched(List.of(master("db1", "3306", 9), master("db2", "3306", 9)));
        assertThatThrownBy(watcher::assertNeverBackwards).hasMessageContaining("two values of one revision");
    }

    private static Map<String, Stored> master(String host, String port, long revision) {
        Map<String, Stored> entries = new TreeMap<>();
        entries.put(ROOT, new Stored(host + ":" + port, revision, 1));
        entries.put(ROOT + "/hostname", new Stored(host, 0, 1));
        entries.put(ROOT + "/port", new Stored(port, 0, 1));
        entries.put(ROOT + "/ipv4", new Stored("", 0, 1));
        entries.put(ROOT + "/ipv6", new Stored("", 0, 1));
        entries.put(ROOT + "2", new Stored("of another cluster", 77, 1));
        return entries;
    }

    private static KeyWatcher watched(List<Map<String, Stored>> shown) {
        Queue<Map<String, Stored>> left = new ArrayDeque<>(shown);
        Map<String, Stored> last = shown.get(shown.size() - 1);
        try (KeyWatcher watcher = KeyWatcher.watch("main", ROOT, () -> {
            Map<String, Stored> next = left.poll();
            return next == null ? last : next;
        })) {
            Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> watcher.reads() > shown.size());
            return watcher;
        }
    }
}
