package io.heliograph.it.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.heliograph.it.servers.ConsulServer.Stored;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** The watch finds what it is there to find, and forgives a wipe. */
class StoreWatchTest {
    private static final String HEAD = "mysql/master/main";

    private final AtomicReference<Map<String, Stored>> content = new AtomicReference<>(master("db1", 9));
    private final Findings findings = new Findings();
    private final StoreWatch watch = new StoreWatch("the store", prefix -> content.get(), findings);

    @Test
    void when_keys_come_back_older_after_a_wipe_then_they_went_back() {
        try (watch) {
            watch.start();
            awaitViews(1);
            watch.wipe(() -> content.set(Map.of()));
            content.set(master("db2", 8));
            awaitFinding("went back");
        }
    }

    @Test
    void when_keys_come_back_no_older_after_a_wipe_then_nothing_is_found() {
        try (watch) {
            watch.start();
            awaitViews(1);
            watch.wipe(() -> content.set(Map.of()));
            content.set(master("db2", 10));
            awaitViews(2);
            assertThat(findings.all()).isEmpty();
        }
    }

    @Test
    void when_keys_go_without_a_wipe_or_again_after_it_then_they_are_lost() {
        try (watch) {
            watch.start();
            awaitViews(1);
            watch.wipe(() -> content.set(Map.of()));
            content.set(master("db2", 10));
            awaitViews(2);
            content.set(Map.of());
            awaitFinding("lost the keys");
        }
    }

    @Test
    void when_a_part_is_older_then_it_is_half() {
        Map<String, Stored> mixed = master("db2", 10);
        mixed.put(HEAD + "/port", new Stored("3306", 9, 0));
        content.set(mixed);
        try (watch) {
            watch.start();
            awaitFinding("a half");
        }
    }

    private void awaitViews(int count) {
        await().atMost(Duration.ofSeconds(10)).until(() -> watch.views() >= count);
    }

    private void awaitFinding(String what) {
        await(what)
                .atMost(Duration.ofSeconds(10))
                .until(() -> findings.all().toString().contains(what));
    }

    private static Map<String, Stored> master(String host, long revision) {
        Map<String, Stored> entries = new TreeMap<>();
        entries.put(HEAD, new Stored(host + ":3306", revision, 0));
        entries.put(HEAD + "/hostname", new Stored(host, revision, 0));
        entries.put(HEAD + "/port", new Stored("3306", revision, 0));
        entries.put(HEAD + "/ipv4", new Stored("", revision, 0));
        entries.put(HEAD + "/ipv6", new Stored("", revision, 0));
        return entries;
    }
}
