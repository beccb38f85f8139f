package io.heliograph.raft.net;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.timeout.ReadTimeoutException;
import io.netty.handler.timeout.ReadTimeoutHandler;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The first exchange on a connection: both sides say which cluster and node they are. A peer of another cluster, another
 * node than the one meant, or one that stays silent is turned away.
 */
final class Introduction extends ChannelInboundHandlerAdapter {

    static final long LIMIT_MILLIS = 2000;

    private final Frame hello;
    private final String cluster;
    private final @Nullable String expectedPeer;
    private final boolean speaksFirst;
    private final BiConsumer<ChannelHandlerContext, String> introduced;
    private final BiConsumer<ChannelHandlerContext, Throwable> refused;
    private boolean over;

    /**
     * @param expectedPeer the node that should answer; null on the side that was called
     * @param introduced gets the peer's id, and puts its own handler in the place of this one
     * @param refused gets the reason, once; the connection is closed afterwards
     */
    Introduction(
            String cluster,
            String self,
            @Nullable String expectedPeer,
            boolean speaksFirst,
            BiConsumer<ChannelHandlerContext, String> introduced,
            BiConsumer<ChannelHandlerContext, Throwable> refused) {
        this.hello = new Frame(Frame.Kind.HELLO, 0, cluster, self.getBytes(StandardCharsets.UTF_8));
        this.cluster = cluster;
        this.expectedPeer = expectedPeer;
        this.speaksFirst = speaksFirst;
        this.introduced = introduced;
        this.refused = refused;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        context.pipeline().addFirst("silence", new ReadTimeoutHandler(LIMIT_MILLIS, TimeUnit.MILLISECONDS));
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        if (speaksFirst) {
            context.writeAndFlush(hello);
        }
        context.fireChannelActive();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        Frame frame = (Frame) message;
        String peer = frame.payloadText();
        if (frame.kind != Frame.Kind.HELLO) {
            refuse(context, new IOException("it did not introduce itself"));
        } else if (!frame.subject.equals(cluster)) {
            refuse(context, new IOException("it is of cluster '" + frame.subject + "', not '" + cluster + "'"));
        } else if (expectedPeer != null && !expectedPeer.equals(peer)) {
            refuse(context, new IOException("it is node '" + peer + "', not '" + expectedPeer + "'"));
        } else {
            over = true;
            if (!speaksFirst) {
                context.writeAndFlush(hello);
            }
            context.pipeline().remove("silence");
            context.pipeline().get(FrameCodec.class).allowLarge();
            introduced.accept(context, peer);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        refuse(context, new EOFException("it closed the connection"));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        refuse(context, cause instanceof ReadTimeoutException ? new IOException("it stayed silent") : cause);
    }

    private void refuse(ChannelHandlerContext context, Throwable reason) {
        if (!over) {
            over = true;
            refused.accept(context, reason);
        }
        context.close();
    }
}
