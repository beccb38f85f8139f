package io.heliograph.raft.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.CorruptedFrameException;
import java.nio.charset.StandardCharsets;

/**
 * One message on the wire, big-endian: int length of the rest, byte kind, long id, short length and bytes of the
 * subject in UTF-8, then the payload.
 */
final class Frame {

    /** What a frame is, with the numbers that stand for it on the wire. */
    enum Kind {
        /** The first frame in each direction: subject is the cluster's name, payload the node's id. */
        HELLO(1),
        /** Subject says who should answer. */
        REQUEST(2),
        /** The answer to the request with the same id. */
        REPLY(3),
        /** The request with the same id failed; the payload says why, in UTF-8. */
        FAILURE(4);

        final int wireId;

        Kind(int wireId) {
            this.wireId = wireId;
        }
    }

    /** Longest frame after the hello: an entry of the log at its largest, and room. */
    static final int MAX_BYTES = 8 * 1024 * 1024;

    /** Longest hello. */
    static final int MAX_HELLO_BYTES = 2048;

    static final int LENGTH_BYTES = Integer.BYTES;

    private static final int MAX_SUBJECT = 1024;

    final Kind kind;
    final long id;
    final String subject;
    final byte[] payload;

    Frame(Kind kind, long id, String subject, byte[] payload) {
        this.kind = kind;
        this.id = id;
        this.subject = subject;
        this.payload = payload;
    }

    static Frame failure(long id, String why) {
        return new Frame(Kind.FAILURE, id, "", why.getBytes(StandardCharsets.UTF_8));
    }

    String payloadText() {
        return new String(payload, StandardCharsets.UTF_8);
    }

    void writeTo(ByteBuf out) {
        byte[] name = subject.getBytes(StandardCharsets.UTF_8);
        out.writeInt(1 + Long.BYTES + Short.BYTES + name.length + payload.length);
        out.writeByte(kind.wireId);
        out.writeLong(id);
        out.writeShort(name.length);
        out.writeBytes(name);
        out.writeBytes(payload);
    }

    /**
     * @param in a whole frame without its length
     * @throws CorruptedFrameException when it is none
     */
    static Frame readFrom(ByteBuf in) {
        if (in.readableBytes() < 1 + Long.BYTES + Short.BYTES) {
            throw new CorruptedFrameException("a frame of " + in.readableBytes() + " bytes");
        }
        Kind kind = kind(in.readByte());
        long id = in.readLong();
        int length = in.readUnsignedShort();
        if (length > MAX_SUBJECT || length > in.readableBytes()) {
            throw new CorruptedFrameException("a subject of " + length + " bytes");
        }
        String subject = in.readCharSequence(length, StandardCharsets.UTF_8).toString();
        return new Frame(kind, id, subject, ByteBufUtil.getBytes(in));
    }

    private static Kind kind(int wireId) {
        for (Kind kind : Kind.values()) {
            if (kind.wireId == wireId) {
                return kind;
            }
        }
        throw new CorruptedFrameException("a frame of kind " + wireId);
    }
}
