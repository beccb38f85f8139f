package io.heliograph.daemon.masters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A resolver that waits too long fails by the time limit. */
@Timeout(20)
class AddressResolverTest {

    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Duration SHORT = Duration.ofMillis(50);

    private final CountDownLatch never = new CountDownLatch(1);
    private final AtomicInteger asked = new AtomicInteger();
    private final AddressResolver resolver = new AddressResolver(this::lookup);
    private volatile InetAddress[] addresses = {};

    private InetAddress[] lookup(String host) throws UnknownHostException {
        asked.incrementAndGet();
        switch (host.replaceAll("[0-9]", "")) {
            case "hangs" -> {
                try {
                    never.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
            case "nosuch" -> throw new UnknownHostException(host);
            case "broken" -> throw new IllegalStateException("broken");
            default -> {}
        }
        return addresses;
    }

    @AfterEach
    void close() {
        never.countDown();
        resolver.close();
    }

    private Optional<Addresses> resolve(String host, Duration limit) {
        return resolver.resolve(List.of(host), limit).get(host);
    }

    private void answer(String... texts) throws UnknownHostException {
        InetAddress[] all = new InetAddress[texts.length];
        for (int i = 0; i < texts.length; i++) {
            all[i] = InetAddress.getByName(texts[i]);
        }
        addresses = all;
    }

    @Test
    void when_a_host_has_both_kinds_then_both_are_there() throws Exception {
        answer("2001:db8::1", "10.0.0.7");
        assertThat(resolve("db", LONG)).contains(new Addresses("10.0.0.7", "2001:db8:0:0:0:0:0:1"));
    }

    @Test
    void when_a_host_has_several_then_the_choice_does_not_depend_on_their_order() throws Exception {
        answer("10.0.0.9", "2001:db8::9", "10.0.0.7", "2001:db8::7", "10.0.0.8", "2001:db8::8");
        Optional<Addresses> one = resolve("db1", LONG);
        answer("2001:db8::8", "10.0.0.8", "2001:db8::7", "10.0.0.7", "2001:db8::9", "10.0.0.9");
        assertThat(resolve("db2", LONG)).isEqualTo(one).contains(new Addresses("10.0.0.7", "2001:db8:0:0:0:0:0:7"));
    }

    @Test
    void when_a_host_has_one_kind_or_none_then_the_other_is_empty() throws Exception {
        answer("::1");
        assertThat(resolve("db", LONG)).contains(new Addresses("", "0:0:0:0:0:0:0:1"));
        answer();
        assertThat(resolve("db2", LONG)).contains(Addresses.NONE);
    }

    @Test
    void when_a_host_does_not_exist_then_that_is_an_answer() {
        assertThat(resolve("nosuch", LONG)).contains(Addresses.NONE);
    }

    @Test
    void when_the_name_service_breaks_then_there_is_no_answer() {
        assertThat(resolve("broken", LONG)).isEmpty();
    }

    @Test
    void when_lookups_hang_then_all_of_them_together_take_the_limit() throws Exception {
        answer("10.0.0.7");
        long before = System.nanoTime();
        Map<String, Optional<Addresses>> answers =
                resolver.resolve(List.of("hangs1", "hangs2", "hangs3", "db", "hangs4"), Duration.ofMillis(300));
        assertThat(Duration.ofNanos(System.nanoTime() - before))
                .isBetween(Duration.ofMillis(300), Duration.ofSeconds(10));
        assertThat(answers)
                .hasSize(5)
                .containsEntry("hangs1", Optional.empty())
                .containsEntry("hangs4", Optional.empty());
    }

    @Test
    void when_a_host_hangs_and_is_asked_for_again_then_no_more_threads_are_held_up() throws Exception {
        answer("10.0.0.7");
        for (int i = 0; i < 40; i++) {
            assertThat(resolve("hangs", Duration.ofMillis(1))).isEmpty();
        }
        await().until(() -> asked.get() == 1);
        assertThat(resolve("db", LONG)).isPresent();
        never.countDown();
        await().until(() -> resolve("hangs", SHORT).isPresent());
    }

    @Test
    void when_a_host_is_named_several_times_then_it_is_looked_up_once() throws Exception {
        answer("10.0.0.7");
        assertThat(resolver.resolve(Collections.nCopies(50, "db"), LONG)).hasSize(1);
        assertThat(asked).hasValue(1);
    }

    @Test
    void when_very_many_hosts_hang_then_asking_still_ends() {
        List<String> hosts =
                IntStream.range(0, 12_000).mapToObj(i -> "hangs" + i).toList();
        assertThat(resolver.resolve(hosts, SHORT)).hasSize(12_000).containsEntry("hangs11999", Optional.empty());
    }

    @Test
    void when_it_is_closed_then_asking_ends_without_an_answer() {
        resolver.close();
        assertThat(resolve("db", LONG)).isEmpty();
    }
}
