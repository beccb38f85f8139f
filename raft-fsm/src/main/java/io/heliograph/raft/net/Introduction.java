package io.heliograph.raft.net;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The first exchange on a connection: both sides say which cluster and node they are. Who calls speaks first. A peer of
 * another cluster, another node than the one meant, or one that has not finished in time is turned away; a peer that
 * called is told why.
 */
final class Introduction extends ChannelInboundHandlerAdapter {

    /** One end of the connection. Called on the channel's thread. */
    interface End {

        /** Whether this node has opened the connection. */
        boolean calls();

        /** What is wrong with this peer; null when it is welcome. */
        @Nullable
        String objection(String peer, Channel channel);

        /** Puts its own handler in the place of the introduction. */
        void introduced(String peer, ChannelHandlerContext context);

        /**
         * Called once; the connection is closed afterwards.
         *
         * @param peer the id it gave, empty when it gave none
         */
        void refused(String peer, Channel channel, Throwable reason);
    }

    /** For all of it, a TLS handshake included. */
    static final long LIMIT_MILLIS = 2000;

    /** How long a peer may take to hear why it is turned away. */
    private static final long GRACE_MILLIS = 500;

    private final Frame hello;
    private final String cluster;
    private final End end;
    private @Nullable Future<?> deadline;
    private String peer = "";
    private boolean over;

    Introduction(String cluster, String self, End end) {
        this.hello = new Frame(Frame.Kind.HELLO, 0, cluster, self.getBytes(StandardCharsets.UTF_8));
        this.cluster = cluster;
        this.end = end;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        deadline = context.executor()
                .schedule(
                        () -> refuse(
                                context, new IOException("it did not introduce itself within " + LIMIT_MILLIS + " ms")),
                        LIMIT_MILLIS,
                        TimeUnit.MILLISECONDS);
        if (end.calls()) {
            context.writeAndFlush(hello);
        }
        context.fireChannelActive();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (over) {
            return;
        }
        Frame frame = (Frame) message;
        String objection = objection(context, frame);
        if (objection != null) {
            refuse(context, new IOException(objection));
            return;
        }
        finish();
        if (!end.calls()) {
            context.writeAndFlush(hello);
        }
        context.pipeline().get(FrameCodec.class).allowLarge();
        end.introduced(peer, context);
    }

    private @Nullable String objection(ChannelHandlerContext context, Frame frame) {
        if (end.calls() && frame.kind == Frame.Kind.FAILURE) {
            return "it turned this node away, saying: " + Wording.shown(frame.payloadText());
        }
        if (frame.kind != Frame.Kind.HELLO) {
            return "it did not introduce itself";
        }
        peer = Wording.shown(frame.payloadText());
        if (!frame.subject.equals(cluster)) {
            return "it is of cluster '" + Wording.shown(frame.subject) + "', not '" + cluster + "'";
        }
        return end.objection(peer, context.channel());
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        refuse(context, new EOFException("it closed the connection"));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        refuse(context, cause);
    }

    private void finish() {
        over = true;
        if (deadline != null) {
            deadline.cancel(false);
        }
    }

    private void refuse(ChannelHandlerContext context, Throwable reason) {
        if (over) {
            return;
        }
        finish();
        end.refused(peer, context.channel(), reason);
        if (end.calls() || !canBeTold(context)) {
            context.close();
        } else {
            context.writeAndFlush(Frame.failure(0, Wording.of(reason))).addListener(ChannelFutureListener.CLOSE);
            // whoever does not read is not waited for
            context.executor().schedule(() -> context.close(), GRACE_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    /** What is written while a TLS handshake is not over waits for its end, which may never come. */
    private static boolean canBeTold(ChannelHandlerContext context) {
        SslHandler tls = context.pipeline().get(SslHandler.class);
        return context.channel().isActive()
                && (tls == null || tls.handshakeFuture().isSuccess());
    }
}
