package io.heliograph.raft.net;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Requests on one connection that wait for their replies. A connection on which nothing at all came in while a request
 * timed out is closed: the next request opens a new one, instead of waiting for TCP to give up on the old.
 */
final class Conversation extends SimpleChannelInboundHandler<Frame> {

    private final Channel channel;
    private final AtomicLong nextId = new AtomicLong(1);
    private final Map<Long, CompletableFuture<byte[]>> waiting = new ConcurrentHashMap<>();
    private volatile long heardNanos = System.nanoTime();

    Conversation(Channel channel) {
        this.channel = channel;
    }

    /** Completes within {@code limit}, in any case. */
    CompletableFuture<byte[]> ask(String subject, byte[] request, Duration limit) {
        long id = nextId.getAndIncrement();
        CompletableFuture<byte[]> reply = new CompletableFuture<>();
        waiting.put(id, reply);
        long sentNanos = System.nanoTime();
        channel.writeAndFlush(new Frame(Frame.Kind.REQUEST, id, subject, request))
                .addListener(written -> {
                    if (!written.isSuccess()) {
                        fail(id, written.cause());
                    }
                });
        channel.eventLoop().schedule(() -> timedOut(id, sentNanos, limit), limit.toMillis(), TimeUnit.MILLISECONDS);
        if (!channel.isActive()) {
            fail(id, new IOException("the connection is closed"));
        }
        return reply;
    }

    void close() {
        channel.close();
    }

    private void timedOut(long id, long sentNanos, Duration limit) {
        boolean silent = heardNanos - sentNanos < 0;
        if (fail(id, new TimeoutException("no reply within " + limit.toMillis() + " ms")) && silent) {
            channel.close();
        }
    }

    private boolean fail(long id, Throwable cause) {
        CompletableFuture<byte[]> reply = waiting.remove(id);
        return reply != null && reply.completeExceptionally(cause);
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, Frame frame) {
        heardNanos = System.nanoTime();
        CompletableFuture<byte[]> reply = waiting.remove(frame.id);
        if (reply == null) {
            return;
        }
        if (frame.kind == Frame.Kind.REPLY) {
            reply.complete(frame.payload);
        } else {
            reply.completeExceptionally(new IOException("the peer could not answer: " + frame.payloadText()));
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        waiting.keySet().forEach(id -> fail(id, new IOException("the connection was closed")));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close();
    }
}
