package io.heliograph.raft.net;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** Answers the requests that come in on one connection. */
final class Attendant extends SimpleChannelInboundHandler<Frame> {

    /** Requests of one connection that may be in work at once. */
    private static final int MAX_IN_WORK = 1024;

    private final Map<String, Function<byte[], CompletableFuture<byte[]>>> handlers;
    private final AtomicInteger inWork = new AtomicInteger();

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
        if (inWork.incrementAndGet() > MAX_IN_WORK) {
            inWork.decrementAndGet();
            context.writeAndFlush(Frame.failure(frame.id, "too many requests at once"));
            return;
        }
        answer(handler, frame).whenComplete((reply, error) -> {
            inWork.decrementAndGet();
            context.writeAndFlush(
                    error == null
                            ? new Frame(Frame.Kind.REPLY, frame.id, "", reply)
                            : Frame.failure(frame.id, String.valueOf(error.getMessage())));
        });
    }

    private static CompletableFuture<byte[]> answer(Function<byte[], CompletableFuture<byte[]>> handler, Frame frame) {
        try {
            return handler.apply(frame.payload);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close();
    }
}
