package io.heliograph.raft.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heliograph.raft.TlsFiles;
import io.heliograph.raft.net.TestCa.Wanted;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may speak with whom when members show each other certificates. */
class MutualTlsTest {

    @TempDir
    Path directory;

    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private LogLines log;
    private TestCa ca;
    private String addressA;
    private String addressB;

    @BeforeEach
    void prepare() throws Exception {
        log = new LogLines();
        ca = new TestCa("group-ca");
        addressA = Net.freeAddress();
        addressB = Net.freeAddress();
    }

    @AfterEach
    void close() throws Exception {
        while (!opened.isEmpty()) {
            opened.pop().close();
        }
        log.close();
    }

    private TlsFiles files(String id) throws Exception {
        return ca.issue(directory.resolve(id), new Wanted(id).loopback());
    }

    private MemberNetwork open(String cluster, String id, String listen, @Nullable TlsFiles tls) throws Exception {
        MemberNetwork network = MemberNetwork.open(cluster, id, listen, Map.of("a", addressA, "b", addressB), tls);
        opened.push(network);
        Net.answerWho(network, id);
        return network;
    }

    private static <T> T result(CompletableFuture<T> future) throws Exception {
        return future.get(Net.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static void refused(MemberNetwork from, String to, String why) {
        assertThatThrownBy(() -> result(Net.who(from, to))).hasStackTraceContaining(why);
    }

    @Test
    void when_both_show_good_certificates_then_they_speak_and_large_messages_pass() throws Exception {
        MemberNetwork a = open("test", "a", addressA, files("a"));
        MemberNetwork b = open("test", "b", addressB, files("b"));
        byte[] large = new byte[Frame.MAX_BYTES - 1024];
        Arrays.fill(large, (byte) 7);
        b.serve("echo", CompletableFuture::completedFuture);

        assertThat(result(Net.who(a, "b"))).isEqualTo("b");
        assertThat(result(Net.who(b, "a"))).isEqualTo("a");
        assertThat(result(a.ask("b", "echo", large, Net.PATIENCE))).isEqualTo(large);
        assertThat(log.all()).isEmpty();
    }

    @Test
    void when_the_host_dialled_is_not_in_the_certificate_then_the_caller_hangs_up() throws Exception {
        MemberNetwork a = open("test", "a", addressA, files("a"));
        open("test", "b", addressB, ca.issue(directory.resolve("b"), new Wanted("b").address(127, 0, 0, 2)));

        refused(a, "b", "its certificate is another host's");

        log.awaitLine("No connection to member b at " + addressB, "127.0.0.1");
        log.awaitLine("Turned away a connection from 127.0.0.1", "it does not accept this node's certificate");
    }

    @Test
    void when_a_host_name_is_dialled_then_the_certificate_is_compared_with_the_name_not_the_address() throws Exception {
        int port = HostAndPort.parse(addressB).port();
        addressB = "b.example.org:" + port;
        MemberNetwork a = MemberNetwork.open("test", "a", addressA, Map.of("b", addressB), files("a"), host ->
                new InetAddress[] {InetAddress.getByName("127.0.0.1")});
        opened.push(a);
        MemberNetwork named = open(
                "test",
                "b",
                "127.0.0.1:" + port,
                ca.issue(directory.resolve("b"), new Wanted("b").host("b.example.org")));
        assertThat(result(Net.who(a, "b"))).isEqualTo("b");

        named.close();
        open("test", "b", "127.0.0.1:" + port, files("b"));
        org.awaitility.Awaitility.await()
                .atMost(Net.PATIENCE)
                .untilAsserted(() -> refused(a, "b", "its certificate is another host's"));
    }

    @Test
    void when_another_authority_signed_then_both_sides_refuse_and_say_why() throws Exception {
        MemberNetwork a = open("test", "a", addressA, files("a"));
        TlsFiles foreign = new TestCa("foreign-ca").issue(directory.resolve("b"), new Wanted("b").loopback());
        MemberNetwork b = open("test", "b", addressB, foreign);

        refused(b, "a", "its certificate is not signed by an authority in raft.tls.ca");
        log.awaitLine("No connection to member a at " + addressA, "not signed by an authority");
        log.awaitLine("Turned away a connection from 127.0.0.1", "it does not accept this node's certificate");

        refused(a, "b", "its certificate is not signed by an authority in raft.tls.ca");
    }

    @Test
    void when_a_stranger_trusts_the_group_but_its_own_certificate_is_foreign_then_it_is_turned_away() throws Exception {
        open("test", "a", addressA, files("a"));
        TlsFiles foreign = new TestCa("foreign-ca").issue(directory.resolve("b"), new Wanted("b").loopback());
        try (RawPeer stranger = RawPeer.tls(addressA, foreign, ca.certificate)) {
            stranger.send(RawPeer.hello("test", "b"));

            assertThat(stranger.isTurnedAway()).isTrue();
        }
        log.awaitLine("Turned away a connection from 127.0.0.1", "it showed no certificate that an authority");
    }

    @Test
    void when_a_certificate_has_expired_since_the_start_then_the_peer_is_turned_away() throws Exception {
        open("test", "a", addressA, files("a"));
        java.time.Instant now = java.time.Instant.now();
        TlsFiles expired = ca.issue(
                directory.resolve("b"),
                new Wanted("b").loopback().valid(now.minusSeconds(86_400), now.minusSeconds(60)));
        try (RawPeer stranger = RawPeer.tls(addressA, expired, ca.certificate)) {
            stranger.send(RawPeer.hello("test", "b"));

            assertThat(stranger.isTurnedAway()).isTrue();
        }
        log.awaitLine("Turned away a connection from 127.0.0.1", "its certificate has expired");
    }

    @Test
    void when_a_members_certificate_speaks_as_another_member_then_it_is_turned_away_and_told() throws Exception {
        addressB = "b.example.org:10008";
        MemberNetwork a = open("test", "a", addressA, files("a"));
        assertThat(a).isNotNull();
        TlsFiles others = ca.issue(directory.resolve("c"), new Wanted("c").loopback());
        MemberNetwork impostor = MemberNetwork.open("test", "b", Net.freeAddress(), Map.of("a", addressA), others);
        opened.push(impostor);

        refused(impostor, "a", "it calls itself 'b', and its certificate names neither that id nor b.example.org");

        log.awaitLine("Turned away a connection from 127.0.0.1, node 'b'", "but CN=c, 127.0.0.1");
        log.awaitLine("No connection to member a", "it turned this node away, saying: it calls itself 'b'");
    }

    @Test
    void when_the_certificate_names_the_members_id_or_host_then_it_is_welcome() throws Exception {
        addressB = "b.example.org:10008";
        open("test", "a", addressA, files("a"));
        for (Wanted wanted :
                new Wanted[] {new Wanted("b"), new Wanted("x").host("b"), new Wanted("x").host("*.example.org")}) {
            TlsFiles files = ca.issue(directory.resolve("b"), wanted);
            try (MemberNetwork b = MemberNetwork.open("test", "b", Net.freeAddress(), Map.of("a", addressA), files)) {
                assertThat(result(Net.who(b, "a"))).isEqualTo("a");
            }
        }
        assertThat(log.all()).isEmpty();
    }

    @Test
    void when_a_peer_is_no_member_then_the_authoritys_word_is_enough() throws Exception {
        open("test", "a", addressA, files("a"));
        try (MemberNetwork joining = MemberNetwork.open(
                "test",
                "d",
                Net.freeAddress(),
                Map.of("a", addressA),
                ca.issue(directory.resolve("d"), new Wanted("x")))) {
            assertThat(result(Net.who(joining, "a"))).isEqualTo("a");
        }
    }

    @Test
    void when_only_the_listening_side_has_tls_then_both_logs_say_so() throws Exception {
        open("test", "a", addressA, files("a"));
        MemberNetwork plain = open("test", "b", addressB, null);

        refused(plain, "a", "it does not speak TLS and this node requires it");

        log.awaitLine("Turned away a connection from 127.0.0.1, node 'b'", "it does not speak TLS");
        log.awaitLine("No connection to member a", "saying: it does not speak TLS and this node requires it");
    }

    @Test
    void when_only_the_calling_side_has_tls_then_both_logs_say_so() throws Exception {
        open("test", "a", addressA, null);
        MemberNetwork withTls = open("test", "b", addressB, files("b"));

        refused(withTls, "a", "it does not speak TLS");

        log.awaitLine("Turned away a connection from 127.0.0.1", "it speaks TLS and this node does not");
        log.awaitLine("No connection to member a", "it does not speak TLS; set raft.tls there, too");
    }

    @Test
    void when_the_peer_is_of_another_cluster_then_it_is_turned_away_and_told() throws Exception {
        open("test", "a", addressA, files("a"));
        MemberNetwork other = open("payments", "b", addressB, files("b"));

        refused(other, "a", "it is of cluster 'payments', not 'test'");

        log.awaitLine("Turned away a connection from 127.0.0.1, node 'b'", "it is of cluster 'payments', not 'test'");
        log.awaitLine("No connection to member a", "saying: it is of cluster 'payments', not 'test'");
    }

    @Test
    void when_a_refused_node_asks_again_and_again_then_it_connects_once_a_second_at_most() throws Exception {
        open("test", "a", addressA, files("a"));
        MemberNetwork other = open("payments", "b", addressB, files("b"));
        refused(other, "a", "not 'test'");

        long started = System.nanoTime();
        for (int i = 0; i < 1000; i++) {
            refused(other, "a", "not 'test'");
        }

        assertThat(log.all().stream().filter(line -> line.startsWith("Turned away")))
                .hasSize(1);
        assertThat(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - started)).isLessThan(10);
    }

    @Test
    void when_another_node_listens_at_the_address_then_the_caller_says_which() throws Exception {
        MemberNetwork a = open("test", "a", addressA, files("a"));
        open("test", "x", addressB, files("x"));

        refused(a, "b", "it is node 'x', not 'b'");
        log.awaitLine("No connection to member b at " + addressB, "it is node 'x', not 'b'");
    }

    @Test
    void when_a_peer_uses_this_nodes_own_id_then_it_is_turned_away() throws Exception {
        open("test", "a", addressA, null);
        try (RawPeer stranger = RawPeer.plain(addressA)) {
            stranger.send(RawPeer.hello("test", "a"));

            assertThat(stranger.isTurnedAway()).isTrue();
        }
        log.awaitLine("Turned away", "it calls itself 'a', which is this node's own id");
    }

    @Test
    void when_a_stranger_writes_control_characters_then_the_log_stays_one_line() throws Exception {
        open("test", "a", addressA, null);
        try (RawPeer stranger = RawPeer.plain(addressA)) {
            stranger.send(RawPeer.hello("x\nERROR forged", "b\u001b[31m"));

            assertThat(stranger.isTurnedAway()).isTrue();
        }
        assertThat(log.awaitLine("it is of cluster 'x?ERROR forged'")).doesNotContain("\n", "\u001b");
    }

    @Test
    void when_text_is_sent_then_it_arrives_as_it_was() throws Exception {
        MemberNetwork a = open("test", "a", addressA, files("a"));
        MemberNetwork b = open("test", "b", addressB, files("b"));
        b.serve("fails", request -> CompletableFuture.failedFuture(new IllegalStateException("no, für immer")));

        assertThatThrownBy(() -> result(a.ask("b", "fails", "x".getBytes(StandardCharsets.UTF_8), Net.LIMIT)))
                .hasStackTraceContaining("the peer could not answer: no, für immer");
    }
}
