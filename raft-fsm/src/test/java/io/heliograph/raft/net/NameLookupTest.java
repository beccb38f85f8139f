package io.heliograph.raft.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class NameLookupTest {

    private static <T> T result(CompletableFuture<T> future) throws Exception {
        return future.get(Net.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static InetAddress[] loopback() throws UnknownHostException {
        return new InetAddress[] {InetAddress.getByName("127.0.0.1")};
    }

    @Test
    void when_the_host_is_an_address_then_nobody_is_asked() throws Exception {
        try (NameLookup names = new NameLookup(host -> {
            throw new UnknownHostException("asked for " + host);
        })) {
            assertThat(result(names.addresses("10.0.1.5"))).containsExactly(InetAddress.getByName("10.0.1.5"));
            assertThat(result(names.addresses("2001:db8::5"))).containsExactly(InetAddress.getByName("2001:db8::5"));
        }
    }

    @Test
    void when_a_name_is_asked_for_twice_then_it_is_looked_up_anew() throws Exception {
        AtomicInteger lookups = new AtomicInteger();
        try (NameLookup names = new NameLookup(host -> {
            lookups.incrementAndGet();
            return loopback();
        })) {
            result(names.addresses("db1"));
            result(names.addresses("db1"));

            assertThat(lookups).hasValue(2);
        }
    }

    @Test
    void when_a_lookup_hangs_then_every_question_ends_in_time_and_only_one_waits() throws Exception {
        AtomicInteger lookups = new AtomicInteger();
        CountDownLatch never = new CountDownLatch(1);
        try (NameLookup names = new NameLookup(host -> {
            lookups.incrementAndGet();
            awaitForEver(never);
            return loopback();
        })) {
            List<CompletableFuture<List<InetAddress>>> answers =
                    List.of(names.addresses("db1"), names.addresses("db1"), names.addresses("db1"));

            for (CompletableFuture<List<InetAddress>> answer : answers) {
                assertThatThrownBy(() -> result(answer))
                        .hasMessageContaining("the host name db1 could not be looked up within 1000 ms");
            }
            assertThat(lookups).hasValue(1);
        }
    }

    @Test
    void when_a_name_is_unknown_then_the_failure_names_it() {
        try (NameLookup names = new NameLookup(host -> {
            throw new UnknownHostException(host + ": Name or service not known");
        })) {
            assertThatThrownBy(() -> result(names.addresses("db1")))
                    .hasMessageContaining("the host name db1 could not be looked up: db1: Name or service not known");
        }
    }

    @Test
    void when_one_members_name_hangs_then_the_others_are_asked_without_delay() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        String addressB = Net.freeAddress();
        try (MemberNetwork b = Net.open("b", addressB, Map.of());
                MemberNetwork a = MemberNetwork.open(
                        "test",
                        "a",
                        Net.freeAddress(),
                        Map.of(
                                "b",
                                "good.example.org:"
                                        + HostAndPort.parse(addressB).port(),
                                "hung",
                                "hung.example.org:10008"),
                        null,
                        host -> {
                            if (host.startsWith("hung")) {
                                awaitForEver(never);
                            }
                            return loopback();
                        })) {
            assertThat(b).isNotNull();
            List<CompletableFuture<String>> hung = List.of(Net.who(a, "hung"), Net.who(a, "hung"));

            for (int i = 0; i < 100; i++) {
                assertThat(result(Net.who(a, "b"))).isEqualTo("b");
            }

            assertThat(hung).noneMatch(CompletableFuture::isDone);
            for (CompletableFuture<String> waiting : hung) {
                assertThatThrownBy(() -> result(waiting)).hasMessageContaining("hung.example.org");
            }
        }
    }

    @Test
    void when_a_name_has_a_dead_address_too_then_the_next_attempt_takes_the_other() throws Exception {
        String addressB = Net.freeAddress();
        try (MemberNetwork b = Net.open("b", addressB, Map.of());
                MemberNetwork a = MemberNetwork.open(
                        "test",
                        "a",
                        Net.freeAddress(),
                        Map.of(
                                "b",
                                "two.example.org:" + HostAndPort.parse(addressB).port()),
                        null,
                        host -> new InetAddress[] {
                            InetAddress.getByName("127.0.0.3"), InetAddress.getByName("127.0.0.1")
                        })) {
            assertThat(b).isNotNull();
            assertThatThrownBy(() -> result(Net.who(a, "b"))).hasMessageContaining("127.0.0.3");

            assertThat(result(Net.who(a, "b"))).isEqualTo("b");
        }
    }

    private static void awaitForEver(CountDownLatch never) throws UnknownHostException {
        try {
            never.await();
        } catch (InterruptedException e) {
            throw new UnknownHostException("interrupted");
        }
    }
}
