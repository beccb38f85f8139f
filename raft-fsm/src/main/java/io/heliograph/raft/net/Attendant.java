package io.heliograph.raft.net;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * Answers the requests that come in on one connection. Reads no further while the peer does not take the answers.
 */
final class Attendant extends SimpleChannelInboundHandler<Frame> {

    /** Requests of one connection that may be in work at once. */
    private static final int MAX_IN_WORK = 1024;

    /** Their size in all; one of the largest is always taken. */
    private static final long MAX_BYTES_IN_WORK = 4L * Frame.MAX_BYTES;

    private final Map<String, Function<byte[], CompletableFuture<byte[]>>> handlers;
    private final AtomicInteger inWork = new AtomicInteger();
    private final AtomicLong bytesInWork = new AtomicLong();

    Attendant(Map<String, Function<byte[], CompletableFuture<byte[]>>> handlers) {
        this.handlers = handlers;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, Frame frame) {
        if (frame.kind != Frame.Kind.REQUEST) {
            context.close();
            return;
        }
        Function<byte[], CompletableFuture<byte[]>> handler = handlers.get(frame.subject);
        if (handler == null) {
            context.writeAndFlush(Frame.failure(frame.id, "nobody answers " + frame.subject));
            return;
        }
        int size = frame.payload.length;
        int requests = inWork.incrementAndGet();
        long bytes = bytesInWork.addAndGet(size);
        if (requests > MAX_IN_WORK || bytes > MAX_BYTES_IN_WORK) {
            done(size);
            context.writeAndFlush(Frame.failure(frame.id, "too many requests at once"));
            return;
        }
        answer(handler, frame).whenComplete((reply, error) -> {
            done(size);
            context.writeAndFlush(
                    error == null
                            ? new Frame(Frame.Kind.REPLY, frame.id, "", reply)
                            : Frame.failure(frame.id, String.valueOf(error.getMessage())));
        });
    }

    private void done(int size) {
        inWork.decrementAndGet();
        bytesInWork.addAndGet(-size);
    }

    private static CompletableFuture<byte[]> answer(Function<byte[], CompletableFuture<byte[]>> handler, Frame frame) {
        try {
            return handler.apply(frame.payload);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        context.channel().config().setAutoRead(context.channel().isWritable());
        context.fireChannelWritabilityChanged();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close();
    }
}
