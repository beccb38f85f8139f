package io.heliograph.raft.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.management.UnixOperatingSystemMXBean;
import io.heliograph.raft.TlsFiles;
import io.heliograph.raft.net.TestCa.Wanted;
import io.netty.buffer.PooledByteBufAllocator;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What strangers do at the Raft port, and that members do not notice. */
class DoorTest {

    private static final Duration INTRODUCTION = Duration.ofMillis(Introduction.LIMIT_MILLIS);

    @TempDir
    Path directory;

    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private String address;
    private MemberNetwork a;
    private MemberNetwork b;

    @BeforeEach
    void open() throws Exception {
        address = Net.freeAddress();
        a = start(address, "a", null);
        b = start(Net.freeAddress(), "b", null);
    }

    private MemberNetwork start(String listen, String id, @Nullable TlsFiles tls) throws Exception {
        MemberNetwork network = MemberNetwork.open("test", id, listen, Map.of("a", address), tls);
        opened.push(network);
        Net.answerWho(network, id);
        return network;
    }

    @AfterEach
    void close() throws Exception {
        while (!opened.isEmpty()) {
            opened.pop().close();
        }
    }

    private List<RawPeer> strangers(int count) throws Exception {
        List<RawPeer> strangers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            RawPeer stranger = RawPeer.plain(address);
            opened.push(stranger);
            strangers.add(stranger);
        }
        return strangers;
    }

    private static <T> T result(CompletableFuture<T> future) throws Exception {
        return future.get(Net.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void awaitNoStrangers() {
        await().atMost(Net.PATIENCE).until(() -> a.door().strangers() == 0);
    }

    @Test
    void when_five_hundred_connect_and_stay_silent_then_a_member_still_comes_in_and_they_are_shown_out()
            throws Exception {
        List<RawPeer> silent = strangers(500);
        assertThat(a.door().strangers()).isLessThanOrEqualTo(Door.MAX_STRANGERS);

        assertThat(result(Net.who(b, "a"))).isEqualTo("a");

        awaitNoStrangers();
        for (RawPeer stranger : silent) {
            assertThat(stranger.isTurnedAway()).isTrue();
        }
        assertThat(a.door().acquaintances()).isEqualTo(1);
    }

    @Test
    void when_a_member_is_in_then_no_number_of_strangers_puts_it_out() throws Exception {
        assertThat(result(Net.who(b, "a"))).isEqualTo("a");
        a.serve("never", request -> new CompletableFuture<>());
        CompletableFuture<byte[]> waiting = b.ask("a", "never", new byte[0], Duration.ofMinutes(5));

        strangers(2 * Door.MAX_STRANGERS);
        awaitNoStrangers();

        assertThat(waiting).isNotDone();
        assertThat(result(Net.who(b, "a"))).isEqualTo("a");
    }

    @Test
    void when_bytes_are_no_message_then_the_connection_is_closed_and_nothing_is_kept() throws Exception {
        Random random = new Random(20261123);
        List<byte[]> garbage = new ArrayList<>(List.of(
                lengthOf(Integer.MAX_VALUE),
                lengthOf(Integer.MIN_VALUE),
                lengthOf(-1),
                lengthOf(0),
                lengthOf(Frame.MAX_HELLO_BYTES + 1),
                lengthOf(Frame.MAX_BYTES),
                "GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII),
                RawPeer.frame(2, 1, "who", new byte[0]),
                RawPeer.frame(4, 0, "", new byte[100]),
                RawPeer.frame(77, 0, "", new byte[0]),
                new byte[] {0, 0, 0, 11, 1, 0, 0, 0, 0, 0, 0, 0, 0, (byte) 0xff, (byte) 0xff},
                new byte[] {0, 0, 0, 1, 1}));
        for (int i = 0; i < 50; i++) {
            byte[] bytes = new byte[4 + random.nextInt(100_000)];
            random.nextBytes(bytes);
            garbage.add(bytes);
        }
        for (byte[] bytes : garbage) {
            try (RawPeer stranger = RawPeer.plain(address)) {
                stranger.send(bytes);
                assertThat(stranger.isTurnedAway())
                        .as(Arrays.toString(Arrays.copyOf(bytes, 16)))
                        .isTrue();
            }
        }

        awaitNoStrangers();
        assertThat(a.door().acquaintances()).isZero();
        assertThat(result(Net.who(b, "a"))).isEqualTo("a");
    }

    private static byte[] lengthOf(int length) {
        return ByteBuffer.allocate(64).putInt(length).array();
    }

    @Test
    void when_a_peer_that_introduced_itself_sends_garbage_then_its_connection_is_closed() throws Exception {
        try (RawPeer peer = RawPeer.plain(address)) {
            peer.send(RawPeer.hello("test", "b"));
            assertThat(peer.receive()).isEqualTo(1);

            peer.send(lengthOf(Integer.MAX_VALUE));

            assertThat(peer.isTurnedAway()).isTrue();
        }
        await().atMost(Net.PATIENCE).until(() -> a.door().acquaintances() == 0);
    }

    @Test
    void when_half_a_frame_is_followed_by_silence_then_the_connection_is_closed_in_time() throws Exception {
        try (RawPeer stranger = RawPeer.plain(address)) {
            stranger.send(Arrays.copyOf(RawPeer.hello("test", "b"), 9));

            assertThat(stranger.isTurnedAway()).isTrue();
        }
    }

    @Test
    void when_a_hello_comes_byte_by_byte_then_the_time_for_all_of_it_counts_and_not_for_one_byte() throws Exception {
        long began = System.nanoTime();
        try (RawPeer stranger = RawPeer.plain(address)) {
            await().atMost(Net.PATIENCE).pollInterval(INTRODUCTION.dividedBy(8)).until(() -> {
                stranger.send((byte) 0);
                return a.door().strangers() == 0;
            });
        }
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(INTRODUCTION.multipliedBy(4));
    }

    @Test
    void when_tls_handshakes_are_begun_and_never_finished_then_members_come_in_and_the_others_are_closed()
            throws Exception {
        TestCa ca = new TestCa("group-ca");
        close();
        a = start(address, "a", ca.issue(directory.resolve("a"), new Wanted("a").loopback()));
        b = start(Net.freeAddress(), "b", ca.issue(directory.resolve("b"), new Wanted("b").loopback()));
        byte[] begun = ByteBuffer.allocate(40)
                .put((byte) 22)
                .putShort((short) 0x0301)
                .putShort((short) 512)
                .put((byte) 1)
                .array();
        for (RawPeer stranger : strangers(500)) {
            stranger.send(begun);
        }

        assertThat(result(Net.who(b, "a"))).isEqualTo("a");

        awaitNoStrangers();
        assertThat(a.door().acquaintances()).isEqualTo(1);
    }

    @Test
    void when_thousands_of_strangers_have_come_and_gone_then_neither_memory_nor_descriptors_have_grown()
            throws Exception {
        UnixOperatingSystemMXBean system = (UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        barrage(500);
        awaitNoStrangers();
        long descriptors = system.getOpenFileDescriptorCount();
        long direct = PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory();

        barrage(5_000);
        awaitNoStrangers();

        assertThat(PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory() - direct)
                .isLessThanOrEqualTo(16 * 1024 * 1024);
        await().atMost(Net.PATIENCE).until(() -> system.getOpenFileDescriptorCount() - descriptors < 50);
        assertThat(result(Net.who(b, "a"))).isEqualTo("a");
    }

    private void barrage(int count) throws Exception {
        Random random = new Random(count);
        for (int i = 0; i < count; i++) {
            byte[] bytes = new byte[random.nextInt(2_000)];
            random.nextBytes(bytes);
            try (RawPeer stranger = RawPeer.plain(address)) {
                stranger.send(bytes);
            }
        }
    }

    @Test
    void when_a_peer_sends_requests_and_takes_no_answers_then_it_is_read_no_further() throws Exception {
        java.util.concurrent.atomic.AtomicInteger answered = new java.util.concurrent.atomic.AtomicInteger();
        byte[] large = new byte[1024 * 1024];
        a.serve("large", request -> {
            answered.incrementAndGet();
            return CompletableFuture.completedFuture(large);
        });
        RawPeer peer = RawPeer.plain(address);
        opened.push(peer);
        peer.send(RawPeer.hello("test", "greedy"));
        assertThat(peer.receive()).isEqualTo(1);
        byte[] request = RawPeer.frame(2, 1, "large", new byte[64 * 1024]);

        CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> {
            for (int i = 0; i < 2_000; i++) {
                peer.send(request);
            }
        });

        await().atMost(Net.PATIENCE).until(() -> answered.get() > 0);
        await().during(Duration.ofSeconds(1))
                .atMost(Net.PATIENCE)
                .until(() -> !sending.isDone() && answered.get() < 200);
    }
}
