package io.heliograph.raft.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageCodec;
import io.netty.handler.codec.CorruptedFrameException;
import io.netty.handler.codec.TooLongFrameException;
import java.util.List;

/**
 * Frames to bytes and back. Until {@link #allowLarge}, only a hello is let through, so that a stranger can make this
 * node hold no more than its length. After the first thing that is no frame nothing more is read.
 */
final class FrameCodec extends ByteToMessageCodec<Frame> {

    /** The first two bytes of TLS, as an int: an alert or a handshake, and the version's first half. */
    private static final int TLS_ALERT = 0x1503;

    private static final int TLS_HANDSHAKE = 0x1603;

    private int limit = Frame.MAX_HELLO_BYTES;
    private boolean broken;

    /** Lets frames of full length in; on the channel's thread. */
    void allowLarge() {
        limit = Frame.MAX_BYTES;
    }

    @Override
    protected void encode(ChannelHandlerContext context, Frame frame, ByteBuf out) {
        frame.writeTo(out);
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        if (broken) {
            in.skipBytes(in.readableBytes());
            return;
        }
        if (in.readableBytes() < Frame.LENGTH_BYTES) {
            return;
        }
        int length = in.getInt(in.readerIndex());
        if (length <= 0 || length > limit) {
            broken = true;
            in.skipBytes(in.readableBytes());
            int start = length >>> Short.SIZE;
            throw start == TLS_ALERT || start == TLS_HANDSHAKE
                    ? new CorruptedFrameException("it speaks TLS and this node does not; set raft.tls on every node")
                    : new TooLongFrameException(
                            "it sent no message of ours: a length of " + length + " bytes where the limit is " + limit);
        }
        if (in.readableBytes() < Frame.LENGTH_BYTES + length) {
            return;
        }
        in.skipBytes(Frame.LENGTH_BYTES);
        try {
            out.add(Frame.readFrom(in.readSlice(length)));
        } catch (CorruptedFrameException e) {
            broken = true;
            throw new CorruptedFrameException("it sent no message of ours: " + e.getMessage(), e);
        }
    }
}
