package io.heliograph.raft.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.ChannelException;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.InetAddress;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MemberLinkTest {

    private final NioEventLoopGroup loops = new NioEventLoopGroup(1);
    private final NameLookup names = new NameLookup(InetAddress::getAllByName);
    private final AtomicBoolean outOfDescriptors = new AtomicBoolean();
    private MemberNetwork b;
    private MemberLink link;

    @BeforeEach
    void open() throws Exception {
        String address = Net.freeAddress();
        b = Net.open("b", address, Map.of());
        MemberLink.Shared shared = new MemberLink.Shared(
                "test",
                "a",
                loops,
                () -> {
                    if (outOfDescriptors.get()) {
                        throw new ChannelException("Too many open files");
                    }
                    return new NioSocketChannel();
                },
                names,
                null,
                new Complaints(line -> {}, System::nanoTime));
        link = new MemberLink(shared, "b", HostAndPort.parse(address));
    }

    @AfterEach
    void close() {
        link.close();
        b.close();
        names.close();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    private byte[] ask() throws Exception {
        CompletableFuture<byte[]> reply = link.ask("who", new byte[0], Net.LIMIT);
        return reply.get(Net.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Test
    void when_no_socket_can_be_had_then_requests_fail_at_once_and_the_next_one_after_it_can_succeeds()
            throws Exception {
        outOfDescriptors.set(true);
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(this::ask).hasStackTraceContaining("Too many open files");
        }

        outOfDescriptors.set(false);

        assertThat(ask()).containsExactly('b');
    }

    @Test
    void when_the_event_loops_have_stopped_then_a_request_fails_and_does_not_wait() throws Exception {
        loops.shutdownGracefully(0, 0, TimeUnit.SECONDS).await(Net.PATIENCE.toMillis());

        assertThatThrownBy(this::ask).isInstanceOf(java.util.concurrent.ExecutionException.class);
    }
}
