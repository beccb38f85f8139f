package io.heliograph.raft.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageCodec;
import io.netty.handler.codec.TooLongFrameException;
import java.util.List;

/**
 * Frames to bytes and back. Until {@link #allowLarge}, only a hello is let through, so that a stranger can make this
 * node hold no more than its length.
 */
final class FrameCodec extends ByteToMessageCodec<Frame> {

    private int limit = Frame.MAX_HELLO_BYTES;

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
        if (in.readableBytes() < Frame.LENGTH_BYTES) {
            return;
        }
        int length = in.getInt(in.readerIndex());
        if (length <= 0 || length > limit) {
            in.skipBytes(in.readableBytes());
            throw new TooLongFrameException("a frame of " + length + " bytes, the limit is " + limit);
        }
        if (in.readableBytes() < Frame.LENGTH_BYTES + length) {
            return;
        }
        in.skipBytes(Frame.LENGTH_BYTES);
        out.add(Frame.readFrom(in.readSlice(length)));
    }
}
